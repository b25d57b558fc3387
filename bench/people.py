"""Partners, accounts and members to measure with, each repetition its own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import connection

from pleamar.actions.change_seats import Wanted, change_seats
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import Member
from pleamar.models.bulk import copy_rows
from pleamar.rules.causes import Cause

BENCH = Cause(actor="benchmark", means="bench")
OPENED = datetime(2026, 1, 5, 9, tzinfo=UTC)

_numbers = itertools.count(1)


@dataclass(slots=True)
class TickingClock:
    """A clock that is a second further each time it is asked: a cycle lasts for two million changes."""

    moment: datetime = field(default=OPENED)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@dataclass(frozen=True, slots=True)
class Team:
    """An account of a new partner, and the addresses of its members."""

    partner_id: int
    account_id: int
    emails: list[str]
    clock: TickingClock

    def wanted(self, *, active: bool) -> list[Wanted]:
        return [Wanted(self.account_id, email, active) for email in self.emails]

    def change(self, wanted: list[Wanted]) -> int:
        """The action that is measured; how many members it changed."""
        change = change_seats(self.partner_id, wanted, cause=BENCH, clock=self.clock)
        return change.activated + change.deactivated


def new_team(members: int) -> Team:
    """An account that knows `members` people, all of them inactive."""
    clock = TickingClock()
    partner = open_partner(
        NewPartner(f"Partner {next(_numbers)} of the benchmark", "USD"), created=OPENED, cause=BENCH, now=OPENED
    )
    account = open_account(partner.pk, "Account", cause=BENCH, clock=clock)
    emails = [f"member.{number:06}@customer.example" for number in range(members)]
    copy_rows(
        Member,
        ["partner_id", "account_id", "email", "active"],
        ((partner.pk, account.pk, email, False) for email in emails),
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE member")  # as a database that has been at work for a minute would have done itself
    return Team(partner.pk, account.pk, emails, clock)
