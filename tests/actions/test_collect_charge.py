"""Collecting: one charge, never two and never none, whatever gets lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from pleamar.actions.add_card import add_card
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.collect_charge import collect_charge, collect_charges
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.plan_charges import partners_to_charge
from pleamar.actions.settle_charge import SettledOtherwise, release_charge, settle_charge
from pleamar.models import Card, Charge, ChargeAllocation, LedgerEntry, SandboxIntent
from pleamar.ports.payments import CardDetails, GatewayRefused, Intent, IntentRequest, PaymentGateway
from pleamar.ports.stores import KeptIntent
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from pleamar.wiring.payments import TableStore, sandbox_gateway
from tests.fakes.faulty_gateway import Fault, FaultyGateway
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

DUE = datetime(2026, 2, 1, 0, 10, tzinfo=UTC)


@pytest.fixture
def story(installation: object) -> Storyteller:
    return Storyteller()


def one_charge(story: Storyteller, number: str = "4242424242424242") -> Charge:
    story.on("2026-01-01 00:00").partner("Partner")
    story.card(number)
    story.account("Customer")
    story.joins("Customer", 10)
    story.clock.set(DUE)
    close_cycles(cause=TESTER, now=DUE)
    return Charge.unscoped.get()


@pytest.mark.parametrize("call", ["create", "confirm"])
@pytest.mark.parametrize("fault", ["lost request", "lost answer"])
def test_m11_what_gets_lost_is_found_again(story: Storyteller, call: str, fault: Fault) -> None:
    charge = one_charge(story)
    gateway = FaultyGateway(sandbox_gateway(story.clock), {call: fault})
    assert collect_charges(gateway, now=DUE).unanswered == 1
    charge.refresh_from_db()
    assert charge.state == {"create": "creating", "confirm": "confirming"}[call]
    assert collect_charges(gateway, now=DUE).succeeded == 1
    assert SandboxIntent.objects.count() == 1
    assert LedgerEntry.unscoped.filter(kind="charge").count() == 1
    assert check_books(EVERYTHING) == []


@pytest.mark.parametrize("fault", ["lost request", "lost answer"])
def test_m11_a_decline_whose_cancelling_gets_lost(story: Storyteller, fault: Fault) -> None:
    charge = one_charge(story, "4000000000009995")
    gateway = FaultyGateway(sandbox_gateway(story.clock), {"cancel": fault})
    assert collect_charges(gateway, now=DUE).unanswered == 1
    charge.refresh_from_db()
    assert charge.state == "failed"
    assert ChargeAllocation.unscoped.filter(live=True).exists(), "not free before it is surely cancelled"
    assert collect_charges(gateway, now=DUE).declined == 1
    assert not ChargeAllocation.unscoped.filter(live=True).exists()
    assert check_books(EVERYTHING) == []


def test_m11_a_hard_decline_ends_the_use_of_the_card(story: Storyteller) -> None:
    charge = one_charge(story, "4000000000000069")
    collect_charges(sandbox_gateway(story.clock), now=DUE)
    assert not Card.unscoped.get(pk=charge.card_id).usable
    assert collect_charges(sandbox_gateway(story.clock), now=datetime(2026, 3, 10, tzinfo=UTC)).planned == 0


def test_p3_settling_twice_books_once(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    collect_charge(charge.pk, gateway, now=DUE)
    charge.refresh_from_db()
    settle_charge(charge.pk, gateway.retrieve(charge.provider_id or ""), now=DUE)
    assert LedgerEntry.unscoped.filter(kind="charge").count() == 1
    assert check_books(EVERYTHING) == []


def test_m11_a_payment_that_is_gone_at_the_provider_stops_nobody_else(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = FaultyGateway(sandbox_gateway(story.clock), {"confirm": "lost request"})
    collect_charges(gateway, now=DUE)
    SandboxIntent.objects.all().delete()
    assert collect_charges(gateway, now=DUE).unanswered == 1
    charge.refresh_from_db()
    assert charge.state == "confirming"


class Refusing(FaultyGateway):
    """Refuses to create, after something else has happened."""

    def __init__(self, behind: PaymentGateway, refusal: GatewayRefused, meanwhile: Callable[[], object]) -> None:
        super().__init__(behind)
        self.refusal, self.meanwhile = refusal, meanwhile

    def create(self, request: IntentRequest, *, key: str) -> Intent:
        del request, key
        self.meanwhile()
        raise self.refusal


def test_m11_a_refusal_does_not_undo_what_another_worker_did_meanwhile(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    other = FaultyGateway(gateway, {"confirm": "lost answer"})
    late = Refusing(gateway, GatewayRefused("key_in_use"), lambda: collect_charge(charge.pk, other, now=DUE))
    assert collect_charge(charge.pk, late, now=DUE).state == "succeeded"
    assert collect_charges(gateway, now=DUE).planned == 0
    assert SandboxIntent.objects.count() == 1
    assert check_books(EVERYTHING) == []


@pytest.mark.parametrize("card_is_to_blame", [True, False])
def test_m11_a_refusal_ends_the_use_of_a_card_only_if_it_is_to_blame(
    story: Storyteller, card_is_to_blame: bool
) -> None:
    charge = one_charge(story)
    refusal = GatewayRefused("refused", card_is_to_blame=card_is_to_blame)
    refusing = Refusing(sandbox_gateway(story.clock), refusal, lambda: None)
    assert collect_charges(refusing, now=DUE).declined == 1
    assert Card.unscoped.get(pk=charge.card_id).usable is not card_is_to_blame
    later = collect_charges(sandbox_gateway(story.clock), now=datetime(2026, 2, 3, tzinfo=UTC))
    assert later.succeeded == (0 if card_is_to_blame else 1)


def test_m11_a_payment_that_succeeded_after_it_was_given_up_is_not_passed_over(story: Storyteller) -> None:
    charge = one_charge(story)
    release_charge(charge.pk, "refused", now=DUE)
    intent = Intent("pi_1", "succeeded", Money(charge.amount, "USD"), "customer", {})
    with pytest.raises(SettledOtherwise):
        settle_charge(charge.pk, intent, now=DUE)


def waiting_for_its_customer(story: Storyteller) -> tuple[Charge, FaultyGateway, KeptIntent]:
    """A payment that its customer has to act on, such as by 3-D Secure."""
    charge = one_charge(story)
    gateway = FaultyGateway(sandbox_gateway(story.clock), {"confirm": "lost request"})
    collect_charges(gateway, now=DUE)
    charge.refresh_from_db()
    kept = TableStore().find(charge.provider_id or "")
    assert kept is not None
    waiting = replace(kept, intent=replace(kept.intent, status="requires_action"))
    TableStore().replace(kept, waiting)
    assert collect_charge(charge.pk, gateway, now=DUE).state == "action_required"
    return charge, gateway, waiting


def test_m11_a_payment_that_waits_for_its_customer_is_settled_when_they_have_acted(story: Storyteller) -> None:
    _, gateway, waiting = waiting_for_its_customer(story)
    TableStore().replace(waiting, replace(waiting, intent=replace(waiting.intent, status="succeeded")))
    assert collect_charges(gateway, now=DUE).succeeded == 1
    assert check_books(EVERYTHING) == []


def test_m11_a_payment_that_waits_too_long_is_given_up_like_a_hard_decline(story: Storyteller) -> None:
    charge, gateway, _ = waiting_for_its_customer(story)
    assert collect_charges(gateway, now=datetime(2026, 2, 7, tzinfo=UTC)).unanswered == 1
    assert collect_charges(gateway, now=datetime(2026, 2, 9, tzinfo=UTC)).declined == 1
    assert not Card.unscoped.get(pk=charge.card_id).usable
    assert check_books(EVERYTHING) == []


def test_partners_with_nothing_to_charge_are_not_visited(
    story: Storyteller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        story.on("2026-01-01 00:00").partner(f"Declined {number}")
        story.card("4000000000009995")
        story.account(f"Customer {number}")
        story.joins(f"Customer {number}", 3)
    story.clock.set(DUE)
    story.night()
    assert partners_to_charge(DUE) == []
    gateway = sandbox_gateway(story.clock)
    with django_assert_num_queries(1):
        collect_charges(gateway, now=DUE)


def test_m11_a_card_of_another_partner_cannot_be_added(story: Storyteller) -> None:
    card = one_charge(story).card
    other = open_partner(NewPartner("Other", "USD"), created=DUE, cause=TESTER, now=DUE)
    details = CardDetails(card.provider_customer, card.provider_reference, "Visa", "4242", 12, 2030)
    with pytest.raises(Refused, match="card_unknown"):
        add_card(other.pk, details, provider="sandbox", cause=TESTER, now=DUE)
    assert Card.unscoped.get().partner_id == card.partner_id


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_gateway_is_asked(committed: object) -> None:
    charge = one_charge(Storyteller())
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        collect_charge(charge.pk, sandbox_gateway(), now=DUE)
