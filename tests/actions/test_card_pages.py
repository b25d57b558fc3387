"""Pages for a card: asked for once whatever gets lost, never stuck; and cards that their bank has renewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pleamar.actions.begin_card_setup import begin_card_setup
from pleamar.actions.complete_card_setup import complete_card_setup
from pleamar.actions.process_event import process_event
from pleamar.actions.receive_event import receive_event
from pleamar.actions.refresh_card import refresh_card
from pleamar.models import (
    AuditEvent,
    Card,
    CardSetup,
    Charge,
    GatewayCustomer,
    Invoice,
    Partner,
    ReceivedEvent,
    SandboxRecord,
)
from pleamar.ports.payments import (
    CardDetails,
    CustomerDetails,
    GatewayFailed,
    GatewayRefused,
    GatewayUnreachable,
    ProviderEvent,
    Setup,
)
from pleamar.rules.refusals import Refused
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.faulty_gateway import Fault, FaultyGateway
from tests.fakes.one_charge import DUE, EXPIRED, NO_FUNDS, SUCCEEDS, collect, one_charge, paid_once
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

HOME = "https://portal.example/cards"
NO_ANSWER = (GatewayUnreachable, GatewayFailed)
FAULTS: list[Fault] = ["lost request", "lost answer", "error 500 before", "error 500 after", "rate limited"]


@pytest.fixture
def story(installation: object) -> Storyteller:
    told = Storyteller()
    told.on("2026-01-01 00:00").partner("Partner")
    return told


def page(story: Storyteller, desk: FaultyGateway, return_to: str = HOME) -> str:
    number = story.partners["Partner"].pk
    return begin_card_setup(number, desk, return_to=return_to, cause=TESTER, now=story.clock())


def desk(story: Storyteller, **faults: Fault) -> FaultyGateway:
    return FaultyGateway(sandbox_gateway(story.clock), dict(faults))


def made(kind: str) -> int:
    """How many the provider has."""
    return SandboxRecord.objects.filter(kind=kind).count()


@pytest.mark.parametrize("call", ["open_customer", "begin_setup"])
@pytest.mark.parametrize("fault", FAULTS)
def test_m13_a_page_opens_at_the_next_try_whatever_went_wrong(story: Storyteller, call: str, fault: Fault) -> None:
    asked = desk(story, **{call: fault})
    with pytest.raises(NO_ANSWER):
        page(story, asked)
    assert page(story, asked)
    assert CardSetup.unscoped.filter(state="open").exclude(provider_reference=None).count() == 1
    again = fault == "error 500 after"  # whether it was done was not said
    assert made("customer") == (2 if again and call == "open_customer" else 1)
    assert made("setup") == (2 if again and call == "begin_setup" else 1)
    assert GatewayCustomer.unscoped.get().attempt == (2 if call == "open_customer" and "500" in fault else 1)


def test_a_customer_is_asked_for_in_the_same_words_until_it_is_answered(story: Storyteller) -> None:
    asked = desk(story, open_customer="lost answer")
    with pytest.raises(GatewayUnreachable):
        page(story, asked)
    Partner.unscoped.update(email="new@example.com")
    assert page(story, asked)
    assert made("customer") == 1


def test_a_customer_that_was_refused_is_asked_for_as_it_is_by_then(story: Storyteller) -> None:
    class Strict(FaultyGateway):
        def open_customer(self, details: CustomerDetails, *, key: str) -> str:
            if not details.email:
                raise GatewayRefused("email_invalid")
            return super().open_customer(details, key=key)

    asked = Strict(sandbox_gateway(story.clock))
    Partner.unscoped.update(email="")
    with pytest.raises(GatewayRefused):
        page(story, asked)
    Partner.unscoped.update(email="new@example.com")
    assert page(story, asked)


def test_a_key_that_is_known_for_another_request_is_left_behind(story: Storyteller) -> None:
    asked = desk(story)
    uid = story.partners["Partner"].uid
    asked.open_customer(CustomerDetails("x", "x", "x@example.com"), key=f"{uid}:customer:1")
    with pytest.raises(GatewayFailed, match="another request"):
        page(story, asked)
    assert page(story, asked)
    assert GatewayCustomer.unscoped.get().attempt == 2


def test_an_open_page_is_shown_again(story: Storyteller) -> None:
    asked = desk(story)
    first = page(story, asked)
    story.clock.forward(hours=19)
    assert page(story, asked) == first
    assert (made("setup"), CardSetup.unscoped.count()) == (1, 1)
    story.clock.forward(hours=2)
    assert page(story, asked) != first, "not much is left of it"
    assert AuditEvent.unscoped.filter(act="open card page").count() == 2


@pytest.mark.parametrize("end", ["entered", "expired", "gone"])
def test_a_page_that_is_over_is_not_shown_again(story: Storyteller, end: str) -> None:
    asked, gateway = desk(story), sandbox_gateway(story.clock)
    first = page(story, asked)
    reference = CardSetup.unscoped.get().provider_reference or ""
    if end == "entered":
        gateway.enter_card(reference, SUCCEEDS)
    elif end == "expired":
        gateway.expire_setup(reference)
    else:
        CardSetup.unscoped.update(provider_reference="cs_gone")
    assert page(story, asked) not in (first, HOME)


def test_a_page_of_another_provider_or_partner_is_not_shown(story: Storyteller) -> None:
    asked = desk(story)
    first = page(story, asked)
    story.partner("Another")
    number = story.partners["Another"].pk
    assert begin_card_setup(number, asked, return_to=HOME, cause=TESTER, now=story.clock()) != first
    CardSetup.unscoped.update(provider="stripe")
    GatewayCustomer.unscoped.update(provider="stripe")
    assert page(story, asked) != first


def test_a_page_whose_answer_got_lost_is_the_same_page_within_a_day(story: Storyteller) -> None:
    asked = desk(story, begin_setup="lost answer")
    with pytest.raises(GatewayUnreachable):
        page(story, asked)
    story.clock.forward(hours=22)
    assert page(story, asked)
    assert (made("setup"), CardSetup.unscoped.count()) == (1, 1)


def test_a_key_that_may_be_forgotten_is_not_used_again(story: Storyteller) -> None:
    asked = desk(story, begin_setup="lost answer")
    with pytest.raises(GatewayUnreachable):
        page(story, asked)
    story.clock.forward(hours=23)
    assert page(story, asked)
    assert (made("setup"), CardSetup.unscoped.count()) == (2, 2)


def test_a_lost_page_that_is_asked_for_otherwise_gives_way_to_a_new_one(story: Storyteller) -> None:
    asked = desk(story, begin_setup="lost answer")
    with pytest.raises(GatewayUnreachable):
        page(story, asked)
    assert page(story, asked, "https://other.example/cards")
    assert sorted(CardSetup.unscoped.values_list("state", flat=True)) == ["expired", "open"]


def test_a_page_that_another_gave_up_meanwhile_still_takes_a_card(story: Storyteller) -> None:
    class Slow(FaultyGateway):
        def begin_setup(
            self, customer: str, *, currency: str, return_to: str, metadata: Mapping[str, str], key: str
        ) -> Setup:
            begun = super().begin_setup(customer, currency=currency, return_to=return_to, metadata=metadata, key=key)
            assert page(story, desk(story), "https://other.example/cards")
            return begun

    page(story, Slow(sandbox_gateway(story.clock)))
    first = CardSetup.unscoped.earliest("pk").provider_reference or ""
    sandbox_gateway(story.clock).enter_card(first, SUCCEEDS)
    completed = complete_card_setup(first, desk(story), now=story.clock())
    assert completed is not None
    assert (completed.state, Card.unscoped.count()) == ("complete", 1)


def test_a_customer_that_is_not_known_yet_owns_no_card(story: Storyteller) -> None:
    asked = desk(story)
    page(story, asked)
    reference = CardSetup.unscoped.get().provider_reference or ""
    sandbox_gateway(story.clock).enter_card(reference, SUCCEEDS)
    GatewayCustomer.unscoped.update(reference=None)
    with pytest.raises(Refused, match="card_unknown"):
        complete_card_setup(reference, asked, now=story.clock())


class Renewing(FaultyGateway):
    """The bank has sent the cardholder another card, under the same reference."""

    changes: dict[str, Any]

    def retrieve_card(self, reference: str) -> CardDetails | None:
        known = super().retrieve_card(reference)
        return None if known is None else replace(known, **self.changes)


@pytest.mark.parametrize(
    ("changes", "works"),
    [({}, False), ({"brand": "Mastercard"}, False)]
    + [(change, True) for change in ({"last4": "4242"}, {"expires_month": 5}, {"expires_year": 2031})],
)
def test_m13_a_card_that_its_bank_renewed_is_charged_at_once(
    installation: object, changes: dict[str, Any], works: bool
) -> None:
    told = Storyteller()
    one_charge(told, EXPIRED)
    gateway = Renewing(sandbox_gateway(told.clock))
    collect(gateway)
    card, now = Card.unscoped.get(), DUE + timedelta(days=1)
    assert not card.usable
    gateway.changes = changes
    event = ProviderEvent(
        "evt_1", "payment_method.automatically_updated", "card", card.provider_reference, now, live=False
    )
    receive_event(event, provider="sandbox", live=False, now=now)
    woken = Woken()
    assert process_event(ReceivedEvent.objects.get().pk, gateway, now=now, jobs=woken)
    card.refresh_from_db()
    assert card.usable is works
    invoice = Invoice.unscoped.get()
    assert (invoice.first_declined_at is None) is works
    planned = Charge.unscoped.filter(state="planned")
    assert [{"charge_id": charge.pk} for charge in planned] == woken.each
    assert len(woken.each) == works
    acts = AuditEvent.unscoped.filter(act="renew card")
    assert [act.facts["usable"] for act in acts] == [works]


class Woken:
    """`Jobs` that notes who was woken."""

    def __init__(self) -> None:
        self.each: list[dict[str, int]] = []

    def wake(self, task: str, **arguments: int) -> None:
        raise AssertionError(task, arguments)

    def wake_each(self, task: str, each: Any) -> None:
        assert task == "collect_charge"
        self.each += each


def test_m11_a_card_that_works_keeps_the_days_of_its_attempts(installation: object) -> None:
    told = Storyteller()
    one_charge(told, NO_FUNDS)
    gateway = Renewing(sandbox_gateway(told.clock))
    collect(gateway)
    before = Invoice.unscoped.get().next_attempt_at
    assert before is not None
    gateway.changes = {"expires_month": 5}
    assert refresh_card(Card.unscoped.get().provider_reference, gateway, now=DUE + timedelta(hours=1))
    assert Invoice.unscoped.get().next_attempt_at == before
    assert Card.unscoped.get().expires_month == 5


def test_a_card_that_is_not_in_use_stays_aside(installation: object) -> None:
    told = Storyteller()
    one_charge(told, EXPIRED)
    gateway = Renewing(sandbox_gateway(told.clock))
    collect(gateway)
    old = Card.unscoped.get()
    told.card(SUCCEEDS)
    gateway.changes = {"expires_month": 5}
    assert refresh_card(old.provider_reference, gateway, now=DUE + timedelta(days=1))
    old.refresh_from_db()
    assert (old.in_use, old.usable) == (False, False)
    paid_once()
