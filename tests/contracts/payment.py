"""What every payment gateway keeps to. A gateway's own test file subclasses this and says how to get at one.

`card_desk.py` and `provider_events.py`, beside this, say the same of the rest of a `PaymentProvider`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from uuid import uuid4

import pytest

from pleamar.ports.payments import (
    CardDetails,
    GatewayFailed,
    GatewayRefused,
    GatewayUnreachable,
    Intent,
    IntentRequest,
    KeyConflict,
    PaymentGateway,
)
from pleamar.rules.money import Money

Behaviour: TypeAlias = Literal["succeeds", "insufficient_funds", "expired_card", "authentication_required"]
Fault: TypeAlias = Literal["lost answer", "rate limited", "error 500"]


class PaymentHooks(ABC):
    """What a gateway's own test file says."""

    @abstractmethod
    def gateway(self) -> PaymentGateway:
        """One that is ready for use; each call gives a new one over the same memory."""

    @abstractmethod
    def card(self, behaviour: Behaviour) -> CardDetails:
        """A card of a customer of its own. `insufficient_funds` is a soft decline, `expired_card` a hard one;
        `authentication_required` is declined with that while its customer is absent, and succeeds once he acts.
        """

    @abstractmethod
    def now(self) -> datetime:
        """The gateway's present moment."""

    @abstractmethod
    def time_passes(self) -> None:
        """At least a whole second goes by, so that what comes next is newer."""

    @abstractmethod
    def customer_acts(self, intent_id: str, *, succeeds: bool = True) -> None:
        """Its customer, sent to the address that `begin_action` gave, proves who he is there, or fails to."""

    def request(self, card: CardDetails, minor: int = 4_400) -> IntentRequest:
        return IntentRequest(Money(minor, "EUR"), card.customer, card.reference, {"charge": str(uuid4())})

    def created(self, behaviour: Behaviour = "succeeds", minor: int = 4_400) -> Intent:
        return self.gateway().create(self.request(self.card(behaviour), minor), key=str(uuid4()))

    def confirmed(self, behaviour: Behaviour = "succeeds", minor: int = 4_400) -> Intent:
        return self.gateway().confirm(self.created(behaviour, minor).id, key=str(uuid4()))


class PaymentContract(PaymentHooks):
    """Creation moves no money, a key makes a call repeatable, and what has succeeded stays so."""

    def test_creating_moves_no_money(self) -> None:
        card = self.card("succeeds")
        request = self.request(card)
        intent = self.gateway().create(request, key=str(uuid4()))
        assert intent.status == "requires_confirmation"
        assert (intent.amount, intent.customer) == (request.amount, card.customer)
        assert dict(intent.metadata) == dict(request.metadata)
        assert self.gateway().retrieve(intent.id) == intent

    def test_the_same_key_finds_the_same_payment_again(self) -> None:
        request, key = self.request(self.card("succeeds")), str(uuid4())
        first = self.gateway().create(request, key=key)
        assert self.gateway().create(request, key=key).id == first.id
        assert self.gateway().create(request, key=str(uuid4())).id != first.id

    def test_a_key_is_of_no_use_for_another_request(self) -> None:
        card, key, since = self.card("succeeds"), str(uuid4()), self.now()
        first = self.gateway().create(self.request(card), key=key)
        with pytest.raises(KeyConflict):
            self.gateway().create(self.request(card, minor=4_500), key=key)
        assert list(self.gateway().list_intents(card.customer, since=since)) == [first]

    def test_confirming_collects_once(self) -> None:
        intent, key = self.created(), str(uuid4())
        assert self.gateway().confirm(intent.id, key=key).status == "succeeded"
        assert self.gateway().confirm(intent.id, key=key).status == "succeeded"
        assert self.gateway().retrieve(intent.id).status == "succeeded"

    @pytest.mark.parametrize(("behaviour", "hard"), [("insufficient_funds", False), ("expired_card", True)])
    def test_a_decline_says_whether_the_card_is_of_any_more_use(self, behaviour: Behaviour, hard: bool) -> None:
        declined = self.confirmed(behaviour)
        assert declined.status == "declined"
        assert declined.decline is not None
        assert (declined.decline.code, declined.decline.hard) == (behaviour, hard)
        assert self.gateway().retrieve(declined.id) == declined

    def test_a_cancelled_payment_cannot_be_confirmed(self) -> None:
        intent, key = self.created(), str(uuid4())
        assert self.gateway().cancel(intent.id, key=key).status == "canceled"
        assert self.gateway().cancel(intent.id, key=key).status == "canceled"
        assert self.gateway().cancel(intent.id, key=str(uuid4())).status == "canceled"
        with pytest.raises(GatewayRefused):
            self.gateway().confirm(intent.id, key=str(uuid4()))
        assert self.gateway().retrieve(intent.id).status == "canceled"

    def test_a_declined_payment_can_be_cancelled(self) -> None:
        declined = self.confirmed("insufficient_funds")
        assert self.gateway().cancel(declined.id, key=str(uuid4())).status == "canceled"

    def test_cancelling_what_has_succeeded_says_that_it_has(self) -> None:
        intent = self.confirmed()
        assert self.gateway().cancel(intent.id, key=str(uuid4())).status == "succeeded"

    def test_an_absent_customer_who_has_to_act_is_sent_an_address(self) -> None:
        intent = self.confirmed("authentication_required")
        assert intent.status == "requires_action"
        assert self.gateway().retrieve(intent.id).status == "requires_action"
        address = self.gateway().begin_action(intent.id, return_to="https://example.com/paid", key=str(uuid4()))
        assert address
        assert "://" in address
        assert self.gateway().retrieve(intent.id).status == "requires_action"
        self.customer_acts(intent.id)
        assert self.gateway().retrieve(intent.id).status == "succeeded"
        assert self.gateway().begin_action(intent.id, return_to="https://example.com/paid", key=str(uuid4())) is None

    def test_a_customer_who_fails_to_act_may_try_again(self) -> None:
        intent = self.confirmed("authentication_required")
        self.gateway().begin_action(intent.id, return_to="https://example.com/paid", key=str(uuid4()))
        self.customer_acts(intent.id, succeeds=False)
        failed = self.gateway().retrieve(intent.id)
        assert failed.status == "declined"
        assert failed.decline is not None
        assert not failed.decline.hard
        assert self.gateway().begin_action(intent.id, return_to="https://example.com/paid", key=str(uuid4()))
        self.customer_acts(intent.id)
        assert self.gateway().retrieve(intent.id).status == "succeeded"

    def test_what_waits_for_its_customer_can_be_cancelled(self) -> None:
        intent = self.confirmed("authentication_required")
        assert self.gateway().cancel(intent.id, key=str(uuid4())).status == "canceled"

    def test_a_customer_who_need_not_act_is_sent_nowhere(self) -> None:
        intent = self.created()
        assert self.gateway().begin_action(intent.id, return_to="https://example.com/paid", key=str(uuid4())) is None
        assert self.gateway().retrieve(intent.id).status == "succeeded"

    def test_a_customers_payments_are_listed_newest_first(self) -> None:
        card, other, since = self.card("succeeds"), self.card("succeeds"), self.now()
        mine = []
        for _ in range(2):
            mine.append(self.gateway().create(self.request(card), key=str(uuid4())))
            self.time_passes()
        self.gateway().create(self.request(other), key=str(uuid4()))
        assert list(self.gateway().list_intents(card.customer, since=since)) == mine[::-1]
        assert list(self.gateway().list_intents(card.customer, since=self.now() + timedelta(days=1))) == []

    def test_the_payments_of_all_customers_can_be_listed(self) -> None:
        cards, since = [self.card("succeeds"), self.card("succeeds")], self.now()
        made = []
        for card in cards:
            made.append(self.gateway().create(self.request(card), key=str(uuid4())).id)
            self.time_passes()
        listed = [intent.id for intent in self.gateway().list_intents(None, since=since)]
        assert [identity for identity in listed if identity in made] == made[::-1]

    def test_what_does_not_exist_is_refused(self) -> None:
        with pytest.raises(GatewayRefused) as refused:
            self.gateway().retrieve("pi_unknown")
        assert not refused.value.card_is_to_blame
        card = self.card("succeeds")
        with pytest.raises(GatewayRefused) as refused:
            self.gateway().create(IntentRequest(Money(100, "EUR"), card.customer, "pm_unknown", {}), key=str(uuid4()))
        assert refused.value.card_is_to_blame

    def test_nothing_cannot_be_charged(self) -> None:
        with pytest.raises(GatewayRefused) as refused:
            self.gateway().create(self.request(self.card("succeeds"), minor=0), key=str(uuid4()))
        assert not refused.value.card_is_to_blame


class FaultContract(PaymentHooks):
    """What becomes of a call whose answer is lost or is a failure, for gateways that can be struck so."""

    @abstractmethod
    def fault(self, kind: Fault) -> None:
        """The next call that changes something is struck, once. It is done where its answer is lost, and only there.

        The answer of an `error 500` is kept for its key; that of `rate limited` is not.
        """

    def test_a_creation_without_an_answer_is_found_by_its_key(self) -> None:
        card, key, since = self.card("succeeds"), str(uuid4()), self.now()
        request = self.request(card)
        self.fault("lost answer")
        with pytest.raises(GatewayUnreachable):
            self.gateway().create(request, key=key)
        intent = self.gateway().create(request, key=key)
        assert list(self.gateway().list_intents(card.customer, since=since)) == [intent]

    def test_a_confirmation_without_an_answer_was_made(self) -> None:
        intent, key = self.created(), str(uuid4())
        self.fault("lost answer")
        with pytest.raises(GatewayUnreachable):
            self.gateway().confirm(intent.id, key=key)
        assert self.gateway().retrieve(intent.id).status == "succeeded"
        assert self.gateway().confirm(intent.id, key=key).status == "succeeded"

    def test_a_call_too_many_is_made_again_with_its_key(self) -> None:
        card, key, since = self.card("succeeds"), str(uuid4()), self.now()
        request = self.request(card)
        self.fault("rate limited")
        with pytest.raises(GatewayUnreachable):
            self.gateway().create(request, key=key)
        assert list(self.gateway().list_intents(card.customer, since=since)) == []
        assert self.gateway().create(request, key=key).status == "requires_confirmation"

    def test_a_failure_stays_with_its_key_for_ever(self) -> None:
        intent, key = self.created(), str(uuid4())
        self.fault("error 500")
        for _ in range(2):
            with pytest.raises(GatewayFailed):
                self.gateway().confirm(intent.id, key=key)
        assert self.gateway().retrieve(intent.id).status == "requires_confirmation"
        assert self.gateway().confirm(intent.id, key=str(uuid4())).status == "succeeded"
