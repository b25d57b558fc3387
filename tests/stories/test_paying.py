"""How invoices are paid, or wait."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.hold_invoice import hold_invoice, release_invoice
from pleamar.models import Charge
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.faulty_gateway import FaultyGateway
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller


def test_m13_no_card_for_three_cycles_and_then_one_charge_for_all(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Slow payer")
    story.account("Customer")
    story.joins("Customer", 10)
    for month in (2, 3, 4):
        _, collected = story.on(f"2026-{month:02}-01 00:10").night()
        assert collected.planned == 0, "without a card nothing is planned"
    assert [invoice.outstanding.decimal for invoice in story.invoices()] == [Decimal("24.00")] * 3
    report = story.on("2026-04-05 12:00").card()
    assert report.succeeded == 1
    assert Charge.unscoped.get().amount == 7200
    assert {invoice.state for invoice in story.invoices()} == {"paid"}
    story.books_agree()


def test_m11_a_declined_card_leaves_the_invoice_open_for_the_next_attempt(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("No funds")
    story.card("4000000000009995")
    story.account("Customer")
    story.joins("Customer", 10)
    _, collected = story.on("2026-02-01 00:10").night()
    assert (collected.succeeded, collected.declined) == (0, 1)
    assert story.invoices()[0].state == "open"
    _, at_once = story.on("2026-02-01 00:20").night()
    assert (at_once.planned, at_once.declined) == (0, 0), "it is not tried again at once"
    assert story.on("2026-02-02 12:00").card().succeeded == 1
    assert story.invoices()[0].state == "paid"
    story.books_agree()


def test_m27_an_invoice_on_hold_is_not_charged_until_it_is_released(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Held")
    story.account("Customer")
    story.joins("Customer", 10)
    story.on("2026-02-01 00:10")
    close_cycles(cause=TESTER, now=story.clock())
    number = story.invoices()[0].number
    with pytest.raises(Refused, match="reason_missing"):
        hold_invoice(number, cause=TESTER, now=story.clock())
    hold_invoice(number, cause=Cause("finance", "office", reason="disputed count"), now=story.clock())
    assert story.card().planned == 0
    assert story.invoices()[0].state == "open"
    release_invoice(number, cause=TESTER, now=story.clock())
    assert story.collects().succeeded == 1
    assert story.invoices()[0].state == "paid"
    story.books_agree()


def test_m27_a_hold_overtakes_a_planned_charge(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Overtaken")
    story.card()
    story.account("Customer")
    story.joins("Customer", 10)
    story.on("2026-02-01 00:10")
    close_cycles(cause=TESTER, now=story.clock())
    hold_invoice(story.invoices()[0].number, cause=Cause("finance", "office", reason="wait"), now=story.clock())
    report = story.collects()
    assert (report.succeeded, report.declined, report.canceled) == (0, 0, 1)
    assert Charge.unscoped.get().state == "canceled"
    release_invoice(story.invoices()[0].number, cause=TESTER, now=story.clock())
    assert story.collects().succeeded == 1
    assert story.invoices()[0].state == "paid"
    story.books_agree()


def test_m13_cycles_that_are_closed_late_are_one_charge(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Late")
    story.card()
    story.account("Customer")
    story.joins("Customer", 10)
    closed, collected = story.on("2026-05-01 00:10").night()
    assert (closed.statements, closed.charges, collected.succeeded) == (4, 1, 1)
    assert [charge.amount for charge in Charge.unscoped.exclude(state="canceled")] == [4 * 2400]
    assert set(Charge.unscoped.filter(state="canceled").values_list("provider_id", flat=True)) == {None}, "never sent"
    assert {invoice.state for invoice in story.invoices()} == {"paid"}
    story.books_agree()


@pytest.mark.parametrize("drive_first", [False, True])
def test_m13_a_new_card_takes_over_what_is_planned_for_the_old_one(story: Storyteller, drive_first: bool) -> None:
    story.on("2026-01-01 00:00").partner("Replaced")
    story.card("4000000000009995")
    story.account("Customer")
    story.joins("Customer", 10)
    story.on("2026-02-01 00:10")
    close_cycles(cause=TESTER, now=story.clock())
    if drive_first:  # it was sent, but nobody knows how it ended
        lost = FaultyGateway(sandbox_gateway(story.clock), {"create": "lost answer"})
        assert story.collects(lost).unanswered == 1
    report = story.card()
    assert (report.succeeded, report.declined) == (1, 0), "the old card is not asked any more"
    assert story.invoices()[0].state == "paid"
    story.books_agree()


def test_m07_nothing_is_billed_before_it_has_ended(story: Storyteller) -> None:
    """Whoever looks ahead freezes a cycle; whoever then closes as of an earlier time must not bill it."""
    story.on("2026-01-01 00:00").partner("Early")
    story.account("Customer")
    story.joins("Customer", 10)
    story.on("2026-02-01 00:00").joins("Customer", 1, start=50)
    closed, _ = story.on("2026-01-31 23:59").night()
    assert closed.statements == 0
    closed, _ = story.on("2026-02-01 00:00").night()
    assert (closed.statements, closed.invoices) == (1, 1)
    story.books_agree()


def test_m09_a_partner_without_a_price_book_waits_alone(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Kumo", currency="JPY")
    story.account("Customer")
    story.joins("Customer", 3)
    story.partner("Usual")
    story.account("Other customer")
    story.joins("Other customer", 4)
    closed, _ = story.on("2026-02-01 00:10").night()
    assert [(waiting.partner, waiting.currency) for waiting in closed.waiting] == [("Kumo", "JPY")]
    assert closed.statements == 1
    assert story.peaks() == [4]
    story.books_agree()
