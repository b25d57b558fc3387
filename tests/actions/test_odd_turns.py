"""Turns that a charge seldom takes: cards replaced in the middle, words that come late, payments nobody waits for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pleamar.actions.hold_invoice import hold_invoice, release_invoice
from pleamar.actions.settle_charge import settle_charge
from pleamar.models import AuditEvent, Card, Charge, Invoice, LedgerEntry, OutboxMessage, PartnerCredit, SandboxIntent
from pleamar.ports.payments import Decline, GatewayRefused, Intent, IntentRequest
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.causes import Cause
from pleamar.rules.money import Money
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.faulty_gateway import FaultyGateway
from tests.fakes.one_charge import (
    A_MINUTE_LATER,
    DUE,
    NO_FUNDS,
    SECURE,
    SUCCEEDS,
    collect,
    drive,
    one_charge,
    paid_once,
)
from tests.stories.month import Storyteller


@pytest.fixture
def story(installation: object) -> Storyteller:
    return Storyteller()


def test_m13_a_decline_of_a_card_that_was_replaced_puts_nothing_off(story: Storyteller) -> None:
    charge = one_charge(story, NO_FUNDS)
    gateway = sandbox_gateway(story.clock)
    drive(charge, FaultyGateway(gateway, {"confirm": "lost answer"}))
    story.card(SUCCEEDS)
    story.clock.set(A_MINUTE_LATER)
    report = collect(gateway, A_MINUTE_LATER)
    assert (report.declined, report.succeeded) == (1, 1), "the new card is charged at once"
    assert not OutboxMessage.unscoped.filter(topic="charge_declined").exists()
    paid_once()


def test_m11_a_card_that_paid_after_it_was_given_up_goes_on_being_used(story: Storyteller) -> None:
    """The cardholder confirmed at the very moment when the payment was given up."""
    charge = one_charge(story, SECURE)
    gateway = sandbox_gateway(story.clock)
    collect(gateway)
    charge.refresh_from_db()
    late = FaultyGateway(gateway, {"cancel": "lost request"})
    collect(late, DUE + timedelta(days=7))
    charge.refresh_from_db()
    assert charge.state == "failed"
    gateway.act(charge.provider_id or "", succeed=True)
    assert collect(gateway, DUE + timedelta(days=7, minutes=1)).succeeded == 1
    assert Card.unscoped.get().usable
    paid_once()


class RefusingToConfirm(FaultyGateway):
    """Refuses for a reason that lies with the vendor's own account."""

    def confirm(self, intent_id: str, *, key: str) -> Intent:
        del intent_id, key
        raise GatewayRefused("account_restricted")


def test_m11_a_refusal_that_is_no_fault_of_the_card_is_no_attempt_of_it(story: Storyteller) -> None:
    charge = one_charge(story)
    refusing = RefusingToConfirm(sandbox_gateway(story.clock))
    for day in range(9):
        collect(refusing, DUE + timedelta(days=day))
    assert Card.unscoped.get(pk=charge.card_id).usable
    charge.refresh_from_db()
    assert charge.problem == "the provider will not collect it: account_restricted"
    declined = OutboxMessage.unscoped.exclude(topic="invoice_issued")
    assert not declined.exists(), "the partner can do nothing about it"
    assert collect(sandbox_gateway(story.clock), DUE + timedelta(days=10)).succeeded == 1
    paid_once()


def stray_payment(charge: Charge, story: Storyteller, *, confirm: bool) -> Intent:
    kept = charge.request or {}
    request = IntentRequest(Money(kept["amount"], kept["currency"]), kept["customer"], kept["card"], kept["metadata"])
    gateway = sandbox_gateway(story.clock)
    intent = gateway.create(request, key="stray")
    return gateway.confirm(intent.id, key="stray:1") if confirm else gateway.cancel(intent.id, key="stray:x")


def test_m11_a_stray_payment_that_is_cancelled_is_nothing_to_the_charge(story: Storyteller) -> None:
    charge = one_charge(story)
    charge = drive(charge, FaultyGateway(sandbox_gateway(story.clock), {"create": "lost answer"}))
    stray = stray_payment(charge, story, confirm=False)
    assert settle_charge(charge.pk, stray, now=DUE).state == "creating"
    collect(sandbox_gateway(story.clock), A_MINUTE_LATER)
    settled = settle_charge(charge.pk, stray, now=DUE)
    assert (settled.state, settled.problem) == ("succeeded", "")
    paid_once()


def test_m16_money_that_was_paid_twice_becomes_credit_and_stays_noted(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = FaultyGateway(sandbox_gateway(story.clock), {"confirm": "lost request"})
    charge = drive(charge, gateway)
    stray = stray_payment(charge, story, confirm=True)
    settle_charge(charge.pk, stray, now=DUE)
    settle_charge(charge.pk, stray, now=DUE)
    report = collect(gateway, A_MINUTE_LATER)
    charge.refresh_from_db()
    assert "has succeeded" in charge.problem, "it stays until a person has looked at it"
    assert LedgerEntry.unscoped.filter(kind="charge").count() in (1, 2)
    assert Invoice.unscoped.get().state == "paid"
    collected = sum(
        row.content["amount"] for row in SandboxIntent.objects.all() if row.content["status"] == "succeeded"
    )
    credit = sum(PartnerCredit.unscoped.values_list("balance", flat=True))
    assert collected == Invoice.unscoped.get().paid + credit, report
    assert check_books(EVERYTHING) == []


def test_m11_what_the_bank_is_long_about_is_asked_once_an_hour(story: Storyteller) -> None:
    charge = one_charge(story, "4000000000009946")
    story.clock.set(DUE)
    gateway = FaultyGateway(sandbox_gateway(story.clock))  # on a clock that stands: it goes on being processed
    for minutes in range(0, 180, 5):
        collect(gateway, DUE + timedelta(minutes=minutes))
    charge.refresh_from_db()
    assert charge.state == "processing"
    assert gateway.calls["retrieve"] == 2


def test_m27_the_days_of_attempts_are_counted_anew_after_a_hold(story: Storyteller) -> None:
    one_charge(story, NO_FUNDS)
    gateway = sandbox_gateway(story.clock)
    collect(gateway)
    number = Invoice.unscoped.get().number
    hold_invoice(number, cause=Cause("finance", "office", reason="asked about"), now=DUE)
    later = DUE + timedelta(days=20)
    release_invoice(number, cause=Cause("finance", "office", reason="answered"), now=later)
    assert collect(gateway, later).declined == 1
    assert Card.unscoped.get().usable, "it has four more attempts"
    assert Invoice.unscoped.get().next_attempt_at == later + timedelta(days=1)


def test_a_card_that_is_set_aside_is_in_the_audit_trail(story: Storyteller) -> None:
    charge = drive(one_charge(story), FaultyGateway(sandbox_gateway(story.clock), {"confirm": "lost request"}))
    declined = Intent(
        charge.provider_id or "",
        "declined",
        Money(charge.amount, "USD"),
        charge.card.provider_customer,
        {},
        Decline("stolen_card", hard=True),
    )
    settle_charge(charge.pk, declined, now=DUE)
    act = AuditEvent.unscoped.get(act="set card aside")
    assert (act.subject, act.facts["decline"]) == (charge.card.public_id, "stolen_card")
