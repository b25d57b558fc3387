"""How cards behave, and what becomes of the bill: declines and days, 3-D Secure, small amounts, other currencies."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.credit_invoice import credit_invoice
from pleamar.actions.load_prices import load_prices
from pleamar.models import Card, Charge, OutboxMessage
from pleamar.rules.causes import Cause
from pleamar.rules.money import Money
from pleamar.rules.prices import TierRow
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.faulty_gateway import FaultyGateway
from tests.fakes.one_charge import EXPIRED, NO_FUNDS, SECURE, SUCCEEDS
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

FINANCE = Cause("finance", "office", reason="counted twice")


def ten_users(story: Storyteller, name: str = "Partner", card: str | None = SUCCEEDS, currency: str = "USD") -> None:
    story.on("2026-01-01 00:00").partner(name, currency=currency)
    if card is not None:
        story.card(card)
    story.account(f"Customer of {name}")
    story.joins(f"Customer of {name}", 10)


def priced(currency: str, unit_price: str) -> None:
    load_prices(
        [TierRow(1, None, Decimal(unit_price))],
        currency=currency,
        valid_from=date(2020, 1, 1),
        cause=TESTER,
        now=datetime(2025, 12, 1, tzinfo=UTC),
    )


def test_m11_a_soft_decline_is_tried_again_on_days_1_3_5_and_7(story: Storyteller) -> None:
    ten_users(story, card=NO_FUNDS)
    story.on("2026-02-01 00:10").night()
    declined_on = []
    for day in range(1, 15):
        _, collected = story.on(f"2026-02-{day:02} 12:00").night()
        declined_on += [day] * collected.declined
    assert declined_on == [2, 4, 6, 8], "counted from the first decline, a few hours after midnight of the 1st"
    assert not Card.unscoped.get().usable, "the card has had its chance"
    assert story.invoices()[0].state == "open"
    assert [
        told.facts["next_attempt"][:10]
        for told in OutboxMessage.unscoped.filter(topic="charge_declined").order_by("pk")
    ] == [*("2026-02-02", "2026-02-04", "2026-02-06", "2026-02-08", "")]
    story.books_agree()


def test_m11_after_the_last_attempt_later_cycles_wait_too_until_there_is_a_new_card(story: Storyteller) -> None:
    ten_users(story, card=NO_FUNDS)
    for day in (1, 2, 4, 6, 8):
        story.on(f"2026-02-{day:02} 12:00").night()
    _, collected = story.on("2026-03-01 00:10").night()
    assert collected.planned == 0
    assert story.on("2026-03-02 09:00").card(SUCCEEDS).succeeded == 1
    assert Charge.unscoped.get(state="succeeded").amount == 2 * 2400
    assert {invoice.state for invoice in story.invoices()} == {"paid"}
    story.books_agree()


def test_m11_a_card_that_works_on_the_third_attempt(story: Storyteller) -> None:
    ten_users(story, card="4000000000009953")
    outcomes = []
    for day in (1, 2, 4, 6):
        _, collected = story.on(f"2026-02-{day:02} 12:00").night()
        outcomes.append((collected.declined, collected.succeeded))
    assert outcomes == [(1, 0), (1, 0), (0, 1), (0, 0)]
    assert [message.topic for message in OutboxMessage.unscoped.order_by("pk")] == [
        *("invoice_issued", "charge_declined", "charge_declined", "charge_succeeded")
    ]
    story.books_agree()


def test_m11_a_hard_decline_waits_for_another_card_at_once(story: Storyteller) -> None:
    ten_users(story, card=EXPIRED)
    story.on("2026-02-01 00:10").night()
    for day in (2, 4, 6, 8):
        _, collected = story.on(f"2026-02-{day:02} 12:00").night()
        assert (collected.planned, collected.declined) == (0, 0)
    assert story.on("2026-02-09 09:00").card(SUCCEEDS).succeeded == 1
    story.books_agree()


def test_m11_3d_secure_finished_late(story: Storyteller) -> None:
    """The cardholder confirms the very same payment six days later; nothing else was charged meanwhile."""
    ten_users(story, card=SECURE)
    _, collected = story.on("2026-02-01 00:10").night()
    assert collected.waiting == 1
    gateway = sandbox_gateway(story.clock)
    charge = Charge.unscoped.get()
    assert gateway.begin_action(charge.provider_id or "", return_to="https://portal.example", key="a") is not None
    _, collected = story.on("2026-02-05 00:10").night()
    assert (collected.planned, collected.waiting) == (0, 1)
    story.on("2026-02-07 10:00")
    sandbox_gateway(story.clock).act(charge.provider_id or "", succeed=True)
    _, collected = story.on("2026-02-07 12:00").night()
    assert collected.succeeded == 1
    assert Charge.unscoped.count() == 1
    assert story.invoices()[0].state == "paid"
    story.books_agree()


def test_m11_an_invoice_of_0_38_waits_for_the_next_and_is_charged_with_it(story: Storyteller) -> None:
    priced("USD", "0.38")
    story.on("2026-01-01 00:00").partner("Tiny")
    story.card(SUCCEEDS)
    story.account("One person")
    story.joins("One person", 1)
    _, collected = story.on("2026-02-01 00:10").night()
    assert (collected.planned, story.invoices()[0].state) == (0, "open"), "too little for a card, and never marked paid"
    _, collected = story.on("2026-03-01 00:10").night()
    assert collected.succeeded == 1
    assert Charge.unscoped.get().amount == 76
    assert [invoice.state for invoice in story.invoices()] == ["paid", "paid"]
    story.books_agree()


def test_m16_an_amount_credited_between_planning_and_confirming(story: Storyteller) -> None:
    """The payment was made for 24.00, and not yet confirmed: it is given up for one of what is owed now."""
    ten_users(story)
    story.on("2026-02-01 00:10")
    close_cycles(cause=TESTER, now=story.clock())
    story.collects(FaultyGateway(sandbox_gateway(story.clock), {"create": "lost answer"}))
    credit_invoice(story.invoices()[0].number, Money(400, "USD"), cause=FINANCE, now=story.clock())
    collected = story.on("2026-02-01 00:12").collects()
    assert (collected.canceled, collected.succeeded) == (1, 1)
    assert [(one.amount, one.state) for one in Charge.unscoped.order_by("pk")] == [
        *((2400, "canceled"), (2000, "succeeded"))
    ]
    assert story.invoices()[0].state == "paid"
    story.books_agree()


def test_m16_credit_that_comes_after_a_charge_was_planned_is_used_before_the_card(story: Storyteller) -> None:
    ten_users(story)
    story.on("2026-02-01 00:10").night()
    story.on("2026-03-01 00:10")
    close_cycles(cause=TESTER, now=story.clock())
    credit_invoice(story.invoices()[0].number, Money(1000, "USD"), cause=FINANCE, now=story.clock())
    collected = story.collects()
    assert (collected.canceled, collected.succeeded) == (1, 1)
    assert [one.amount for one in Charge.unscoped.filter(state="succeeded").order_by("pk")] == [2400, 1400]
    story.books_agree()


def test_m16_a_partners_credit_is_used_before_its_card(story: Storyteller) -> None:
    ten_users(story)
    story.on("2026-02-01 00:10").night()
    credit_invoice(story.invoices()[0].number, Money(1000, "USD"), cause=FINANCE, now=story.clock())
    _, collected = story.on("2026-03-01 00:10").night()
    assert collected.succeeded == 1
    assert [one.amount for one in Charge.unscoped.order_by("pk")] == [2400, 1400]
    story.books_agree()


@pytest.mark.parametrize(("currency", "unit_price", "minor"), [("JPY", "310", 3_100), ("EUR", "2.20", 2_200)])
def test_m11_a_partner_that_pays_in_another_currency(
    story: Storyteller, currency: str, unit_price: str, minor: int
) -> None:
    priced(currency, unit_price)
    ten_users(story, currency=currency)
    _, collected = story.on("2026-02-01 00:10").night()
    assert collected.succeeded == 1
    charge = Charge.unscoped.get()
    assert (charge.amount, charge.currency) == (minor, currency)
    assert story.invoices()[0].outstanding.decimal == Decimal(0)
    story.books_agree()


def test_m13_more_than_a_card_can_take_at_once_is_charged_in_parts(story: Storyteller) -> None:
    """Ten users at 150,000.00: the provider takes 999,999.99 at most."""
    priced("USD", "150000")
    ten_users(story)
    _, collected = story.on("2026-02-01 00:10").night()
    assert collected.succeeded == 2
    assert sorted(Charge.unscoped.values_list("amount", flat=True)) == [150_000_000 - 99_999_999, 99_999_999]
    assert story.invoices()[0].state == "paid"
    story.books_agree()
