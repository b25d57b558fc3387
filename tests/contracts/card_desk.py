"""What every card desk keeps to: how a customer's card gets on file, and off it again."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from uuid import uuid4

import pytest

from pleamar.ports.payments import CustomerDetails, GatewayRefused, IntentRequest, PaymentProvider, ProviderEvent, Setup
from pleamar.rules.money import Money
from tests.contracts.payment import Behaviour, PaymentHooks


class CardDeskContract(PaymentHooks):
    """A card is entered on the provider's own page, is its customer's, and can be charged until it is detached."""

    @abstractmethod
    def provider(self) -> PaymentProvider:
        """One that is ready for use; each call gives a new one over the same memory, which is `gateway`'s as well."""

    @abstractmethod
    def card_entered(self, setup_id: str, behaviour: Behaviour) -> None:
        """On the page of this setup the customer enters a card that behaves so."""

    @abstractmethod
    def setup_expires(self, setup_id: str) -> None:
        """Nobody enters a card on the page of this setup until it is closed."""

    def customer(self) -> str:
        details = CustomerDetails("par_7", "Cuarzo MSP", "billing@cuarzo.example")
        return self.provider().open_customer(details, key=str(uuid4()))

    def setup(self, customer: str, currency: str = "EUR") -> Setup:
        return self.provider().begin_setup(
            customer,
            currency=currency,
            return_to="https://example.com/cards",
            metadata={"partner": "par_7", "installation": "ins_1"},
            key=str(uuid4()),
        )

    def told(self, subject: str, since: datetime) -> list[ProviderEvent]:
        return [event for event in self.provider().list_events(since=since) if event.subject == subject]

    def test_a_customer_is_made_once(self) -> None:
        details, key = CustomerDetails("par_8", "Pizarra IT", "pay@pizarra.example"), str(uuid4())
        first = self.provider().open_customer(details, key=key)
        assert self.provider().open_customer(details, key=key) == first
        assert self.provider().open_customer(details, key=str(uuid4())) != first

    def test_a_page_is_open_until_a_card_is_entered(self) -> None:
        customer = self.customer()
        setup = self.setup(customer)
        assert (setup.status, setup.customer, setup.card) == ("open", customer, None)
        assert dict(setup.metadata) == {"partner": "par_7", "installation": "ins_1"}
        assert setup.address
        assert "://" in setup.address
        assert self.provider().retrieve_setup(setup.id) == setup

    def test_a_page_is_made_once(self) -> None:
        customer, key = self.customer(), str(uuid4())
        setups = [
            self.provider().begin_setup(
                customer, currency="EUR", return_to="https://example.com/cards", metadata={}, key=key
            )
            for _ in range(2)
        ]
        assert setups[0].id == setups[1].id

    def test_a_card_that_was_entered_can_be_charged(self) -> None:
        customer = self.customer()
        setup = self.setup(customer)
        self.card_entered(setup.id, "succeeds")
        complete = self.provider().retrieve_setup(setup.id)
        assert (complete.id, complete.status, complete.address) == (setup.id, "complete", None)
        assert dict(complete.metadata) == dict(setup.metadata)
        card = complete.card
        assert card is not None
        assert card.customer == customer
        assert (len(card.last4), bool(card.brand)) == (4, True)
        assert 1 <= card.expires_month <= 12
        assert card.expires_year >= self.now().year
        assert self.provider().retrieve_card(card.reference) == card
        request = IntentRequest(Money(1_000, "EUR"), customer, card.reference, {})
        intent = self.provider().create(request, key=str(uuid4()))
        assert self.provider().confirm(intent.id, key=str(uuid4())).status == "succeeded"

    def test_an_entered_card_is_told(self) -> None:
        since = self.now()
        setup = self.setup(self.customer())
        self.card_entered(setup.id, "succeeds")
        complete = self.provider().retrieve_setup(setup.id)
        found = [self.provider().retrieve_setup(event.reference) for event in self.told("setup", since)]
        assert complete.card is not None
        assert complete.card in [other.card for other in found]
        assert {dict(other.metadata)["partner"] for other in found if other.card == complete.card} == {"par_7"}

    def test_a_page_that_nobody_used_expires(self) -> None:
        setup = self.setup(self.customer())
        self.setup_expires(setup.id)
        expired = self.provider().retrieve_setup(setup.id)
        assert (expired.status, expired.address, expired.card) == ("expired", None, None)

    def test_a_detached_card_is_nobody_s_and_stays_so(self) -> None:
        since, customer = self.now(), self.customer()
        setup = self.setup(customer)
        self.card_entered(setup.id, "succeeds")
        card = self.provider().retrieve_setup(setup.id).card
        assert card is not None
        self.provider().detach_card(card.reference)
        assert self.provider().retrieve_card(card.reference) is None
        self.provider().detach_card(card.reference)
        assert card.reference in [event.reference for event in self.told("card", since)]
        with pytest.raises(GatewayRefused) as refused:
            self.provider().create(IntentRequest(Money(1_000, "EUR"), customer, card.reference, {}), key=str(uuid4()))
        assert refused.value.card_is_to_blame

    def test_a_page_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(GatewayRefused):
            self.provider().retrieve_setup("cs_unknown")
        with pytest.raises(GatewayRefused):
            self.setup("cus_unknown")
