"""Disputes and refunds: in any order, twice, and never on a guess."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from pleamar.actions.credit_invoice import credit_invoice
from pleamar.actions.lock_charge import NotSettledYet
from pleamar.actions.record_dispute import record_dispute
from pleamar.actions.record_refunds import record_refunds
from pleamar.actions.settle_charge import settle_charge
from pleamar.models import (
    Charge,
    ChargeAllocation,
    Invoice,
    LedgerEntry,
    LedgerPosting,
    OutsideRefund,
    PartnerCredit,
)
from pleamar.models import Dispute as KeptDispute
from pleamar.ports.payments import Dispute, DisputeStatus, Intent, Refund
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.causes import Cause
from pleamar.rules.money import Money
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.one_charge import DUE, collect, one_charge
from tests.stories.month import Storyteller

LATER = DUE + timedelta(days=10)


@pytest.fixture
def story(installation: object) -> Storyteller:
    return Storyteller()


@pytest.fixture
def charge(story: Storyteller) -> Charge:
    """24.00 USD, collected."""
    charge = one_charge(story)
    collect(sandbox_gateway(story.clock))
    charge.refresh_from_db()
    return charge


def tell(charge: Charge, status: DisputeStatus, minor: int = 2400, currency: str = "USD") -> None:
    dispute = Dispute("dp_1", charge.provider_id or "", Money(minor, currency), status)
    record_dispute(dispute, charge.pk, now=LATER)


def steps() -> list[str]:
    entries = LedgerEntry.unscoped.filter(kind__startswith="dispute").order_by("id")
    return [key.removeprefix("dispute:sandbox:dp_1:") for key in entries.values_list("key", flat=True)]


@pytest.mark.parametrize("closed", ["won", "lost"])
@pytest.mark.parametrize("order", sorted({*product("oc", repeat=3)}), ids="".join)
def test_p3_a_dispute_is_booked_once_in_whatever_order_it_is_told(
    charge: Charge, closed: DisputeStatus, order: tuple[str, ...]
) -> None:
    for word in order:
        tell(charge, "open" if word == "o" else closed)
    assert steps() == ["opened", closed][: 2 if "c" in order else 1]
    assert KeptDispute.unscoped.get().state == (closed if "c" in order else "open")
    assert Invoice.unscoped.get().state == ("open" if closed == "lost" and "c" in order else "paid")
    charge.refresh_from_db()
    assert charge.problem == ""
    assert check_books(EVERYTHING) == []


@pytest.mark.parametrize(
    ("minor", "currency", "why"),
    [(2401, "USD", "2401 minor units of 2400"), (2400, "EUR", "it is in EUR"), (0, "USD", "0 minor units")],
)
def test_p3_what_cannot_be_is_noted_and_not_booked(charge: Charge, minor: int, currency: str, why: str) -> None:
    for _ in range(2):
        tell(charge, "lost", minor, currency)
    charge.refresh_from_db()
    assert charge.problem.startswith("dispute dp_1 (lost) was not booked: ")
    assert why in charge.problem
    assert "\n" not in charge.problem
    assert (steps(), KeptDispute.unscoped.count()) == ([], 0)
    assert check_books(EVERYTHING) == []


def test_p3_a_decided_dispute_is_not_decided_otherwise(charge: Charge) -> None:
    tell(charge, "won")
    tell(charge, "lost")
    tell(charge, "won", 100)
    charge.refresh_from_db()
    assert charge.problem.splitlines() == [
        "dispute dp_1 (lost) was not booked: it was won already",
        "dispute dp_1 (won) was not booked: it was about 2400 minor units and is told as 100",
    ]
    assert steps() == ["opened", "won"]


def test_m11_what_is_not_settled_here_is_settled_first(story: Storyteller) -> None:
    charge = one_charge(story)
    with pytest.raises(NotSettledYet):
        tell(charge, "open")
    with pytest.raises(NotSettledYet):
        record_refunds([], charge.pk, now=LATER)


def test_m11_an_invoice_paid_by_two_charges_can_be_charged_again(charge: Charge) -> None:
    """No charge that succeeded stands in the way of what is owed again, also not the one that paid the rest."""
    invoice = Invoice.unscoped.get()
    other = Charge.unscoped.create(
        partner_id=charge.partner_id,
        card_id=charge.card_id,
        currency="USD",
        amount=1000,
        state="confirming",
        provider_id="pi_other",
        create_attempt=1,
        planned_at=DUE,
        due_at=DUE,
    )
    ChargeAllocation.unscoped.update(amount=1400, applied=1400, live=False)
    ChargeAllocation.unscoped.create(
        partner_id=charge.partner_id, charge=other, invoice=invoice, amount=1000, owed=1000, live=True
    )
    Invoice.unscoped.update(paid=1400, state="open")
    settle_charge(other.pk, Intent("pi_other", "succeeded", Money(1000, "USD"), "", {}), now=DUE)
    tell(charge, "lost", 1400)
    assert not ChargeAllocation.unscoped.filter(live=True).exists()
    reopened = Invoice.unscoped.get()
    assert (reopened.outstanding, reopened.held_at) == (1400, LATER)


def test_m16_what_had_become_the_partners_credit_is_a_loss(story: Storyteller) -> None:
    """Credited while the money was on its way: all of it became credit, and no invoice can owe it again."""
    charge = one_charge(story)
    invoice = Invoice.unscoped.get()
    Charge.unscoped.filter(pk=charge.pk).update(state="creating", create_attempt=1)
    Charge.unscoped.filter(pk=charge.pk).update(state="ready", provider_id="pi_1")
    credit_invoice(invoice.number, Money(2000, "USD"), cause=Cause("x", "office", reason="y"), now=DUE)
    settle_charge(charge.pk, Intent("pi_1", "succeeded", Money(2400, "USD"), "", {}), now=DUE)
    assert PartnerCredit.unscoped.get().balance == 2000
    charge.refresh_from_db()
    tell(charge, "lost")
    postings = LedgerPosting.unscoped.filter(entry__kind="dispute_lost").values_list("account", "amount")
    assert dict(postings) == {"receivable": 400, "dispute_losses": 2000, "disputed": -2400}
    assert PartnerCredit.unscoped.get().balance == 2000
    assert check_books(EVERYTHING) == []


def test_p3_refunds_are_noted_once_each_and_never_for_more_than_was_collected(charge: Charge) -> None:
    def refund(number: int, minor: int, currency: str = "USD") -> Refund:
        return Refund(f"re_{number}", charge.provider_id or "", Money(minor, currency))

    assert record_refunds([refund(1, 1000), refund(2, 1400), refund(1, 1000)], charge.pk, now=LATER) == 2
    assert record_refunds([refund(3, 1), refund(4, 1, "EUR"), refund(1, 999)], charge.pk, now=LATER) == 0
    assert sorted(OutsideRefund.unscoped.values_list("amount", flat=True)) == [1000, 1400]
    charge.refresh_from_db()
    assert charge.problem.splitlines() == [
        "refund re_1: 10.00 USD given back at the provider",
        "refund re_2: 14.00 USD given back at the provider",
        "refund re_3 of 0.01 USD was not booked: of 2400 minor units collected 2400 are given back already",
        "refund re_4 of 0.01 EUR was not booked: the charge is in USD",
        "refund re_1 is told otherwise than it was before",
    ]
    assert Invoice.unscoped.get().state == "paid"
    assert check_books(EVERYTHING) == []


def test_p3_a_refund_that_failed_is_not_booked_and_one_that_fails_later_is_noted(charge: Charge) -> None:
    went, failed = (Refund("re_1", charge.provider_id or "", Money(500, "USD"), failed=word) for word in (False, True))
    assert record_refunds([failed], charge.pk, now=LATER) == 0
    charge.refresh_from_db()
    assert (charge.problem, OutsideRefund.unscoped.count()) == ("", 0)
    assert record_refunds([went], charge.pk, now=LATER) == 1
    assert [record_refunds([failed], charge.pk, now=LATER) for _ in range(2)] == [0, 0]
    charge.refresh_from_db()
    assert charge.problem.splitlines()[1:] == ["refund re_1 was booked, and has failed since at the provider"]
    assert LedgerEntry.unscoped.filter(kind="outside_refund").count() == 1
    assert check_books(EVERYTHING) == []


@pytest.mark.parametrize("refunded_first", [True, False])
def test_p3_a_refund_beside_a_lost_dispute_is_for_staff_to_see(charge: Charge, refunded_first: bool) -> None:
    refund = Refund("re_1", charge.provider_id or "", Money(2400, "USD"))
    for is_refund in (refunded_first, not refunded_first):
        if is_refund:
            record_refunds([refund], charge.pk, now=LATER)
        else:
            tell(charge, "lost")
    charge.refresh_from_db()
    assert charge.problem.splitlines()[-1] == (
        "dispute dp_1 was lost beside the refund re_1: the money is gone twice"
        if refunded_first
        else "refund re_1 is beside the dispute dp_1, which was lost: the money is gone twice"
    )
    assert steps() == ["opened", "lost"]
    assert OutsideRefund.unscoped.count() == 1
    assert check_books(EVERYTHING) == []
