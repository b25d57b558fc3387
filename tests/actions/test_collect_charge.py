"""Driving a charge: one driver at a time, by the rules, and what a person has to look at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.collect_charge import collect_charge
from pleamar.actions.credit_invoice import credit_invoice
from pleamar.actions.lease_charge import Lease, LeaseLost, Leasing, lease_charge
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.pause_collection import pause_collection
from pleamar.actions.plan_charges import partners_to_charge
from pleamar.actions.settle_charge import settle_charge
from pleamar.models import (
    AuditEvent,
    Card,
    Charge,
    ChargeAllocation,
    Invoice,
    LedgerEntry,
    OutboxMessage,
    PartnerCredit,
    SandboxIntent,
)
from pleamar.ports.payments import CardDetails, GatewayRefused, Intent, IntentRequest, KeyConflict, PaymentProvider
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.causes import Cause
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.clock import SteppedClock
from tests.fakes.faulty_gateway import FaultyGateway
from tests.fakes.leasing import REAL, leasing
from tests.fakes.one_charge import (
    A_MINUTE_LATER,
    DUE,
    NO_FUNDS,
    SECURE,
    collect,
    drive,
    one_charge,
    paid_once,
)
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller


@pytest.fixture
def story(installation: object) -> Storyteller:
    return Storyteller()


class Refusing(FaultyGateway):
    """Refuses to create, after something else has happened."""

    def __init__(self, behind: PaymentProvider, refusal: Exception, meanwhile: Callable[[], object]) -> None:
        super().__init__(behind)
        self.refusal, self.meanwhile = refusal, meanwhile

    def create(self, request: IntentRequest, *, key: str) -> Intent:
        del request, key
        self.meanwhile()
        raise self.refusal


def test_m11_a_driver_that_lost_its_lease_changes_nothing(story: Storyteller) -> None:
    """It hung for longer than its lease; another driver went on meanwhile."""
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    slow, real = leasing(), leasing()

    def another_drives_on() -> None:
        assert isinstance(real.clock, SteppedClock)
        assert collect_charge(charge.pk, gateway, now=DUE, leasing=real).state == "creating", "the lease holds"
        real.clock.set(REAL + timedelta(minutes=3))
        other = FaultyGateway(gateway, {"confirm": "lost answer"})
        assert collect_charge(charge.pk, other, now=DUE, leasing=real).state == "confirming"

    late = Refusing(gateway, GatewayRefused("key_in_use"), another_drives_on)
    assert collect_charge(charge.pk, late, now=DUE, leasing=slow).state == "confirming"
    assert collect(gateway, A_MINUTE_LATER).succeeded == 1
    assert SandboxIntent.objects.count() == 1
    paid_once()


def test_a_lease_is_one_drivers_and_numbered(story: Storyteller) -> None:
    charge = one_charge(story)
    terms = leasing()
    first = lease_charge(charge.pk, terms)
    assert isinstance(first, Lease)
    assert lease_charge(charge.pk, terms) is None
    later = Leasing(SteppedClock(REAL + timedelta(seconds=120)))
    second = lease_charge(charge.pk, later)
    assert second is not None
    assert second.number > first.number
    with pytest.raises(LeaseLost):
        first.move("creating")
    first.give_back()
    assert lease_charge(charge.pk, later) is None, "what was lost cannot be given back"
    second.give_back()
    assert lease_charge(charge.pk, later) is not None


def test_a_charge_goes_no_way_that_the_rules_do_not_name(story: Storyteller) -> None:
    charge = one_charge(story)
    lease = lease_charge(charge.pk, leasing())
    assert lease is not None
    with pytest.raises(ValueError, match="from planned to succeeded"):
        lease.move("succeeded")
    with pytest.raises(IntegrityError, match="does not go from planned to succeeded"), transaction.atomic():
        Charge.unscoped.update(state="succeeded", due_at=None)
    with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
        Charge.unscoped.update(amount=1)


@pytest.mark.parametrize("card_is_to_blame", [True, False])
def test_m11_a_refusal_ends_the_use_of_a_card_only_if_it_is_to_blame(
    story: Storyteller, card_is_to_blame: bool
) -> None:
    charge = one_charge(story)
    refusal = GatewayRefused("refused", card_is_to_blame=card_is_to_blame)
    refusing = Refusing(sandbox_gateway(story.clock), refusal, lambda: None)
    assert collect(refusing).declined == 1
    assert Card.unscoped.get(pk=charge.card_id).usable is not card_is_to_blame
    later = collect(sandbox_gateway(story.clock), datetime(2026, 2, 3, tzinfo=UTC))
    assert later.succeeded == (0 if card_is_to_blame else 1)


def test_m11_a_key_that_was_used_for_something_else_waits_for_a_person(story: Storyteller) -> None:
    charge = one_charge(story)
    conflicting = Refusing(sandbox_gateway(story.clock), KeyConflict(), lambda: None)
    assert collect(conflicting).unanswered == 1
    charge.refresh_from_db()
    assert (charge.state, charge.stuck_because) == ("creating", "the provider knows its key for another request")
    assert charge.problem == "the provider knew its key for another request"
    assert AuditEvent.unscoped.filter(act="note problem").count() == 1
    assert ChargeAllocation.unscoped.get().live


def test_m11_a_payment_that_succeeded_after_it_was_cancelled_is_not_passed_over(story: Storyteller) -> None:
    charge = one_charge(story, NO_FUNDS)
    gateway = sandbox_gateway(story.clock)
    charge = drive(charge, gateway)
    intent = gateway.retrieve(charge.provider_id or "")
    odd = Intent(intent.id, "succeeded", intent.amount, intent.customer, intent.metadata)
    settled = settle_charge(charge.pk, odd, now=DUE)
    assert settled.state == "canceled"
    assert "has succeeded after it was cancelled" in settled.problem
    assert AuditEvent.unscoped.filter(act="note problem").count() == 1
    settle_charge(charge.pk, odd, now=DUE)
    assert AuditEvent.unscoped.filter(act="note problem").count() == 1


def test_m11_a_payment_of_another_amount_is_not_booked(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = FaultyGateway(sandbox_gateway(story.clock), {"confirm": "lost request"})
    charge = drive(charge, gateway)
    odd = Intent(charge.provider_id or "", "succeeded", Money(1, "USD"), "customer", {})
    assert "of 0.01 USD" in settle_charge(charge.pk, odd, now=DUE).problem
    assert not LedgerEntry.unscoped.filter(kind="charge").exists()


def test_m11_a_card_of_another_provider_is_not_asked(story: Storyteller) -> None:
    """The keys were switched between test and live: nothing is charged, and it says why."""
    charge = one_charge(story)
    Card.unscoped.update(provider="stripe-test")
    gateway = FaultyGateway(sandbox_gateway(story.clock))
    assert collect(gateway).unanswered == 1
    charge.refresh_from_db()
    assert charge.stuck_because == "its card is of stripe-test, and sandbox is set up"
    assert not gateway.calls


def waiting_for_its_customer(story: Storyteller) -> Charge:
    charge = one_charge(story, SECURE)
    assert collect(sandbox_gateway(story.clock)).waiting == 1
    charge.refresh_from_db()
    assert charge.state == "action_required"
    return charge


def test_m11_a_payment_that_waits_for_its_customer_is_settled_when_they_have_acted(story: Storyteller) -> None:
    charge = waiting_for_its_customer(story)
    assert OutboxMessage.unscoped.filter(topic="action_required").count() == 1
    gateway = sandbox_gateway(story.clock)
    gateway.act(charge.provider_id or "", succeed=True)
    assert collect(gateway, DUE + timedelta(days=1)).succeeded == 1
    paid_once()


def test_m11_a_payment_that_waits_too_long_is_given_up_like_a_hard_decline(story: Storyteller) -> None:
    charge = waiting_for_its_customer(story)
    gateway = sandbox_gateway(story.clock)
    for days in range(1, 7):
        assert collect(gateway, DUE + timedelta(days=days)).waiting == 1
    assert collect(gateway, DUE + timedelta(days=7)).declined == 1
    assert not Card.unscoped.get(pk=charge.card_id).usable
    assert collect(gateway, DUE + timedelta(days=8)).planned == 0
    assert check_books(EVERYTHING) == []


def test_m16_money_that_is_not_owed_any_more_becomes_credit(story: Storyteller) -> None:
    """The invoice is credited while its payment is on its way: what arrives too much is the partner's."""
    charge = one_charge(story)
    gateway = FaultyGateway(sandbox_gateway(story.clock), {"confirm": "lost answer"})
    collect(gateway)
    charge.refresh_from_db()
    credit_invoice(
        Invoice.unscoped.get().number,
        Money(400, "USD"),
        cause=Cause("finance", "office", reason="wrong count"),
        now=DUE,
    )
    assert collect(gateway, A_MINUTE_LATER).succeeded == 1
    assert Invoice.unscoped.get().paid == charge.amount - 400
    assert PartnerCredit.unscoped.get().balance == 400
    paid_once()


def test_a_paused_collection_sends_nothing_and_says_why(story: Storyteller) -> None:
    charge = one_charge(story)
    pause_collection("copied", cause=TESTER, now=DUE)
    gateway = FaultyGateway(sandbox_gateway(story.clock))
    with pytest.raises(Refused, match="collection_paused"):
        collect(gateway)
    with pytest.raises(Refused, match="copied"):
        drive(charge, gateway)
    assert not gateway.calls


def test_partners_with_nothing_to_charge_are_not_visited(
    story: Storyteller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        story.on("2026-01-01 00:00").partner(f"Declined {number}")
        story.card(NO_FUNDS)
        story.account(f"Customer {number}")
        story.joins(f"Customer {number}", 3)
    story.clock.set(DUE)
    story.night()
    assert partners_to_charge(DUE) == []
    gateway = sandbox_gateway(story.clock)
    with django_assert_num_queries(2):  # whether it is paused, and what is due; what is free is a statement of its own
        collect(gateway)


def test_m11_a_card_of_another_partner_cannot_be_added(story: Storyteller) -> None:
    card = one_charge(story).card
    other = open_partner(NewPartner("Other", "USD"), created=DUE, cause=TESTER, now=DUE)
    details = CardDetails(card.provider_customer, card.provider_reference, "Visa", "4242", 12, 2030)
    with pytest.raises(Refused, match="card_unknown"):
        add_payment_method(other.pk, details, provider="sandbox", cause=TESTER, now=DUE)
    assert Card.unscoped.get().partner_id == card.partner_id


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_gateway_is_asked(committed: object) -> None:
    charge = one_charge(Storyteller())
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        drive(charge, sandbox_gateway())
