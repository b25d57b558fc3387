"""A history from another system, from a CSV file: who was active in which account, and since when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, get_args

from pleamar.adapters.files.delimited import BadRow, BadRows, check_header, has_control, opened
from pleamar.rules.history import HistoryRow, MemberChange
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import ACCOUNT_STATES, AccountState, checked_email

MOST_BYTES: Final = 500_000_000
COLUMNS: Final = ("at", "account", "member", "change")

_LONGEST_ACCOUNT = 200

# Each word to itself: the rows then share one string instead of holding one each.
_STATES: Final[dict[str, AccountState]] = {state: state for state in ACCOUNT_STATES}
_CHANGES: Final[dict[str, MemberChange]] = {change: change for change in get_args(MemberChange)}

# ISO 8601 with or without its hyphens and colons. datetime.fromisoformat alone would take any character for the T and
# silently drop the digits of a second after the sixth.
_CLOCK = r"(?:\d\d:\d\d(?::\d\d(?:[.,](?P<fraction>\d+))?)?"
_BARE_CLOCK = r"\d{4}(?:\d\d(?:[.,](?P<bare_fraction>\d+))?)?)"
_MOMENT: Final = re.compile(
    rf"(?:\d{{4}}-\d\d-\d\d|\d{{8}})[T ]{_CLOCK}|{_BARE_CLOCK}(?P<offset>Z|[+-]\d\d(?::?[0-5]\d)?)?", re.ASCII
)
# What nearly every row says, in a pattern that takes a third of the time.
_USUAL_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:[0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """The rows of a file in its order, times in UTC; `sha256` in hex of its bytes; `name` without folders."""

    rows: list[HistoryRow]
    sha256: str
    name: str


def read_history(path: Path, *, created: datetime, until: datetime) -> HistoryFile:
    """The history in a file whose header is `at,account,member,change`. All or nothing.

    `created` and `until`, both aware, bound the times, inclusively (M27: what has not come cannot be told). At most
    500 MB, UTF-8, commas. A header without rows is a history in which nothing happened. Refuses what `delimited.opened`
    refuses, `file_header_wrong` (found, expected) and `history_rows_bad` (count, lines, first).
    """
    with opened(path, most_bytes=MOST_BYTES) as file:
        check_header(file.header(), COLUMNS)
        reader = _HistoryReader(created, until)
        bad = BadRows()
        rows = []
        for line, record in file.records(","):
            try:
                rows.append(reader.row(record))
            except BadRow as error:
                bad.add(line, error)
        bad.refuse("history_rows_bad")
        return HistoryFile(rows, file.sha256, file.name)


class _HistoryReader:
    """Reads rows, remembering what it has checked: a history says the same few things many times over."""

    def __init__(self, created: datetime, until: datetime) -> None:
        self._created = created
        self._until = until
        self._accounts: dict[str, str] = {}
        self._emails: dict[str, str] = {}
        self._text_before: str | None = None
        self._moment_before = created

    def row(self, record: list[str]) -> HistoryRow:
        """The row of a record. Raises `BadRow`."""
        if len(record) != len(COLUMNS):
            raise BadRow("columns_wrong", f"{len(record)}/{len(COLUMNS)}")
        at_text, account_text, member_text, change_text = record
        # Rows of one moment mostly stand together; a dictionary of all moments would cost more memory than it saves.
        if at_text != self._text_before:
            self._moment_before = self._moment(at_text)
            self._text_before = at_text
        account = self._accounts.get(account_text) or self._account(account_text)
        member = self._emails.get(member_text) or self._member(member_text)
        change = _CHANGES.get(change_text) if member else _STATES.get(change_text)
        if change is None:
            raise _wrong_change(change_text, member)
        return HistoryRow(self._moment_before, account, member, change)

    def _moment(self, text: str) -> datetime:
        if _USUAL_MOMENT.fullmatch(text) is None:
            _check_moment(text)
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not UTC:
                moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise BadRow("at_invalid", text) from None
        if self._created <= moment <= self._until:
            return moment
        raise BadRow("at_before_created" if moment < self._created else "at_after_until", text)

    def _account(self, text: str) -> str:
        if not text.strip():
            raise BadRow("account_missing", text)
        if len(text) > _LONGEST_ACCOUNT:
            raise BadRow("account_too_long", text)
        if has_control(text):
            raise BadRow("account_invalid", text)
        self._accounts[text] = text
        return text

    def _member(self, text: str) -> str | None:
        if not text.strip():
            return None
        try:
            email = checked_email(text)
        except Refused:
            raise BadRow("email_invalid", text) from None
        email = self._emails.setdefault(email, email)
        self._emails[text] = email
        return email


def _check_moment(text: str) -> None:
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise BadRow("at_invalid", text)
    if match["offset"] is None:
        raise BadRow("at_without_offset", text)
    if len(match["fraction"] or match["bare_fraction"] or "") > 6:
        raise BadRow("at_too_precise", text)


def _wrong_change(text: str, member: str | None) -> BadRow:
    if member and text in _STATES:
        return BadRow("change_not_for_member", text)
    if not member and text in _CHANGES:
        return BadRow("email_missing", text)
    return BadRow("change_unknown", text)
