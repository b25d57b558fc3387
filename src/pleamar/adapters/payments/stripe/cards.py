"""Cards at Stripe: customers, Checkout pages in setup mode, and the cards entered there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import stripe

from pleamar.adapters.payments.stripe import mapping
from pleamar.adapters.payments.stripe.client import Connection, asking, keyed, unrepeatable
from pleamar.ports.payments import CardDetails, CustomerDetails, GatewayRefused, Setup, SetupStatus

_PAGE: Final = "cs_"
_SETUP_INTENT: Final = "seti_"
_PAGE_STATUSES: Final[dict[str, SetupStatus]] = {"open": "open", "complete": "complete", "expired": "expired"}
_SETUP_STATUSES: Final[dict[str, SetupStatus]] = {"succeeded": "complete", "canceled": "expired"}


class Cards(Connection):
    """A `CardDesk`."""

    def open_customer(self, details: CustomerDetails, *, key: str) -> str:
        """See `CardDesk`."""
        with asking():
            made = self._api.customers.create(
                {"name": details.name, "email": details.email, "metadata": {"reference": details.reference}},
                keyed(key),
            )
        return made.id

    def begin_setup(
        self, customer: str, *, currency: str, return_to: str, metadata: Mapping[str, str], key: str
    ) -> Setup:
        """See `CardDesk`. `metadata` goes to the page and to its SetupIntent: events tell of either."""
        with asking():
            made = self._api.checkout.sessions.create(
                {
                    "mode": "setup",
                    "customer": customer,
                    "currency": currency.lower(),
                    # What is charged later is a card; wallets and bank accounts that look alike are not.
                    "allowed_payment_method_types": ["card"],
                    "success_url": return_to,
                    "cancel_url": return_to,
                    "metadata": dict(metadata),
                    "setup_intent_data": {"metadata": dict(metadata)},
                },
                keyed(key),
            )
        return _page(made)

    def retrieve_setup(self, reference: str) -> Setup:
        """See `CardDesk`. Takes the id of a page (`cs_…`) or of its SetupIntent (`seti_…`). Refuses `setup_unknown`."""
        with asking():
            if reference.startswith(_PAGE):
                return _page(
                    self._api.checkout.sessions.retrieve(reference, {"expand": ["setup_intent.payment_method"]})
                )
            if reference.startswith(_SETUP_INTENT):
                return _setup(self._api.setup_intents.retrieve(reference, {"expand": ["payment_method"]}))
        raise GatewayRefused("setup_unknown")

    def retrieve_card(self, reference: str) -> CardDetails | None:
        """See `CardDesk`. None as well for what is no card."""
        with asking():
            return mapping.card(self._api.payment_methods.retrieve(reference))

    def detach_card(self, reference: str) -> None:
        """See `CardDesk`."""
        try:
            with asking():
                self._api.payment_methods.detach(reference, options=unrepeatable())
        except GatewayRefused:
            # It is refused for a card that is nobody's already, with no code that would say so.
            if self.retrieve_card(reference) is not None:
                raise


def _page(said: stripe.checkout.Session) -> Setup:
    status = _PAGE_STATUSES.get(said.status or "", "expired")
    setup = said.setup_intent
    entered = _entered(setup) if status == "complete" and isinstance(setup, stripe.SetupIntent) else None
    return Setup(
        said.id,
        status,
        mapping.identity(said.customer),
        mapping.labels(said.metadata),
        said.url if status == "open" else None,
        entered,
    )


def _setup(said: stripe.SetupIntent) -> Setup:
    status = _SETUP_STATUSES.get(said.status, "open")
    return Setup(
        said.id,
        status,
        mapping.identity(said.customer),
        mapping.labels(said.metadata),
        card=_entered(said) if status == "complete" else None,
    )


def _entered(setup: stripe.SetupIntent) -> CardDetails | None:
    entered = setup.payment_method
    return mapping.card(entered) if isinstance(entered, stripe.PaymentMethod) else None
