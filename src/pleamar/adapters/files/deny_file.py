"""A deny list from a CSV file: a column `email` or `pattern`, and `reason` if there is one (rule M19)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final, NamedTuple

from pleamar.adapters.files.delimited import BadRow, BadRows, has_control, opened, shown
from pleamar.rules.deny_list import Denied, checked_pattern
from pleamar.rules.refusals import Refused

MOST_BYTES: Final = 20_000_000
LONGEST_REASON: Final = 500
EXPECTED_HEADER: Final = "email | pattern"

_DELIMITERS: Final = (",", ";", "\t")


class _Columns(NamedTuple):
    """How many there are, and which of them are ours."""

    width: int
    pattern: int
    reason: int | None


def read_deny_list(path: Path) -> list[Denied]:
    """The entries of the file, each pattern once: of several rows with one pattern the last counts.

    At most 20 MB; UTF-8, or UTF-16 with its mark; comma, semicolon or tab, as the header has it. Columns it does not
    know are passed over. All or nothing: refuses `file_rows_bad` (count, lines, first), `file_header_wrong`,
    `file_column_twice` and what every file does.
    """
    with opened(path, most_bytes=MOST_BYTES, utf16=True) as file:
        header = file.header()
        delimiter = max(_DELIMITERS, key=header.count)
        columns = _columns(header, delimiter)
        bad = BadRows()
        found: dict[str, Denied] = {}
        for line, record in file.given_out(delimiter):
            try:
                if any(cell.strip() for cell in record):  # spreadsheets write rows of mere delimiters below the last
                    entry = _entry(record, columns)
                    found[entry.pattern] = entry
            except BadRow as error:
                bad.add(line, error)
        bad.refuse("file_rows_bad")
        return list(found.values())


def _columns(header: str, delimiter: str) -> _Columns:
    try:
        cells = [cell.strip().casefold() for cell in next(csv.reader([header], delimiter=delimiter, strict=True))]
    except csv.Error:
        cells = []
    pattern, reason = _column(cells, {"email", "pattern"}), _column(cells, {"reason"})
    if pattern is None:
        raise Refused("file_header_wrong", found=shown(header, 200), expected=EXPECTED_HEADER)
    return _Columns(len(cells), pattern, reason)


def _column(cells: list[str], names: set[str]) -> int | None:
    places = [place for place, cell in enumerate(cells) if cell in names]
    if len(places) > 1:
        raise Refused("file_column_twice", column=cells[places[1]])
    return places[0] if places else None


def _entry(record: list[str], columns: _Columns) -> Denied:
    if len(record) != columns.width:
        raise BadRow("columns_wrong", f"{len(record)}/{columns.width}")
    text = record[columns.pattern].strip()
    if not text:
        raise BadRow("email_missing", "")
    try:
        pattern = checked_pattern(text)
    except Refused as refused:
        too_wide = refused.code == "deny_pattern_too_wide"
        raise BadRow("deny_pattern_too_wide" if too_wide else "deny_pattern_invalid", text) from None
    reason = "" if columns.reason is None else " ".join(record[columns.reason].split())
    if len(reason) > LONGEST_REASON or has_control(reason):
        raise BadRow("reason_invalid", reason)
    return Denied(pattern, reason)
