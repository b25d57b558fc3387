"""What is taken back from partners' bills, and what banks take back from us."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.credit_invoice import credit_invoice
from pleamar.actions.hold_invoice import release_invoice
from pleamar.actions.record_dispute import record_dispute
from pleamar.actions.record_refunds import record_refunds
from pleamar.models import Charge, CreditNote, Installation, Invoice, PartnerCredit
from pleamar.ports.payments import Dispute, DisputeStatus, Refund
from pleamar.rules.causes import Cause
from pleamar.rules.money import Money
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

FINANCE = Cause("finance", "office", reason="ten users too many")


class FinanceStory(Storyteller):
    """Staff credit what was billed too much, and banks dispute what was charged."""

    def begins(self, *, card: bool) -> None:
        """Ten users since New Year: 24.00 USD a month, without tax."""
        self.on("2026-01-01 00:00").partner("Partner")
        if card:
            self.card()
        self.account("Customer")
        self.joins("Customer", 10)

    def credits(self, position: int, minor: int | None = None) -> CreditNote:
        """Of the invoice at that position, all or so many cents."""
        amount = None if minor is None else Money(minor, "USD")
        return credit_invoice(self.invoices()[position].number, amount, cause=FINANCE, now=self.clock())

    def disputes(self, status: DisputeStatus, minor: int = 2400) -> None:
        charge = Charge.unscoped.latest("id")
        dispute = Dispute("dp_1", charge.provider_id or "", Money(minor, "USD"), status)
        record_dispute(dispute, charge.pk, now=self.clock())

    def charged(self) -> list[int]:
        """What was collected, charge by charge, in cents."""
        return list(Charge.unscoped.filter(state="succeeded").order_by("id").values_list("amount", flat=True))

    def credit(self) -> int:
        return sum(PartnerCredit.unscoped.values_list("balance", flat=True))

    def owed(self) -> list[Decimal]:
        return [row.outstanding.decimal for row in self.invoices()]


@pytest.fixture
def finance(installation: Installation) -> FinanceStory:
    return FinanceStory()


def test_m16_a_credit_note_lowers_what_is_still_owed(finance: FinanceStory) -> None:
    finance.begins(card=False)
    finance.on("2026-02-01 00:10").night()
    note = finance.credits(0, 400)
    assert (note.number, note.total, note.applied, note.reason) == ("INV-CN-000001", 400, 400, "ten users too many")
    assert finance.owed() == [Decimal("20.00")]
    finance.on("2026-02-05 12:00").card()
    assert finance.charged() == [2000]
    assert finance.invoices()[0].state == "paid"
    finance.books_agree()


def test_m16_an_invoice_that_is_credited_in_full_is_settled_without_a_charge(finance: FinanceStory) -> None:
    finance.begins(card=False)
    finance.on("2026-02-01 00:10").night()
    assert finance.credits(0).total == 2400
    assert finance.invoices()[0].state == "paid"
    assert finance.on("2026-02-05 12:00").card().planned == 0
    finance.books_agree()


def test_m16_what_was_paid_already_is_credited_to_the_next_bill(finance: FinanceStory) -> None:
    finance.begins(card=True)
    finance.on("2026-02-01 00:10").night()
    assert finance.credits(0, 400).applied == 0
    assert (finance.credit(), finance.owed()) == (400, [Decimal("0.00")])
    finance.on("2026-03-01 00:10").night()
    assert finance.charged() == [2400, 2000]
    assert finance.credit() == 0
    finance.books_agree()


def test_m16_a_credit_that_covers_the_next_bill_leaves_nothing_to_charge(finance: FinanceStory) -> None:
    finance.begins(card=True)
    finance.on("2026-02-01 00:10").night()
    finance.on("2026-03-01 00:10").night()
    finance.credits(0)
    finance.credits(1, 1000)
    assert finance.credit() == 3400
    closed, collected = finance.on("2026-04-01 00:10").night()
    assert (closed.invoices, closed.charges, collected.succeeded) == (1, 0, 0)
    assert finance.credit() == 1000
    assert {row.state for row in finance.invoices()} == {"paid"}
    finance.books_agree()


def test_m16_a_credit_is_used_at_once_for_what_else_is_owed(finance: FinanceStory) -> None:
    finance.begins(card=True)
    finance.on("2026-02-01 00:10").night()
    finance.card("4000000000009995")
    finance.on("2026-03-01 00:10").night()
    assert finance.owed() == [Decimal("0.00"), Decimal("24.00")]
    finance.credits(0, 900)
    assert (finance.credit(), finance.owed()) == (0, [Decimal("0.00"), Decimal("15.00")])
    finance.books_agree()


def test_m16_a_credit_while_a_charge_is_planned_has_it_planned_anew(finance: FinanceStory) -> None:
    finance.begins(card=True)
    close_cycles(cause=TESTER, now=finance.on("2026-02-01 00:10").clock())
    finance.credits(0, 400)
    finance.collects()
    finance.collects()
    assert finance.charged() == [2000]
    finance.books_agree()


@pytest.mark.parametrize("status", ["open", "won"])
def test_m11_a_dispute_that_is_open_or_won_leaves_the_invoices_paid(
    finance: FinanceStory, status: DisputeStatus
) -> None:
    finance.begins(card=True)
    finance.on("2026-02-01 00:10").night()
    finance.on("2026-02-10 09:00")
    finance.disputes(status)
    assert finance.invoices()[0].state == "paid"
    finance.books_agree()


def test_m11_m27_a_lost_dispute_is_owed_again_and_waits_for_staff(finance: FinanceStory) -> None:
    finance.begins(card=True)
    finance.on("2026-02-01 00:10").night()
    finance.on("2026-02-10 09:00")
    finance.disputes("open")
    finance.on("2026-02-20 09:00")
    finance.disputes("lost")
    assert finance.owed() == [Decimal("24.00")]
    finance.books_agree()
    finance.on("2026-03-01 00:10").night()
    assert finance.owed() == [Decimal("24.00"), Decimal("0.00")], "it is not swept with the next one"
    held = Invoice.unscoped.get(state="open")
    assert held.held_because == "dispute dp_1 of its charge was lost"
    release_invoice(held.number, cause=TESTER, now=finance.clock())
    finance.collects()
    assert finance.charged() == [2400, 2400, 2400]
    assert finance.owed() == [Decimal("0.00"), Decimal("0.00")]
    finance.books_agree()


def test_m11_a_dispute_over_a_part_reopens_the_oldest_first(finance: FinanceStory) -> None:
    finance.begins(card=False)
    for month in (2, 3):
        finance.on(f"2026-{month:02}-01 00:10").night()
    finance.on("2026-03-05 12:00").card()
    assert finance.charged() == [4800]
    finance.disputes("lost", 3000)
    assert finance.owed() == [Decimal("24.00"), Decimal("6.00")]
    finance.books_agree()


def test_m16_credit_stays_when_the_charge_is_taken_back(finance: FinanceStory) -> None:
    finance.begins(card=True)
    finance.on("2026-02-01 00:10").night()
    finance.credits(0, 400)
    finance.on("2026-02-20 09:00")
    finance.disputes("lost")
    assert (finance.owed(), finance.credit()) == ([Decimal("24.00")], 400)
    finance.books_agree()


def test_p3_money_given_back_at_the_provider_is_booked_and_flagged(finance: FinanceStory) -> None:
    finance.begins(card=True)
    finance.on("2026-02-01 00:10").night()
    charge = Charge.unscoped.get()
    refund = Refund("re_1", charge.provider_id or "", Money(1000, "USD"))
    for _ in range(2):
        record_refunds([refund], charge.pk, now=finance.clock())
    charge.refresh_from_db()
    assert charge.problem == "refund re_1: 10.00 USD given back at the provider"
    assert finance.invoices()[0].state == "paid"
    finance.books_agree()
