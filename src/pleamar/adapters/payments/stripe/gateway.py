"""Payments at Stripe: PaymentIntents, made unconfirmed and then confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import stripe
from stripe.params import PaymentIntentConfirmParams, PaymentIntentListParams

from pleamar.adapters.payments.stripe import mapping
from pleamar.adapters.payments.stripe.client import LARGEST_PAGE, UNEXPLAINED, Connection, StripeRefused, asking, keyed
from pleamar.ports.payments import GatewayRefused, Intent, IntentRequest

_UNEXPECTED_STATE: Final = "payment_intent_unexpected_state"
# Nothing is left to be done about these: by us, or by its customer.
_OVER: Final = frozenset({"processing", "requires_capture", "succeeded", "canceled"})


class Payments(Connection):
    """A `PaymentGateway`."""

    def create(self, request: IntentRequest, *, key: str) -> Intent:
        """See `PaymentGateway`. Refuses `amount_not_payable` where Stripe's units cannot say the amount."""
        amount = mapping.stripe_amount(request.amount)
        try:
            with asking():
                made = self._api.payment_intents.create(
                    {
                        "amount": amount,
                        "currency": request.amount.currency.lower(),
                        "customer": request.customer,
                        "payment_method": request.card,
                        # Else every method that the account has switched on counts, and confirming asks for an
                        # address to come back to, since some of them lead away.
                        "allowed_payment_method_types": ["card"],
                        "metadata": dict(request.metadata),
                    },
                    keyed(key),
                )
        except GatewayRefused as refused:
            # A card that was detached is refused with neither a code nor a parameter's name.
            if refused.code == UNEXPLAINED and not refused.card_is_to_blame and self._is_forgotten(request.card):
                raise GatewayRefused("card_unknown", card_is_to_blame=True) from refused
            raise
        return mapping.intent(made)

    def _is_forgotten(self, reference: str) -> bool:
        with asking():
            return mapping.card(self._api.payment_methods.retrieve(reference)) is None

    def confirm(self, intent_id: str, *, key: str) -> Intent:
        """See `PaymentGateway`. It looks first: what has succeeded, or is being processed, is answered as it stands.

        A decline takes the card off a payment, so it is named again; it is the same one at every attempt, as a key
        demands. Refuses `intent_canceled`.
        """
        found = self._found(intent_id)
        if found.status in _OVER:
            if found.status == "canceled":
                raise GatewayRefused("intent_canceled")
            return mapping.intent(found)
        try:
            return mapping.intent(self._confirmed(found, {"off_session": True}, key))
        except stripe.CardError:
            return self.retrieve(intent_id)

    def _confirmed(
        self, found: stripe.PaymentIntent, how: PaymentIntentConfirmParams, key: str
    ) -> stripe.PaymentIntent:
        """The payment after an attempt. Raises CardError where the card was declined."""
        reference = mapping.card_of(found)
        params: PaymentIntentConfirmParams = {**how, "payment_method": reference} if reference else how
        with asking(may_decline=True):
            return self._api.payment_intents.confirm(found.id, params, keyed(key))

    def retrieve(self, intent_id: str) -> Intent:
        """See `PaymentGateway`."""
        return mapping.intent(self._found(intent_id))

    def _found(self, intent_id: str) -> stripe.PaymentIntent:
        with asking():
            return self._api.payment_intents.retrieve(intent_id)

    def cancel(self, intent_id: str, *, key: str) -> Intent:
        """See `PaymentGateway`."""
        try:
            with asking():
                return mapping.intent(self._api.payment_intents.cancel(intent_id, options=keyed(key)))
        except GatewayRefused as refused:
            if refused.code != _UNEXPECTED_STATE:
                raise
        return self.retrieve(intent_id)

    def list_intents(self, customer: str | None, *, since: datetime) -> Iterable[Intent]:
        """See `PaymentGateway`. Also those of the account that are not ours: their metadata says whose they are."""
        params: PaymentIntentListParams = {"created": {"gte": mapping.seconds(since)}, "limit": LARGEST_PAGE}
        if customer is not None:
            params["customer"] = customer
        with asking():
            return [mapping.intent(each) for each in self._api.payment_intents.list(params).auto_paging_iter()]

    def begin_action(self, intent_id: str, *, return_to: str, key: str) -> str | None:
        """See `PaymentGateway`. None as well where the card was declined at once, which `retrieve` then says.

        An address is good for one attempt: after a failed one, ask with a new key.
        """
        found = self._found(intent_id)
        if found.status in _OVER:
            return None
        try:
            confirmed = self._confirmed(found, {"return_url": return_to}, key)
        except stripe.CardError:
            return None
        if confirmed.status != "requires_action":
            return None
        redirect = confirmed.next_action.redirect_to_url if confirmed.next_action is not None else None
        if redirect is None or not redirect.url:
            raise StripeRefused("action_not_offered")
        return redirect.url
