"""Partners whose first cycle has ended and waits to be closed, written with COPY, by the thousand.

Each has three live accounts, the three log rows of their opening and nine of members, and a card. The counts are
reckoned by the rules, as `change_seats` does it, so that log, meters and accounts agree.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from django.db import connection

from pleamar.models import Account, Card, Member, Meter, Partner, SeatBatch, SeatLogEntry, Seller
from pleamar.models.bulk import copy_rows, reserve_ids
from pleamar.rules import peak
from pleamar.rules.cycles import cycle_end

ACCOUNTS = 3
LOG_ROWS = 12

# A year before the partners of the other cases, which so are never due. Opened on the 5th to the 28th of January, each
# has one ended cycle by the first of March and no second.
DUE = datetime(2025, 3, 1, tzinfo=UTC)
_FIRST_OPENED = datetime(2025, 1, 5, 9, tzinfo=UTC)
_DAYS = 24


class _Turn(NamedTuple):
    """A member (its place in the partner, from 0) of an account (likewise) turns active or inactive in a batch."""

    batch: int
    account: int
    member: int
    active: bool


# The accounts are opened in batches 0, 1 and 2. The peak of six seats comes in batch 4 and again in batch 6; two of the
# accounts have changed by the end.
_TURNS = (
    _Turn(3, account=0, member=0, active=True),
    _Turn(3, account=0, member=1, active=True),
    _Turn(3, account=1, member=2, active=True),
    _Turn(4, account=1, member=3, active=True),
    _Turn(4, account=2, member=4, active=True),
    _Turn(4, account=2, member=5, active=True),
    _Turn(5, account=0, member=1, active=False),
    _Turn(6, account=1, member=6, active=True),
    _Turn(7, account=1, member=2, active=False),
)
_BATCHES = 8
_ACCOUNT_OF = {turn.member: turn.account for turn in _TURNS}
_ACTIVE_AT_LAST = {turn.member: turn.active for turn in _TURNS}

_serial = itertools.count(1)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A partner with the ids of its rows, each kind ascending."""

    id: int
    accounts: list[int]
    members: list[int]
    batches: list[int]
    at: datetime

    def moment(self, batch: int) -> datetime:
        return self.at + timedelta(hours=batch + 1)


def open_due_partners(count: int) -> None:
    """Write `count` partners, and let the planner know of them."""
    partners = list(_opened(count))
    seller = Seller.objects.get(is_default=True).pk
    copy_rows(
        Partner,
        ["id", "seller_id", "kind", "name", "legal_name", "address", "country", "tax_id", "email", "language",
         "currency", "timezone", "created_at", "anchor", "invoiced_from"],
        (
            (one.id, seller, "msp", f"MSP {next(_serial)}", "Managed Services Ltd", "1 Harbour Street\nLeeds", "GB",
             "GB123456789", f"billing@msp{one.id}.example", "en", "USD", "UTC", one.at, one.at.date(), one.at)
            for one in partners
        ),
    )  # fmt: skip
    copy_rows(
        Card,
        ["partner_id", "provider", "provider_customer", "provider_reference", "brand", "last4", "expires_month",
         "expires_year", "in_use", "usable", "added_at"],
        (
            (one.id, "sandbox", f"cus_{one.id}", f"pm_{one.id}", "visa", "4242", 12, 2030, True, True, one.at)
            for one in partners
        ),
    )  # fmt: skip
    _write_counts(partners)
    _write_members(partners)
    _write_log(partners)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE partner, card, account, member, meter, cycle, seat_batch, seat_log")


def _opened(count: int) -> Iterator[_Opened]:
    accounts, members = reserve_ids(Account, count * ACCOUNTS), reserve_ids(Member, count * len(_ACCOUNT_OF))
    batches = reserve_ids(SeatBatch, count * _BATCHES)
    for number, partner in enumerate(reserve_ids(Partner, count)):
        yield _Opened(
            partner,
            accounts[number * ACCOUNTS : (number + 1) * ACCOUNTS],
            members[number * len(_ACCOUNT_OF) : (number + 1) * len(_ACCOUNT_OF)],
            batches[number * _BATCHES : (number + 1) * _BATCHES],
            _FIRST_OPENED + timedelta(days=number % _DAYS),
        )


@cache
def _counted(at: datetime) -> tuple[peak.Meter, tuple[peak.AccountCount, ...]]:
    """How a partner opened at `at` and its accounts stand after all batches; the peak's batch is its place."""
    meter = peak.opened(at, cycle_end(at.date(), 0, "UTC"))
    accounts = [peak.AccountCount() for _ in range(ACCOUNTS)]
    for batch in range(_BATCHES):
        moment = at + timedelta(hours=batch + 1)
        deltas = [sum(_delta(turn) for turn in _TURNS if (turn.batch, turn.account) == (batch, account))
                  for account in range(ACCOUNTS)]  # fmt: skip
        touched = {turn.account for turn in _TURNS if turn.batch == batch} or {batch}
        accounts = [
            peak.count(account, meter, moment, delta) if number in touched else account
            for number, (account, delta) in enumerate(zip(accounts, deltas, strict=True))
        ]
        meter = peak.step(meter, moment, sum(deltas), batch)
    return meter, tuple(accounts)


def _delta(turn: _Turn) -> int:
    return 1 if turn.active else -1


def _write_counts(partners: list[_Opened]) -> None:
    copy_rows(
        Meter,
        ["partner_id", "index", "starts_at", "ends_at", "timezone", "currency", "opening", "seats", "peak", "peak_at",
         "peak_batch_id", "mark", "last_at", "ends_with_cycle", "ended"],
        (
            (one.id, meter.index, meter.starts_at, meter.ends_at, "UTC", "USD", meter.opening, meter.seats, meter.peak,
             meter.peak_at, None if meter.peak_batch is None else one.batches[meter.peak_batch], meter.mark,
             meter.last_at, False, False)
            for one, meter in ((one, _counted(one.at)[0]) for one in partners)
        ),
    )  # fmt: skip
    copy_rows(
        Account,
        ["id", "partner_id", "name", "model", "state", "internal", "created_at", "active_members", "seats",
         "seats_at_peak", "mark", "own_peak", "own_peak_cycle"],
        (
            (number, one.id, f"Customer {place}", "monthly", "live", False, one.moment(place), count.seats, count.seats,
             count.seats_at_peak, count.mark, count.own_peak, count.own_peak_cycle)
            for one in partners
            for place, (number, count) in enumerate(zip(one.accounts, _counted(one.at)[1], strict=True))
        ),
    )  # fmt: skip


def _write_members(partners: list[_Opened]) -> None:
    copy_rows(
        Member,
        ["id", "partner_id", "account_id", "email", "active"],
        (
            (number, one.id, one.accounts[_ACCOUNT_OF[place]], f"user{place}@customer.example", _ACTIVE_AT_LAST[place])
            for one in partners
            for place, number in enumerate(one.members)
        ),
    )


@cache
def _seats_after(batch: int) -> int:
    return sum(_delta(turn) for turn in _TURNS if turn.batch <= batch)


def _write_log(partners: list[_Opened]) -> None:
    copy_rows(
        SeatBatch,
        ["id", "partner_id", "at", "actor", "means", "seats_after"],
        (
            (number, one.id, one.moment(batch), "benchmark", "bench", _seats_after(batch))
            for one in partners
            for batch, number in enumerate(one.batches)
        ),
    )
    columns = ["partner_id", "account_id", "member_id", "batch_id", "at", "delta", "billable", "state"]
    copy_rows(
        SeatLogEntry,
        columns,
        (
            (one.id, account, None, one.batches[place], one.moment(place), 0, True, "live")
            for one in partners
            for place, account in enumerate(one.accounts)
        ),
    )
    copy_rows(
        SeatLogEntry,
        columns,
        (
            (one.id, one.accounts[turn.account], one.members[turn.member], one.batches[turn.batch],
             one.moment(turn.batch), _delta(turn), True, None)
            for one in partners
            for turn in _TURNS
        ),
    )  # fmt: skip
