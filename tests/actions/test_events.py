"""What the provider tells: twice, late, out of order, before our own commit, of others; and what a poll finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pleamar.actions.begin_card_setup import begin_card_setup
from pleamar.actions.complete_card_setup import complete_card_setup
from pleamar.actions.poll_events import poll_events
from pleamar.actions.process_event import process_event
from pleamar.actions.process_events import process_events
from pleamar.actions.receive_event import receive_event
from pleamar.actions.remove_card import remove_card
from pleamar.adapters.payments.sandbox import SandboxGateway
from pleamar.models import Card, CardSetup, Charge, Dispute, GatewayCustomer, Installation, LedgerEntry, ReceivedEvent
from pleamar.ports.payments import GatewayUnreachable, IntentRequest, PaymentProvider, ProviderEvent
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.faulty_gateway import FaultyGateway
from tests.fakes.one_charge import DUE, NO_FUNDS, SECURE, SUCCEEDS, collect, drive, one_charge, paid_once
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

LATER = DUE + timedelta(minutes=5)
HOME = "https://portal.example/cards"


@pytest.fixture
def story(installation: object) -> Storyteller:
    return Storyteller()


def told(subject: str, reference: str, number: int = 1, *, live: bool = False) -> ProviderEvent:
    return ProviderEvent(f"evt_{number}", f"{subject}.happened", subject, reference, DUE, live)  # type: ignore[arg-type]


def take_in(event: ProviderEvent, provider: PaymentProvider, now: datetime = LATER) -> ReceivedEvent:
    receive_event(event, provider=provider.provider, live=provider.live, now=now)
    process_events(provider, now=now)
    return ReceivedEvent.objects.get(provider_reference=event.id)


def confirmed_elsewhere(story: Storyteller, number: str = SUCCEEDS) -> tuple[Charge, SandboxGateway]:
    """The provider has collected it, and nobody here has heard of that."""
    charge = one_charge(story, number)
    gateway = sandbox_gateway(story.clock)
    charge = drive(charge, FaultyGateway(gateway, {"confirm": "lost answer"}))
    return charge, gateway


def test_m11_a_webhook_that_comes_before_our_own_commit_settles_the_charge(story: Storyteller) -> None:
    charge, gateway = confirmed_elsewhere(story)
    assert take_in(told("intent", charge.provider_id or ""), gateway).outcome == "done"
    charge.refresh_from_db()
    assert charge.state == "succeeded"
    assert collect(gateway, LATER).succeeded == 0
    paid_once()


def test_m11_an_event_that_comes_twice_is_worked_on_once(story: Storyteller) -> None:
    charge, gateway = confirmed_elsewhere(story)
    event = told("intent", charge.provider_id or "")
    assert receive_event(event, provider="sandbox", live=False, now=LATER)
    assert not receive_event(event, provider="sandbox", live=False, now=LATER)
    number = ReceivedEvent.objects.get().pk
    assert process_event(number, gateway, now=LATER)
    assert not process_event(number, gateway, now=LATER)
    take_in(replace(event, id="evt_2"), gateway)
    paid_once()


def test_m11_what_an_event_says_is_not_believed_but_looked_up(story: Storyteller) -> None:
    """`succeeded` is told of a payment that was declined: events come late and out of order."""
    charge, gateway = confirmed_elsewhere(story, NO_FUNDS)
    event = replace(told("intent", charge.provider_id or ""), kind="payment_intent.succeeded")
    take_in(event, gateway)
    charge.refresh_from_db()
    assert charge.state == "failed"
    assert collect(gateway, LATER).declined == 1
    assert check_books(EVERYTHING) == []


def test_an_event_of_the_other_mode_is_not_kept(story: Storyteller) -> None:
    charge, gateway = confirmed_elsewhere(story)
    live = told("intent", charge.provider_id or "", live=True)
    assert not receive_event(live, provider="sandbox", live=gateway.live, now=LATER)
    assert not ReceivedEvent.objects.exists()


def test_an_event_of_another_installation_is_left_alone(story: Storyteller) -> None:
    charge, gateway = confirmed_elsewhere(story)
    request = IntentRequest(
        Money(charge.amount, "USD"),
        charge.card.provider_customer,
        charge.card.provider_reference,
        {"installation": "0f0e0d0c-0000-4000-8000-000000000000", "charge": str(charge.uid)},
    )
    foreign = gateway.confirm(gateway.create(request, key="theirs").id, key="theirs:1")
    assert take_in(told("intent", foreign.id), gateway).outcome == "foreign"
    assert not LedgerEntry.unscoped.filter(kind="charge").exists()


@pytest.mark.parametrize("subject", ["intent", "dispute", "refund", "setup"])
def test_what_nobody_knows_is_noted_and_done_with(story: Storyteller, subject: str) -> None:
    gateway = sandbox_gateway(story.clock)
    assert take_in(told(subject, "unheard_of"), gateway).outcome.startswith("refused: ")


def test_an_event_about_a_charge_that_is_not_here_is_unknown(story: Storyteller) -> None:
    charge, gateway = confirmed_elsewhere(story)
    metadata = {"installation": str(Installation.objects.get().uid), "charge": "no id at all"}
    request = IntentRequest(Money(100, "USD"), charge.card.provider_customer, charge.card.provider_reference, metadata)
    assert take_in(told("intent", gateway.create(request, key="lost").id), gateway).outcome == "unknown"


def test_events_that_nobody_listens_to_and_cards_of_nobody(story: Storyteller) -> None:
    gateway = sandbox_gateway(story.clock)
    assert take_in(told("other", "x", 1), gateway).outcome == "not listened to"
    assert take_in(told("card", "pm_unheard_of", 2), gateway).outcome == "unknown"


def test_an_event_waits_while_the_provider_does_not_answer(story: Storyteller) -> None:
    charge, gateway = confirmed_elsewhere(story)
    silent = FaultyGateway(gateway, {"retrieve": "lost answer"})
    assert take_in(told("intent", charge.provider_id or ""), silent).processed_at is None
    assert process_events(silent, now=LATER) == 0, "not at once again"
    assert process_events(silent, now=LATER + timedelta(minutes=1)) == 1
    paid_once()


def test_a_dispute_is_told_before_its_payments_success(story: Storyteller) -> None:
    charge, gateway = confirmed_elsewhere(story)
    dispute = gateway.dispute(charge.provider_id or "")
    assert take_in(told("dispute", dispute.id), gateway).outcome == "done"
    charge.refresh_from_db()
    assert (charge.state, Dispute.unscoped.get().state) == ("succeeded", "open")
    assert check_books(EVERYTHING) == []


def test_a_poll_finds_what_webhooks_lost_and_begins_where_it_ended(story: Storyteller) -> None:
    charge, gateway = confirmed_elsewhere(story)
    assert poll_events(gateway, now=LATER) > 0
    assert poll_events(gateway, now=LATER) == 0
    process_events(gateway, now=LATER)
    charge.refresh_from_db()
    assert charge.state == "succeeded"
    with pytest.raises(GatewayUnreachable):
        poll_events(FaultyGateway(gateway, {"list_events": "lost answer"}), now=LATER)
    paid_once()


def test_m13_a_card_entered_on_the_providers_page(story: Storyteller) -> None:
    """It is open while the cycles are closed; what is owed is charged once, when a card was entered."""
    story.on("2026-01-01 00:00").partner("Partner")
    story.account("Customer")
    story.joins("Customer", 10)
    gateway = sandbox_gateway(story.on("2026-01-31 20:00").clock)
    partner = story.partners["Partner"]
    address = begin_card_setup(partner.pk, gateway, return_to=HOME, cause=TESTER, now=story.clock())
    assert address
    setup = CardSetup.unscoped.get()
    story.on("2026-02-01 00:10").night()
    assert complete_card_setup(setup.provider_reference or "", gateway, now=story.clock()) is not None
    assert not Card.unscoped.exists(), "it is still open"
    gateway.enter_card(setup.provider_reference or "", SUCCEEDS)
    poll_events(gateway, now=story.clock())
    process_events(gateway, now=story.clock())
    complete_card_setup(setup.provider_reference or "", gateway, now=story.clock())
    assert Card.unscoped.count() == 1
    assert story.collects().succeeded == 1
    paid_once()


def test_m11_a_page_left_open_beside_an_automatic_charge_makes_one_payment(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Partner")
    story.card(SUCCEEDS)
    story.account("Customer")
    story.joins("Customer", 10)
    gateway = sandbox_gateway(story.on("2026-01-31 20:00").clock)
    begin_card_setup(story.partners["Partner"].pk, gateway, return_to=HOME, cause=TESTER, now=story.clock())
    setup = CardSetup.unscoped.get()
    _, collected = story.on("2026-02-01 00:10").night()
    assert collected.succeeded == 1
    gateway.enter_card(setup.provider_reference or "", SUCCEEDS)
    complete_card_setup(setup.provider_reference or "", gateway, now=story.clock())
    assert story.collects().planned == 0
    paid_once()


def test_m11_a_new_card_gives_up_a_payment_that_waits_for_its_customer(story: Storyteller) -> None:
    charge = one_charge(story, SECURE)
    assert collect(sandbox_gateway(story.clock)).waiting == 1
    assert story.card(SUCCEEDS).succeeded == 1
    charge.refresh_from_db()
    assert (charge.state, charge.decline_code) == ("canceled", "card_replaced")
    paid_once()


def test_a_card_entered_by_another_customer_is_refused(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Partner")
    gateway = sandbox_gateway(story.clock)
    begin_card_setup(story.partners["Partner"].pk, gateway, return_to=HOME, cause=TESTER, now=story.clock())
    setup = CardSetup.unscoped.get()
    gateway.enter_card(setup.provider_reference or "", SUCCEEDS)
    GatewayCustomer.unscoped.update(reference="somebody else")
    with pytest.raises(Refused, match="card_unknown"):
        complete_card_setup(setup.provider_reference or "", gateway, now=story.clock())
    assert not Card.unscoped.exists()


def test_a_page_that_expires_leaves_no_card(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Partner")
    gateway = sandbox_gateway(story.clock)
    begin_card_setup(story.partners["Partner"].pk, gateway, return_to=HOME, cause=TESTER, now=story.clock())
    gateway.expire_setup(CardSetup.unscoped.get().provider_reference or "")
    poll_events(gateway, now=story.clock())
    process_events(gateway, now=story.clock())
    assert CardSetup.unscoped.get().state == "expired"
    assert not Card.unscoped.exists()


def test_a_page_whose_answer_gets_lost_is_asked_for_again(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Partner")
    losing = FaultyGateway(sandbox_gateway(story.clock), {"open_customer": "lost answer"})
    number = story.partners["Partner"].pk
    with pytest.raises(GatewayUnreachable):
        begin_card_setup(number, losing, return_to=HOME, cause=TESTER, now=story.clock())
    begin_card_setup(number, losing, return_to=HOME, cause=TESTER, now=story.clock())
    assert GatewayCustomer.unscoped.count() == 1


def test_m13_the_last_card_cannot_be_removed_while_anything_is_outstanding(story: Storyteller) -> None:
    one_charge(story, NO_FUNDS)
    gateway = sandbox_gateway(story.clock)
    collect(gateway)
    partner = story.partners["Partner"]
    with pytest.raises(Refused, match="card_needed"):
        remove_card(partner.pk, gateway, cause=TESTER, now=LATER)
    story.card(SUCCEEDS)
    remove_card(partner.pk, gateway, cause=TESTER, now=LATER)
    assert not Card.unscoped.filter(in_use=True).exists()
    with pytest.raises(Refused, match="card_missing"):
        remove_card(partner.pk, gateway, cause=TESTER, now=LATER)


def test_a_card_that_the_provider_forgot_is_of_no_more_use(story: Storyteller) -> None:
    charge = one_charge(story)
    gateway = sandbox_gateway(story.clock)
    gateway.detach_card(charge.card.provider_reference)
    poll_events(gateway, now=datetime(2026, 2, 1, 1, tzinfo=UTC))
    process_events(gateway, now=datetime(2026, 2, 1, 1, tzinfo=UTC))
    card = Card.unscoped.get()
    assert not card.usable
    assert card.removed_at is not None
