"""People as a list of them arrives from outside, before anything is decided about members (rule M19)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a list: `email` as members are known (trimmed, case-folded), `display_name` empty if there is none.

    `external_id` is the directory's own key of this person, None where the list gives none. `enabled` is False for
    those whom the directory keeps from signing in; they are in the list all the same, and counting them is the rule.
    """

    email: str
    display_name: str
    external_id: str | None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that was understood and left out: `line` counted from 1, `reason` a code, `text` whom it was about."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """Everybody in a file, each address once, in the order of the file; and the rows that made nobody."""

    people: list[Person]
    skipped: list[SkippedRow]
