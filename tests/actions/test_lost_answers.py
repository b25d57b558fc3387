"""Collecting: one charge, never two and never none, whatever gets lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.settle_charge import settle_charge
from pleamar.models import (
    Card,
    Charge,
    ChargeAllocation,
    OutboxMessage,
    SandboxIntent,
)
from pleamar.ports.payments import Intent, IntentRequest
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.money import Money
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.faulty_gateway import Fault, FaultyGateway
from tests.fakes.one_charge import (
    A_MINUTE_LATER,
    DUE,
    EXPIRED,
    NO_FUNDS,
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


@pytest.mark.parametrize("call", ["create", "confirm"])
@pytest.mark.parametrize(
    "fault", ["lost request", "lost answer", "error 500 before", "error 500 after", "rate limited"]
)
def test_m11_what_gets_lost_is_found_again(story: Storyteller, call: str, fault: Fault) -> None:
    charge = one_charge(story)
    gateway = FaultyGateway(sandbox_gateway(story.clock), {call: fault})
    assert collect(gateway).unanswered == 1
    charge.refresh_from_db()
    assert charge.state == {"create": "creating", "confirm": "confirming"}[call]
    assert collect(gateway).unanswered == 0, "not at once again"
    assert collect(gateway, A_MINUTE_LATER).succeeded == 1
    paid_once()


def test_m11_keys_stay_after_a_lost_answer_and_go_on_after_a_failure(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = FaultyGateway(sandbox_gateway(story.clock), {"create": "lost answer", "confirm": "lost answer"})
    collect(gateway)
    collect(gateway, A_MINUTE_LATER)
    charge.refresh_from_db()
    assert (charge.create_attempt, charge.confirm_attempt) == (1, 1)
    other = one_more_charge(story)
    failing = FaultyGateway(sandbox_gateway(story.clock), {"create": "error 500 before", "confirm": "error 500 before"})
    for minutes in range(4):
        collect(failing, other.planned_at + timedelta(minutes=minutes))
    other.refresh_from_db()
    assert (other.state, other.create_attempt, other.confirm_attempt) == ("succeeded", 2, 2)


def one_more_charge(story: Storyteller) -> Charge:
    story.on("2026-03-01 00:10")
    close_cycles(cause=TESTER, now=story.clock())
    return Charge.unscoped.latest("pk")


def test_m11_a_request_whose_key_may_be_forgotten_is_looked_up_first(story: Storyteller) -> None:
    """A day later the provider may have forgotten the key, and would make a second payment."""
    charge = one_charge(story)
    gateway = FaultyGateway(sandbox_gateway(story.clock), {"create": "lost answer"})
    collect(gateway)
    assert collect(gateway, DUE + timedelta(hours=24)).succeeded == 1
    assert gateway.calls["create"] == 1, "the payment was found in the list"
    charge.refresh_from_db()
    assert charge.create_attempt == 1
    paid_once()


def test_m11_other_payments_of_the_same_charge_are_cancelled(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = FaultyGateway(sandbox_gateway(story.clock), {"create": "lost answer"})
    collect(gateway)
    charge.refresh_from_db()
    kept = charge.request or {}
    twin = IntentRequest(Money(kept["amount"], kept["currency"]), kept["customer"], kept["card"], kept["metadata"])
    gateway.behind.create(twin, key="a stray one")
    collect(gateway, DUE + timedelta(hours=24))
    assert sorted(row.content["status"] for row in SandboxIntent.objects.all()) == ["canceled", "succeeded"]
    paid_once()


@pytest.mark.parametrize("fault", ["lost request", "lost answer", "error 500 before", "error 500 after"])
def test_m11_a_decline_whose_cancelling_gets_lost(story: Storyteller, fault: Fault) -> None:
    charge = one_charge(story, NO_FUNDS)
    gateway = FaultyGateway(sandbox_gateway(story.clock), {"cancel": fault})
    assert collect(gateway).unanswered == 1
    charge.refresh_from_db()
    assert charge.state == "failed"
    assert ChargeAllocation.unscoped.filter(live=True).exists(), "not free before it is surely cancelled"
    assert collect(gateway, A_MINUTE_LATER).declined == 1
    assert not ChargeAllocation.unscoped.filter(live=True).exists()
    assert check_books(EVERYTHING) == []


def test_m11_a_hard_decline_ends_the_use_of_the_card(story: Storyteller) -> None:
    charge = one_charge(story, EXPIRED)
    collect(sandbox_gateway(story.clock))
    assert not Card.unscoped.get(pk=charge.card_id).usable
    assert collect(sandbox_gateway(story.clock), datetime(2026, 3, 10, tzinfo=UTC)).planned == 0
    told = OutboxMessage.unscoped.get(topic="charge_declined")
    assert (told.facts["code"], told.facts["next_attempt"]) == ("expired_card", "")


def test_p3_settling_twice_books_once(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    charge = drive(charge, gateway)
    settle_charge(charge.pk, gateway.retrieve(charge.provider_id or ""), now=DUE)
    paid_once()


def test_m11_words_that_come_late_change_nothing(story: Storyteller) -> None:
    gateway = sandbox_gateway(story.clock)
    charge = drive(one_charge(story), gateway)
    intent = gateway.retrieve(charge.provider_id or "")
    for status in ("requires_confirmation", "processing", "requires_action", "declined", "canceled"):
        late = Intent(intent.id, status, intent.amount, intent.customer, intent.metadata)
        assert settle_charge(charge.pk, late, now=DUE).state == "succeeded"
    paid_once()


def test_m11_a_payment_that_is_gone_at_the_provider_stops_nobody_else(story: Storyteller) -> None:
    """Such as with the keys of another account: its invoices are not free, and a person is told."""
    charge = one_charge(story)
    gateway = FaultyGateway(sandbox_gateway(story.clock), {"confirm": "lost request"})
    collect(gateway)
    SandboxIntent.objects.all().delete()
    assert collect(gateway, A_MINUTE_LATER).unanswered == 1
    charge.refresh_from_db()
    assert charge.state == "confirming"
    assert "intent_unknown" in charge.problem
    assert ChargeAllocation.unscoped.get().live
