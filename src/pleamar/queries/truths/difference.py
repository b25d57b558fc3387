"""What a truth says when it does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact that is written down otherwise than it follows from the rest.

    `partner` is empty for what belongs to the whole installation. `subject` names the thing (`account Contoso`), `fact`
    what of it (`seats`); `stored` is what stands there and `expected` what the rest of the books says.
    """

    truth: str
    partner: str
    subject: str
    fact: str
    stored: str
    expected: str

    @property
    def text(self) -> str:
        """One line for an operator."""
        told = f"{self.subject}: {self.fact} {self.stored}, expected {self.expected}"
        return f"{self.partner}: {told}" if self.partner else told


def differences_of(truth: str, statement: str) -> Iterator[Difference]:
    """The differences that an SQL statement finds: partner, subject, fact, stored and expected, all of them text.

    The scope already stands in the statement (`Scope.sql`).
    """
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall()
    for partner, subject, fact, stored, expected in rows:
        yield Difference(truth, partner or "", subject, fact, _told(stored), _told(expected))


def _told(value: str | None) -> str:
    return "none" if value is None else value
