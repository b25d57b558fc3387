"""The sandbox's payments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from pleamar.adapters.payments.sandbox.cards import PROCESSING_TAKES, outcome
from pleamar.adapters.payments.sandbox.contents import intent_content, read_intent
from pleamar.adapters.payments.sandbox.memory import Overtaken, Seal, identity
from pleamar.adapters.payments.sandbox.reversals import Reversals
from pleamar.ports.payments import Decline, GatewayRefused, Intent, IntentRequest, KeyConflict
from pleamar.ports.stores import KeptCard, KeptIntent, KeptRecord
from pleamar.rules.collecting import LARGEST, smallest

_TOLD_AS: Final = {
    "succeeded": "payment_intent.succeeded",
    "declined": "payment_intent.payment_failed",
    "requires_action": "payment_intent.requires_action",
    "processing": "payment_intent.processing",
    "canceled": "payment_intent.canceled",
}
_INTENT: Final = (intent_content, read_intent)
# The customer could not prove who he is; he may try again.
_NOT_PROVEN: Final = Decline("payment_intent_authentication_failure", hard=False)


class Payments(Reversals):
    """A `PaymentGateway`. Ids follow from keys, so that the same key finds the same payment again."""

    def create(self, request: IntentRequest, *, key: str) -> Intent:
        """See `PaymentGateway`."""
        asked = {
            "amount": request.amount.minor,
            "currency": request.amount.currency,
            "customer": request.customer,
            "card": request.card,
            "metadata": dict(request.metadata),
        }
        return self._keyed("create", key, asked, lambda _: self._created(request, key), _INTENT)

    def confirm(self, intent_id: str, *, key: str) -> Intent:
        """See `PaymentGateway`."""
        return self._keyed("confirm", key, {"intent": intent_id}, partial(self._attempted, intent_id), _INTENT)

    def retrieve(self, intent_id: str) -> Intent:
        """See `PaymentGateway`."""
        return self._answered("retrieve", lambda: self._standing(intent_id).intent)

    def cancel(self, intent_id: str, *, key: str) -> Intent:
        """See `PaymentGateway`."""
        form = (intent_content, lambda _: self._standing(intent_id).intent)  # what it did not end may have ended since
        return self._keyed("cancel", key, {"intent": intent_id}, lambda _: self._canceled(intent_id), form)

    def list_intents(self, customer: str | None, *, since: datetime) -> Iterable[Intent]:
        """See `PaymentGateway`."""
        return self._answered(
            "list", lambda: [self._processed(kept).intent for kept in self.store.of_customer(customer, since)]
        )

    def begin_action(self, intent_id: str, *, return_to: str, key: str) -> str | None:
        """See `PaymentGateway`. The page itself asks `returns_to` where its customer goes afterwards."""
        asked = {"intent": intent_id, "return_to": return_to}
        begin = partial(self._sent, intent_id, return_to)
        return self._keyed("begin_action", key, asked, begin, (_same, _same))

    def returns_to(self, reference: str) -> str | None:
        """Where the customer goes after the page of this payment or setup; None if nobody was sent there."""
        for kind in ("action", "setup"):
            if (known := self.store.record(kind, reference)) is not None:
                return str(known.content["return_to"])
        return None

    def act(self, intent_id: str, *, succeed: bool) -> Intent:
        """The customer proves who he is, or fails to; he may try again. Refuses `intent_needs_no_action`."""
        while True:
            kept = self._standing(intent_id)
            if kept.intent.status != "requires_action":
                raise GatewayRefused("intent_needs_no_action")
            decline = None if succeed else _NOT_PROVEN
            acted = replace(kept.intent, status="succeeded" if succeed else "declined", decline=decline)
            if self._moved(kept, acted):
                return acted

    def _created(self, request: IntentRequest, key: str) -> Intent:
        if request.amount.minor < smallest(request.amount.currency):
            raise GatewayRefused("amount_too_small")
        if request.amount.minor > LARGEST:
            raise GatewayRefused("amount_too_large")
        self._chargeable(request.card, request.customer)
        metadata = dict(request.metadata)
        intent = Intent(_id(key), "requires_confirmation", request.amount, request.customer, metadata)
        kept = self.store.add(KeptIntent(intent, request.card, self.clock()))
        known = kept.intent
        if (known.amount, known.customer, dict(known.metadata), kept.card) != (
            *(request.amount, request.customer, metadata, request.card),
        ):
            raise KeyConflict
        return known

    def _chargeable(self, reference: str, customer: str) -> KeptCard:
        card = self.store.card(reference)
        if card is None or card.forgotten or card.customer != customer:
            raise GatewayRefused("card_unknown", card_is_to_blame=True)
        return card

    def _attempted(self, intent_id: str, seal: Seal[Intent]) -> Intent:
        """Charge its card, unless that was done."""
        kept = self._standing(intent_id)
        if kept.intent.status == "canceled":
            raise GatewayRefused("intent_canceled")
        if kept.intent.status in {"succeeded", "processing", "requires_action"}:
            return kept.intent
        card = self._chargeable(kept.card, kept.intent.customer)
        status, decline = outcome(card)
        charged = replace(kept.intent, status=status, decline=decline)
        if not self._moved(kept, charged, seal(charged), declined=status == "declined"):
            raise Overtaken
        if card.behaviour == "succeeds_then_disputed":
            self.dispute(intent_id)
        return charged

    def _canceled(self, intent_id: str) -> Intent:
        while True:
            kept = self._standing(intent_id)
            if kept.intent.status in {"succeeded", "processing", "canceled"}:
                return kept.intent
            canceled = replace(kept.intent, status="canceled")
            if self._moved(kept, canceled):
                return canceled

    def _sent(self, intent_id: str, return_to: str, seal: Seal[str | None]) -> str | None:
        def address(intent: Intent) -> str | None:
            return f"{self.address}/actions/{intent_id}" if intent.status == "requires_action" else None

        sent_to = address(self._attempted(intent_id, lambda intent: seal(address(intent))))
        if sent_to is not None:
            begun = KeptRecord("action", intent_id, intent_id, {"return_to": return_to}, self.clock())
            known = self.store.add_record(begun)
            if known.content != begun.content:
                self.store.replace_record(known, replace(known, content=begun.content))
        return sent_to

    def _moved(self, kept: KeptIntent, intent: Intent, *along: KeptRecord, declined: bool = False) -> bool:
        """Whether the payment now stands as in `intent`, and that was told."""
        told = [self._event(_TOLD_AS[intent.status], "intent", intent.id)]
        succeeds_at = None
        if intent.status == "processing":
            succeeds_at = told[0].created_at + PROCESSING_TAKES
            told.append(replace(self._event(_TOLD_AS["succeeded"], "intent", intent.id), created_at=succeeds_at))
        after = replace(kept, intent=intent, succeeds_at=succeeds_at)
        return self.store.replace(kept, after, along=[*told, *along], declined=declined)


def _id(key: str) -> str:
    return identity("pi", key)


def _same(answer: str | None) -> str | None:
    return answer
