"""A partner with one charge to collect, and what must hold when it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.collect_charge import collect_charge
from pleamar.actions.collect_charges import CollectReport, collect_charges
from pleamar.models import (
    Charge,
    Invoice,
    LedgerEntry,
    SandboxIntent,
)
from pleamar.ports.payments import PaymentProvider
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from tests.fakes.leasing import leasing
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

DUE = datetime(2026, 2, 1, 0, 10, tzinfo=UTC)
A_MINUTE_LATER = DUE + timedelta(minutes=1)
SUCCEEDS, NO_FUNDS, EXPIRED, SECURE = "4242424242424242", "4000000000009995", "4000000000000069", "4000002760003184"


def one_charge(story: Storyteller, number: str = SUCCEEDS) -> Charge:
    story.on("2026-01-01 00:00").partner("Partner")
    story.card(number)
    story.account("Customer")
    story.joins("Customer", 10)
    story.clock.set(DUE)
    close_cycles(cause=TESTER, now=DUE)
    return Charge.unscoped.get()


def collect(gateway: PaymentProvider, now: datetime = DUE) -> CollectReport:
    return collect_charges(gateway, now=now, leasing=leasing())


def drive(charge: Charge, gateway: PaymentProvider, now: datetime = DUE) -> Charge:
    return collect_charge(charge.pk, gateway, now=now, leasing=leasing())


def paid_once() -> None:
    """One payment has succeeded, whatever else there was, and all that was owed is paid by it."""
    assert sum(row.content["status"] == "succeeded" for row in SandboxIntent.objects.all()) == 1
    assert Charge.unscoped.filter(state="succeeded").count() == 1
    assert LedgerEntry.unscoped.filter(kind="charge").count() == 1
    assert set(Invoice.unscoped.values_list("state", flat=True)) == {"paid"}
    assert check_books(EVERYTHING) == []
