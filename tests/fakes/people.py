"""Who acts in tests, and members by the dozen."""

from __future__ import annotations

from pleamar.actions.change_seats import Wanted
from pleamar.rules.causes import Cause

TESTER = Cause(actor="tester", means="test")


def emails(count: int, start: int = 0) -> list[str]:
    """`count` different addresses, the same ones for the same numbers."""
    return [f"user{number:05}@example.com" for number in range(start, start + count)]


def active(account_id: int, addresses: list[str]) -> list[Wanted]:
    return [Wanted(account_id, email, active=True) for email in addresses]


def inactive(account_id: int, addresses: list[str]) -> list[Wanted]:
    return [Wanted(account_id, email, active=False) for email in addresses]
