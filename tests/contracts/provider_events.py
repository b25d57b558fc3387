"""What every provider keeps to when it tells something by itself, and when it takes money back or gives it back."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime, timedelta
from typing import Literal

import pytest

from pleamar.ports.payments import EventForged, GatewayRefused, PaymentProvider, ProviderEvent
from pleamar.rules.money import Money
from tests.contracts.payment import PaymentHooks

TOLERANCE = timedelta(minutes=5)


class EventsContract(PaymentHooks):
    """What happens is told once by a signed message, and again, whenever it is asked for, by a list."""

    @abstractmethod
    def provider(self) -> PaymentProvider:
        """One that is ready for use; each call gives a new one over the same memory, which is `gateway`'s as well."""

    @abstractmethod
    def message(self, event_id: str) -> tuple[bytes, str]:
        """The message by which the provider tells this event at this moment, and its signature."""

    @abstractmethod
    def disputed(self, intent_id: str) -> str:
        """The cardholder's bank takes the whole of a payment back for now; the dispute's id."""

    @abstractmethod
    def dispute_decided(self, dispute_id: str, outcome: Literal["won", "lost"]) -> None:
        """`won`: the money stays with the vendor."""

    @abstractmethod
    def refunded(self, intent_id: str, minor: int) -> None:
        """Somebody gives this much of a payment back, at the provider."""

    def told(self, subject: str, reference: str, since: datetime) -> list[ProviderEvent]:
        events = self.provider().list_events(since=since)
        return [event for event in events if (event.subject, event.reference) == (subject, reference)]

    def test_a_payment_that_succeeds_is_told(self) -> None:
        since = self.now()
        intent = self.confirmed()
        (event,) = self.told("intent", intent.id, since)
        assert event.live is self.provider().live
        assert since.replace(microsecond=0) <= event.created_at <= self.now()
        assert self.told("intent", intent.id, self.now() + timedelta(days=1)) == []

    def test_a_payment_that_fails_is_told(self) -> None:
        since = self.now()
        assert self.told("intent", self.confirmed("insufficient_funds").id, since)

    def test_events_are_listed_oldest_first(self) -> None:
        since, intents = self.now(), []
        for _ in range(3):
            intents.append(self.confirmed().id)
            self.time_passes()
        events = [event for event in self.provider().list_events(since=since) if event.reference in intents]
        assert [event.reference for event in events] == intents
        assert len({event.id for event in events}) == 3

    def test_a_message_is_the_event_that_is_listed(self) -> None:
        since = self.now()
        (event,) = self.told("intent", self.confirmed().id, since)
        payload, signature = self.message(event.id)
        assert self.provider().open_event(payload, signature, now=self.now()) == event

    def test_a_message_that_was_changed_is_forged(self) -> None:
        since = self.now()
        (event,) = self.told("intent", self.confirmed().id, since)
        payload, signature = self.message(event.id)
        changed = payload.replace(event.reference.encode(), event.reference.encode()[::-1])
        for forged, signed in ((changed, signature), (payload, ""), (payload, "rubbish"), (b"", ""), (b"\xff{", "v1=")):
            with pytest.raises(EventForged):
                self.provider().open_event(forged, signed, now=self.now())

    def test_a_message_is_worth_nothing_when_it_is_old(self) -> None:
        since = self.now()
        (event,) = self.told("intent", self.confirmed().id, since)
        payload, signature = self.message(event.id)
        with pytest.raises(EventForged):
            self.provider().open_event(payload, signature, now=self.now() + TOLERANCE + timedelta(seconds=2))

    @pytest.mark.parametrize("outcome", ["won", "lost"])
    def test_a_dispute_is_told_and_decided(self, outcome: Literal["won", "lost"]) -> None:
        since = self.now()
        intent = self.confirmed()
        reference = self.disputed(intent.id)
        dispute = self.provider().retrieve_dispute(reference)
        assert (dispute.id, dispute.intent_id, dispute.status) == (reference, intent.id, "open")
        assert dispute.amount == intent.amount
        before = len(self.told("dispute", reference, since))
        assert before >= 1
        self.dispute_decided(reference, outcome)
        assert self.provider().retrieve_dispute(reference).status == outcome
        assert len(self.told("dispute", reference, since)) > before

    def test_what_was_given_back_is_told_and_listed(self) -> None:
        since = self.now()
        intent = self.confirmed()
        assert list(self.provider().list_refunds(intent.id)) == []
        self.refunded(intent.id, 1_000)
        self.refunded(intent.id, 400)
        assert self.told("refund", intent.id, since)
        refunds = list(self.provider().list_refunds(intent.id))
        assert {refund.intent_id for refund in refunds} == {intent.id}
        assert sorted(refund.amount.minor for refund in refunds) == [400, 1_000]
        assert {refund.amount for refund in refunds} == {Money(1_000, "EUR"), Money(400, "EUR")}
        assert len({refund.id for refund in refunds}) == 2

    def test_a_dispute_that_does_not_exist_is_refused(self) -> None:
        with pytest.raises(GatewayRefused):
            self.provider().retrieve_dispute("dp_unknown")
