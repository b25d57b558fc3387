"""Close the cycles that have ended: statements, invoices, postings, and charges where there is a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from pleamar.actions.bill_cycles import Bills, WaitingPartner, bill_cycles, cycles_to_bill
from pleamar.actions.record_act import record_act
from pleamar.actions.roll_meters import AT_ONCE, roll_due_meters
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.rules.causes import Cause


@dataclass(frozen=True, slots=True)
class CloseReport:
    """What a run did. `waiting` are partners whose cycles stay unclosed because no price book applies (rule M9)."""

    statements: int
    invoices: int
    charges: int
    waiting: tuple[WaitingPartner, ...]


def close_cycles(*, cause: Cause, now: datetime, jobs: Jobs = NOBODY) -> CloseReport:
    """Roll what is due at `now`, then close every cycle that has ended and is not closed yet.

    A partner's oldest cycle first; at most 1,000 partners a transaction. Several workers may run this at once: each
    takes partners that no other holds; what is held at the end is waited for, one at a time, so that nobody else is
    kept waiting meanwhile. Nothing is closed twice, however often it is called (rules M7, M9). Planned charges wake
    whoever collects them.
    """
    roll_due_meters(now)
    done = Bills()
    for waiting in (False, True):
        while (swept := _sweep(cause, now, jobs, waiting=waiting)).statements:
            done = done.plus(swept)
        # The last sweep saw every partner that waits for a price book, and none of those that could be closed.
        done = done.waiting_as(swept)
    return CloseReport(done.statements, done.invoices, done.charges, done.waiting)


def _sweep(cause: Cause, now: datetime, jobs: Jobs, *, waiting: bool) -> Bills:
    """Once over all partners that have an unclosed cycle, the oldest one of each."""
    swept, after = Bills(), 0
    while True:
        with transaction.atomic():
            partner_ids = _claim(after, now, waiting=waiting)
            if not partner_ids:
                return swept
            bills = bill_cycles(cycles_to_bill(partner_ids, now, oldest_only=True), now, jobs)
            if bills.statements:
                record_act(
                    "close cycles",
                    f"{bills.statements} cycles",
                    cause=cause,
                    at=now,
                    statements=bills.statements,
                    invoices=bills.invoices,
                    charges=bills.charges,
                )
        swept = swept.plus(bills)
        after = partner_ids[-1]


def _claim(after: int, now: datetime, *, waiting: bool) -> Sequence[int]:
    """Lock the next partners that have something to close; without `waiting`, only those that nobody else holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partner_id FROM meter WHERE partner_id > %s "
            "AND EXISTS (SELECT FROM cycle "
            "            WHERE cycle.partner_id = meter.partner_id AND closed_at IS NULL AND cycle.ends_at <= %s) "
            f"ORDER BY partner_id LIMIT %s FOR UPDATE {'' if waiting else 'SKIP LOCKED'}",
            [after, now, 1 if waiting else AT_ONCE],
        )
        return [row[0] for row in cursor.fetchall()]
