"""Customers to open from a CSV file: a column `name`, and `limit`, `deny_list` and `trial_days` if there are any."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from pleamar.adapters.files.delimited import opened, shown
from pleamar.rules.deny_list import checked_pattern
from pleamar.rules.limits import checked_limit
from pleamar.rules.names import checked_name
from pleamar.rules.refusals import Refused

MOST_BYTES: Final = 2_000_000
MOST_ROWS: Final = 1_000
HEADER: Final = ("name", "limit", "deny_list", "trial_days")

_DELIMITERS: Final = (",", ";", "\t")
_DIGITS: Final = 9
# By its name without spaces, underscores, hyphens and case; people write it in their own language, too.
_COLUMNS: Final = {
    "name": "name",
    "customer": "name",
    "nombre": "name",
    "cliente": "name",
    "limit": "limit",
    "límite": "limit",
    "limite": "limit",
    "denylist": "deny_list",
    "listadedenegación": "deny_list",
    "listadedenegacion": "deny_list",
    "trialdays": "trial_days",
    "díasdeprueba": "trial_days",
    "diasdeprueba": "trial_days",
}


@dataclass(frozen=True, slots=True)
class ReadAccount:
    """A row, by the line on which it starts. What is wrong with it stands in `problems`, in the order of the columns;
    a value that is wrong is left out.
    """

    line: int
    name: str
    member_limit: int | None
    denied: tuple[str, ...]
    trial_days: int | None
    problems: tuple[Refused, ...]


class _Layout(NamedTuple):
    """Where each known column stands, and how many there are of all."""

    columns: dict[str, int]
    width: int
    longest_trial: int


def read_accounts(path: Path, *, longest_trial: int) -> list[ReadAccount]:
    """Every row of the file, also those that cannot be taken. A trial lasts at most `longest_trial` days.

    At most 2 MB and a thousand rows; UTF-8, or UTF-16 with its mark; comma, semicolon or tab, as the header has it.
    Columns it does not know are passed over. Patterns of a deny list are parted by spaces, commas or semicolons. Of a
    name that stands there twice, the second is wrong. Refuses what every file does, `file_header_wrong`,
    `file_column_twice`, `file_without_rows` and `file_rows_too_many`.
    """
    with opened(path, most_bytes=MOST_BYTES, utf16=True) as file:
        header = file.header()
        delimiter = max(_DELIMITERS, key=header.count)
        columns, width = _columns(header, delimiter)
        rows: list[ReadAccount] = []
        lines: dict[str, int] = {}
        for line, record in file.given_out(delimiter):
            if not any(cell.strip() for cell in record):
                continue
            if len(rows) == MOST_ROWS:
                raise Refused("file_rows_too_many", most=MOST_ROWS)
            rows.append(_row(line, record, _Layout(columns, width, longest_trial), lines))
    if not rows:
        raise Refused("file_without_rows", name=file.name)
    return rows


def _columns(header: str, delimiter: str) -> tuple[dict[str, int], int]:
    """Where each known column stands, and how many there are of all."""
    try:
        cells = next(csv.reader([header], delimiter=delimiter, strict=True))
    except csv.Error:
        cells = []
    columns: dict[str, int] = {}
    for place, cell in enumerate(cells):
        column = _COLUMNS.get(re.sub(r"[\s_-]", "", cell).casefold())
        if column in columns:
            raise Refused("file_column_twice", column=shown(cell.strip()))
        if column is not None:
            columns[column] = place
    if "name" not in columns:
        raise Refused("file_header_wrong", found=shown(header, 200), expected=",".join(HEADER))
    return columns, len(cells)


def _row(line: int, record: list[str], layout: _Layout, lines: dict[str, int]) -> ReadAccount:
    """`lines` are those on which each name stood so far."""
    if len(record) != layout.width:
        wrong = Refused("file_columns_differ", found=len(record), expected=layout.width)
        return ReadAccount(line, shown(record[0].strip()), None, (), None, (wrong,))
    cells = {column: record[place].strip() for column, place in layout.columns.items()}
    problems: list[Refused] = []
    name = _taken(checked_name, cells["name"], problems)
    if name is not None and lines.setdefault(name, line) != line:
        problems.append(Refused("file_name_twice", name=name, line=lines[name]))
    limit = _number(checked_limit, cells.get("limit", ""), problems)
    days = _number(partial(_days, most=layout.longest_trial), cells.get("trial_days", ""), problems)
    patterns = re.split(r"[\s;,]+", cells.get("deny_list", ""))
    denied = [_taken(checked_pattern, pattern, problems) for pattern in patterns if pattern]
    return ReadAccount(
        line=line,
        name=shown(cells["name"], 200),
        member_limit=limit,
        denied=tuple(dict.fromkeys(pattern for pattern in denied if pattern is not None)),
        trial_days=days,
        problems=tuple(problems),
    )


def _taken(checked: Callable[[str], str], text: str, problems: list[Refused]) -> str | None:
    try:
        return checked(text)
    except Refused as refused:
        problems.append(refused)
        return None


def _number(checked: Callable[[int], int], text: str, problems: list[Refused]) -> int | None:
    """The number, None for none. What is no plain number of digits is a problem: guessing here would bill somebody."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        problems.append(Refused("file_number_wrong", value=shown(text)))
        return None
    try:
        return checked(int(text))
    except Refused as refused:
        problems.append(refused)
        return None


def _days(days: int, *, most: int) -> int:
    if not 1 <= days <= most:
        raise Refused("trial_days_out_of_range", days=days, most=most)
    return days
