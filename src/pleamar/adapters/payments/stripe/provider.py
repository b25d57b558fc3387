"""Stripe as one provider."""

from __future__ import annotations

from pleamar.adapters.payments.stripe.cards import Cards
from pleamar.adapters.payments.stripe.events import Events
from pleamar.adapters.payments.stripe.gateway import Payments


class StripeProvider(Payments, Cards, Events):
    """A `PaymentProvider` over one account of Stripe's, built as a `Connection` is."""
