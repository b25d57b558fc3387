"""The Stripe adapter keeps the contracts of payment providers, over HTTP, against a Stripe that nobody here wrote."""

from __future__ import annotations

from uuid import uuid4

from pleamar.ports.payments import PaymentProvider
from tests.contracts.card_desk import CardDeskContract
from tests.contracts.payment import FaultContract, PaymentContract, PaymentHooks
from tests.contracts.provider_events import EventsContract
from tests.stripe_server.against import AgainstServer
from tests.stripe_server.parameters import ENDPOINTS, endpoint


class TestStripePayments(AgainstServer, PaymentContract):
    """Payments."""

    def test_a_declined_payment_can_be_confirmed_again_with_the_same_card(self) -> None:
        declined = self.confirmed("insufficient_funds")
        again = self.gateway().confirm(declined.id, key=str(uuid4()))
        assert (again.status, again.decline) == ("declined", declined.decline)

    def test_what_has_succeeded_is_not_sent_again(self) -> None:
        intent = self.confirmed()
        self.sent.clear()
        assert self.gateway().confirm(intent.id, key=str(uuid4())).status == "succeeded"
        assert [sent.verb for sent in self.sent] == ["GET"]

    def test_only_cards_are_asked_for(self) -> None:
        self.created()
        asked = [sent.params.get("allowed_payment_method_types") for sent in self.sent if endpoint(sent) in _CARDS_ONLY]
        assert asked == [["card"], ["card"]]


class TestStripeFaults(AgainstServer, FaultContract):
    """Answers that go amiss."""


class TestStripeCards(AgainstServer, CardDeskContract):
    """Cards."""


class TestStripeEvents(AgainstServer, EventsContract):
    """Events."""


class TestEveryRequest(AgainstServer, PaymentHooks):
    """No endpoint escapes the check of requests."""

    def test_every_endpoint_that_is_used_has_its_type_and_is_checked(self) -> None:
        provider: PaymentProvider = self.provider()
        since = self.now()
        intent = self.confirmed("authentication_required")
        provider.begin_action(intent.id, return_to="https://example.com/paid", key=str(uuid4()))
        provider.cancel(intent.id, key=str(uuid4()))
        paid = self.confirmed()
        list(provider.list_intents(None, since=since))
        events = list(provider.list_events(since=since))
        setups = {event.reference for event in events if event.subject == "setup"}
        assert "complete" in {provider.retrieve_setup(reference).status for reference in setups}
        provider.retrieve_dispute(self.disputed(paid.id))
        list(provider.list_refunds(paid.id))
        card = self.card("succeeds")
        provider.retrieve_card(card.reference)
        provider.detach_card(card.reference)
        assert {endpoint(sent) for sent in self.sent} == ENDPOINTS.keys()


_CARDS_ONLY = {("POST", "/v1/checkout/sessions"), ("POST", "/v1/payment_intents")}
