"""Stripe: cards are charged, put on file and told about through its API; all of a `PaymentProvider`."""

from __future__ import annotations

from pleamar.adapters.payments.stripe.provider import StripeProvider

__all__ = ["StripeProvider"]
