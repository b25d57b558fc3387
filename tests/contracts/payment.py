"""What every payment gateway keeps to. A gateway's own test file subclasses this and says how to get at one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from pleamar.ports.payments import CardDetails, GatewayRefused, Intent, IntentRequest, PaymentGateway
from pleamar.rules.money import Money


class PaymentContract(ABC):
    """Creation moves no money, a key makes a call repeatable, and what has succeeded stays so."""

    @abstractmethod
    def gateway(self) -> PaymentGateway:
        """One that is ready for use; each call gives a new one over the same memory."""

    @abstractmethod
    def card(self, behaviour: str) -> CardDetails:
        """A card of a customer of its own: `succeeds`, `insufficient_funds` (soft), `expired_card` (hard)."""

    @abstractmethod
    def now(self) -> datetime:
        """The gateway's present moment."""

    def request(self, card: CardDetails, minor: int = 4_400) -> IntentRequest:
        return IntentRequest(Money(minor, "EUR"), card.customer, card.reference, {"charge": str(uuid4())})

    def created(self, behaviour: str = "succeeds") -> Intent:
        return self.gateway().create(self.request(self.card(behaviour)), key=str(uuid4()))

    def test_creating_moves_no_money(self) -> None:
        card = self.card("succeeds")
        request = self.request(card)
        intent = self.gateway().create(request, key="a")
        assert intent.status == "requires_confirmation"
        assert (intent.amount, intent.customer) == (request.amount, card.customer)
        assert dict(intent.metadata) == dict(request.metadata)
        assert self.gateway().retrieve(intent.id) == intent

    def test_the_same_key_finds_the_same_payment_again(self) -> None:
        request = self.request(self.card("succeeds"))
        first = self.gateway().create(request, key="same")
        assert self.gateway().create(request, key="same").id == first.id
        assert self.gateway().create(request, key="another").id != first.id

    def test_confirming_collects_once(self) -> None:
        intent = self.created()
        assert self.gateway().confirm(intent.id, key="c:1").status == "succeeded"
        assert self.gateway().confirm(intent.id, key="c:1").status == "succeeded"
        assert self.gateway().retrieve(intent.id).status == "succeeded"

    @pytest.mark.parametrize(("behaviour", "hard"), [("insufficient_funds", False), ("expired_card", True)])
    def test_a_decline_says_whether_the_card_is_of_any_more_use(self, behaviour: str, hard: bool) -> None:
        intent = self.created(behaviour)
        declined = self.gateway().confirm(intent.id, key="c:1")
        assert declined.status == "declined"
        assert declined.decline is not None
        assert (declined.decline.code, declined.decline.hard) == (behaviour, hard)

    def test_a_cancelled_payment_cannot_be_confirmed(self) -> None:
        intent = self.created()
        assert self.gateway().cancel(intent.id, key="x").status == "canceled"
        assert self.gateway().cancel(intent.id, key="x").status == "canceled"
        with pytest.raises(GatewayRefused):
            self.gateway().confirm(intent.id, key="c:1")
        assert self.gateway().retrieve(intent.id).status == "canceled"

    def test_a_declined_payment_can_be_cancelled(self) -> None:
        intent = self.created("insufficient_funds")
        self.gateway().confirm(intent.id, key="c:1")
        assert self.gateway().cancel(intent.id, key="x").status == "canceled"

    def test_cancelling_what_has_succeeded_says_that_it_has(self) -> None:
        intent = self.created()
        self.gateway().confirm(intent.id, key="c:1")
        assert self.gateway().cancel(intent.id, key="x").status == "succeeded"

    def test_a_customers_payments_are_listed_newest_first(self) -> None:
        card, other = self.card("succeeds"), self.card("succeeds")
        mine = [self.gateway().create(self.request(card), key=str(uuid4())).id for _ in range(2)]
        self.gateway().create(self.request(other), key=str(uuid4()))
        listed = [intent.id for intent in self.gateway().list_intents(card.customer, since=self.now())]
        assert sorted(listed) == sorted(mine)
        assert list(self.gateway().list_intents(card.customer, since=self.now() + timedelta(days=1))) == []

    def test_what_does_not_exist_is_refused(self) -> None:
        with pytest.raises(GatewayRefused):
            self.gateway().retrieve("pi_unknown")
        card = self.card("succeeds")
        with pytest.raises(GatewayRefused):
            self.gateway().create(IntentRequest(Money(100, "EUR"), card.customer, "pm_unknown", {}), key="a")

    def test_nothing_cannot_be_charged(self) -> None:
        with pytest.raises(GatewayRefused):
            self.gateway().create(self.request(self.card("succeeds"), minor=0), key="a")
