"""The sandbox gateway: a card processor that moves no money, to try everything out with; never where it is live."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from pleamar.ports.clock import Clock
from pleamar.ports.payments import CardDetails, Decline, GatewayRefused, Intent, IntentRequest
from pleamar.ports.stores import KeptIntent, SandboxStore

# Test numbers as the trade knows them, and what each does when it is charged.
TEST_CARDS: Final[dict[str, str]] = {
    "4242424242424242": "succeeds",
    "4000000000000002": "generic_decline",
    "4000000000009995": "insufficient_funds",
    "4000000000000069": "expired_card",
    "4000000000009987": "lost_card",
}
_HARD_DECLINES: Final = frozenset({"expired_card", "lost_card", "stolen_card", "do_not_honor"})
_SETTLED: Final = frozenset({"succeeded", "canceled"})


@dataclass(frozen=True, slots=True)
class SandboxGateway:
    """A `PaymentGateway` over a store. Ids follow from keys, so that the same key finds the same payment again."""

    store: SandboxStore
    clock: Clock

    @property
    def provider(self) -> str:
        """Its name beside cards."""
        return "sandbox"

    def register_card(self, number: str, customer: str) -> CardDetails:
        """What a hosted card form would answer. Refuses a number that is not one of `TEST_CARDS`."""
        digits = "".join(character for character in number if not character.isspace())
        if digits not in TEST_CARDS:
            raise GatewayRefused("card_number_unknown")
        reference = _identity("pm", f"{customer}:{digits}")
        self.store.add_card(reference, customer, TEST_CARDS[digits])
        return CardDetails(customer, reference, "Visa", digits[-4:], 12, self.clock().year + 3)

    def create(self, request: IntentRequest, *, key: str) -> Intent:
        """See `PaymentGateway`."""
        if self.store.behaviour_of(request.card) is None:
            raise GatewayRefused("card_unknown", card_is_to_blame=True)
        if request.amount.minor <= 0:
            raise GatewayRefused("amount_too_small")
        intent = Intent(
            _identity("pi", key), "requires_confirmation", request.amount, request.customer, dict(request.metadata)
        )
        return self.store.add(KeptIntent(intent, request.card, self.clock())).intent

    def confirm(self, intent_id: str, *, key: str) -> Intent:  # noqa: ARG002 - what was confirmed stays so, any key
        """See `PaymentGateway`."""
        kept = self._kept(intent_id)
        if kept.intent.status == "canceled":
            raise GatewayRefused("intent_canceled")
        if kept.intent.status == "succeeded":
            return kept.intent
        behaviour = self.store.behaviour_of(kept.card) or "card_unknown"
        if behaviour == "succeeds":
            outcome = replace(kept.intent, status="succeeded", decline=None)
        else:
            outcome = replace(kept.intent, status="declined", decline=Decline(behaviour, behaviour in _HARD_DECLINES))
        return self.store.replace(kept, replace(kept, intent=outcome)).intent

    def retrieve(self, intent_id: str) -> Intent:
        """See `PaymentGateway`."""
        return self._kept(intent_id).intent

    def cancel(self, intent_id: str, *, key: str) -> Intent:  # noqa: ARG002 - what was cancelled stays so, any key
        """See `PaymentGateway`."""
        kept = self._kept(intent_id)
        if kept.intent.status in _SETTLED:
            return kept.intent
        return self.store.replace(kept, replace(kept, intent=replace(kept.intent, status="canceled"))).intent

    def list_intents(self, customer: str, *, since: datetime) -> Iterable[Intent]:
        """See `PaymentGateway`."""
        return [kept.intent for kept in self.store.of_customer(customer, since)]

    def _kept(self, intent_id: str) -> KeptIntent:
        kept = self.store.find(intent_id)
        if kept is None:
            raise GatewayRefused("intent_unknown")
        return kept


def _identity(prefix: str, text: str) -> str:
    return f"{prefix}_sandbox_{sha256(text.encode()).hexdigest()[:24]}"
