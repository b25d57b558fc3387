"""Several connections at once, on committed rows: nothing is lost, nothing is invented, nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from threading import Barrier

import pytest
from django.db import connection

from pleamar.actions.change_seats import Wanted, change_seats
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.collect_charges import collect_charges
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import (
    Account,
    Charge,
    Cycle,
    Installation,
    Invoice,
    Member,
    Meter,
    SandboxIntent,
    SeatBatch,
    SeatLogEntry,
)
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.clock import SteppedClock
from tests.fakes.leasing import leasing
from tests.fakes.one_charge import NO_FUNDS, SECURE, SUCCEEDS
from tests.fakes.people import TESTER, active, emails
from tests.stories.month import Storyteller

START = datetime(2026, 1, 15, tzinfo=UTC)
END = datetime(2026, 2, 15, tzinfo=UTC)


def at_once(*jobs: Callable[[], object]) -> None:
    """Run the jobs in threads that begin together; the first error of any of them is raised here."""
    together = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        together.wait()
        try:
            job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for done in [pool.submit(run, job) for job in jobs]:
            done.result()


class CrossingClock:
    """Every look at it is a second later; it crosses the end of the cycle while the threads are at work."""

    def __init__(self, first: datetime) -> None:
        self._first = first
        self._looks = count()

    def __call__(self) -> datetime:
        return self._first + timedelta(seconds=next(self._looks))


def test_m06_eight_threads_change_one_partner_while_its_cycle_ends(committed: Installation) -> None:
    partner = open_partner(NewPartner("Crowded", "USD"), created=START, cause=TESTER, now=START)
    accounts = [
        open_account(partner.pk, f"Customer {number}", cause=TESTER, clock=SteppedClock(START)) for number in range(3)
    ]
    clock = CrossingClock(END - timedelta(seconds=120))
    wanted: dict[int, dict[tuple[int, str], bool]] = {number: {} for number in range(8)}

    def worker(number: int) -> Callable[[], None]:
        """Changes people of its own in accounts that all share, and keeps what it wanted last."""
        chance = Random(number)

        def work() -> None:
            for _ in range(30):
                batch = [
                    Wanted(chance.choice(accounts).pk, f"w{number}-{chance.randrange(12)}@example.com", active=on)
                    for on in chance.choices((True, False), weights=(3, 2), k=chance.choice((1, 1, 5)))
                ]
                change_seats(partner.pk, batch, cause=TESTER, clock=clock)
                wanted[number].update({(one.account_id, one.email): one.active for one in batch})

        return work

    def closer() -> None:
        for _ in range(20):
            close_cycles(cause=TESTER, now=clock())

    at_once(*(worker(number) for number in range(8)), closer)
    close_cycles(cause=TESTER, now=clock())

    expected = {key for told in wanted.values() for key, on in told.items() if on}
    assert set(Member.unscoped.filter(active=True).values_list("account_id", "email")) == expected
    meter = Meter.unscoped.get()
    assert meter.seats == len(expected) == sum(Account.unscoped.values_list("seats", flat=True))
    first = Cycle.unscoped.get(index=0)
    assert (first.ends_at, meter.index) == (END, 1)
    assert (first.peak, first.peak_at) == _peak_by_hand(first.ends_at)
    times = list(SeatBatch.unscoped.order_by("id").values_list("at", flat=True))
    assert times == sorted(set(times)), "the order of writing is the order of time"
    assert check_books(EVERYTHING) == []


def _peak_by_hand(end: datetime) -> tuple[int, datetime]:
    """The highest running sum of the log before `end`, and when it was first reached."""
    running, peak, peak_at = 0, 0, START
    batches: dict[datetime, int] = {}
    for at, delta in SeatLogEntry.unscoped.filter(billable=True, at__lt=end).values_list("at", "delta"):
        batches[at] = batches.get(at, 0) + delta
    for at in sorted(batches):
        running += batches[at]
        if running > peak:
            peak, peak_at = running, at
    return peak, peak_at


def test_m09_several_closers_close_every_cycle_once(committed: Installation) -> None:
    clock = SteppedClock(START)
    for number in range(40):
        partner = open_partner(NewPartner(f"Partner {number}", "USD"), created=START, cause=TESTER, now=START)
        account = open_account(partner.pk, "Customer", cause=TESTER, clock=clock)
        change_seats(partner.pk, active(account.pk, emails(number + 1)), cause=TESTER, clock=clock)
    later = END + timedelta(days=40)
    at_once(*(lambda: close_cycles(cause=TESTER, now=later) for _ in range(4)))
    assert Cycle.unscoped.filter(closed_at=None).count() == 0
    sequences = sorted(Invoice.unscoped.values_list("sequence", flat=True))
    assert sequences == list(range(1, 81)), "no number is missing and none is given twice"
    assert check_books(EVERYTHING) == []


@pytest.mark.parametrize(
    ("card", "state", "invoice"),
    [(SUCCEEDS, "succeeded", "paid"), (NO_FUNDS, "canceled", "open"), (SECURE, "action_required", "open")],
)
def test_m11_several_collectors_charge_every_invoice_once(
    committed: Installation, card: str, state: str, invoice: str
) -> None:
    story = Storyteller()
    for number in range(6):
        story.on("2026-01-01 00:00").partner(f"Partner {number}")
        story.card(card)
        story.account(f"Customer {number}")
        story.joins(f"Customer {number}", 5)
    now = datetime(2026, 2, 1, tzinfo=UTC)
    close_cycles(cause=TESTER, now=now)
    gateway = sandbox_gateway(SteppedClock(now))
    at_once(*(lambda: collect_charges(gateway, now=now, leasing=leasing()) for _ in range(4)))
    collect_charges(gateway, now=now, leasing=leasing())
    assert sorted(Charge.unscoped.values_list("state", flat=True)) == [state] * 6
    assert set(Invoice.unscoped.values_list("state", flat=True)) == {invoice}
    assert SandboxIntent.objects.count() == 6
    assert check_books(EVERYTHING) == []
