"""How what Stripe says is said in our own terms: amounts, payments, declines, cards, disputes and refunds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import stripe

from pleamar.ports.payments import (
    CardDetails,
    Decline,
    Dispute,
    DisputeStatus,
    GatewayRefused,
    Intent,
    IntentStatus,
    Refund,
)
from pleamar.rules.currencies import DECIMALS
from pleamar.rules.money import Money

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

# Where Stripe counts in other units than ISO 4217: how many of its units one of ours is, or the reverse.
_STRIPE_UNITS_IN_OURS: Final = {"ISK": 100, "UGX": 100}
_OUR_UNITS_IN_STRIPES: Final = {"MGA": 100}
# Of three decimals Stripe takes the first two: the last digit has to be a zero.
_LAST_DIGIT: Final = 10

NEEDS_CUSTOMER: Final = "authentication_required"

# Declines that the same card would meet again on any later day: only a new card helps. Whatever is not listed here is
# worth another try, as `insufficient_funds`, `processing_error` and `generic_decline` are.
HARD_DECLINES: Final = frozenset(
    {
        "card_missing",
        "card_not_supported",
        "currency_not_supported",
        "do_not_honor",
        "do_not_try_again",
        "expired_card",
        "fraudulent",
        "incorrect_cvc",
        "incorrect_number",
        "incorrect_zip",
        "invalid_account",
        "invalid_cvc",
        "invalid_expiry_month",
        "invalid_expiry_year",
        "invalid_number",
        "live_mode_test_card",
        "lost_card",
        "merchant_blacklist",
        "new_account_information_available",
        "not_permitted",
        "pickup_card",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "security_violation",
        "service_not_allowed",
        "stolen_card",
        "stop_payment_order",
        "testmode_decline",
        "transaction_not_allowed",
    }
)

# `requires_capture` is money held and not taken, which we never ask for: whoever did has to take it or let it go.
_STATUSES: Final[dict[str, IntentStatus]] = {
    "requires_confirmation": "requires_confirmation",
    "requires_action": "requires_action",
    "processing": "processing",
    "requires_capture": "processing",
    "succeeded": "succeeded",
    "canceled": "canceled",
}
# `warning_closed`: an inquiry that became no dispute. `prevented`: the bank was given the money back beforehand.
_DECIDED: Final[dict[str, DisputeStatus]] = {
    "won": "won",
    "warning_closed": "won",
    "lost": "lost",
    "prevented": "lost",
}
# Others are on their way, or wait for somebody.
REFUND_IS_DECIDED: Final = frozenset({"succeeded", "failed", "canceled"})
_BRANDS: Final = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "Eftpos Australia",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}


def stripe_amount(amount: Money) -> int:
    """`amount` in the units that Stripe counts this currency in.

    Refuses `amount_not_payable` where those cannot say it exactly: nothing is rounded.
    """
    code = amount.currency
    if code in _STRIPE_UNITS_IN_OURS:
        return amount.minor * _STRIPE_UNITS_IN_OURS[code]
    if code in _OUR_UNITS_IN_STRIPES:
        return _whole(amount.minor, _OUR_UNITS_IN_STRIPES[code])
    if DECIMALS.get(code) == 3:
        _whole(amount.minor, _LAST_DIGIT)
    return amount.minor


def money(minor: int, currency: str) -> Money:
    """An amount of Stripe's, in its units and its lower-case code, as ours. Refuses as `stripe_amount` does."""
    code = currency.upper()
    if code in _STRIPE_UNITS_IN_OURS:
        return Money(_whole(minor, _STRIPE_UNITS_IN_OURS[code]), code)
    return Money(minor * _OUR_UNITS_IN_STRIPES.get(code, 1), code)


def _whole(minor: int, unit: int) -> int:
    quotient, rest = divmod(minor, unit)
    if rest:
        raise GatewayRefused("amount_not_payable")
    return quotient


def seconds(moment: datetime) -> int:
    """A moment in whole seconds since 1970, the fraction dropped, so that nothing of that second is missed."""
    return (moment - _EPOCH) // timedelta(seconds=1)


def moment(since_epoch: int) -> datetime:
    """The reverse of `seconds`. Raises OverflowError for what no calendar holds."""
    return _EPOCH + timedelta(seconds=since_epoch)


def identity(reference: str | stripe.StripeObject | None) -> str:
    """The id of something that is named or comes whole; empty where there is nothing."""
    if reference is None or isinstance(reference, str):
        return reference or ""
    return str(reference["id"])


def labels(metadata: stripe.StripeObject | None) -> dict[str, str]:
    """What was written beside an object: names and values."""
    return {} if metadata is None else {name: str(value) for name, value in metadata.to_dict().items()}


def intent(said: stripe.PaymentIntent) -> Intent:
    """A payment. It is `declined` when it waits for a card again, whether or not one was tried."""
    status, decline = _standing(said)
    return Intent(
        said.id, status, money(said.amount, said.currency), identity(said.customer), labels(said.metadata), decline
    )


def _standing(said: stripe.PaymentIntent) -> tuple[IntentStatus, Decline | None]:
    if said.status != "requires_payment_method":
        # A word that is new to us says at least that it is not over.
        return _STATUSES.get(said.status, "processing"), None
    error = said.last_payment_error
    code = "card_missing" if error is None else error.decline_code or error.code or "card_declined"
    if code == NEEDS_CUSTOMER or (error is not None and error.code == NEEDS_CUSTOMER):
        return "requires_action", None
    return "declined", Decline(code, code in HARD_DECLINES)


def card_of(said: stripe.PaymentIntent) -> str:
    """The id of the card that a payment is to be made with, also where a decline has taken it off; else empty."""
    error = said.last_payment_error
    return identity(said.payment_method) or identity(error.payment_method if error is not None else None)


def card(said: stripe.PaymentMethod) -> CardDetails | None:
    """A card; None where it belongs to no customer, or is no card."""
    # Of a bank account or a wallet there is no field `card` at all.
    shown = getattr(said, "card", None)
    customer = identity(getattr(said, "customer", None))
    if shown is None or not customer:
        return None
    return CardDetails(
        customer, said.id, _BRANDS.get(shown.brand, shown.brand), shown.last4, shown.exp_month, shown.exp_year
    )


def dispute(said: stripe.Dispute) -> Dispute:
    """A dispute, also one that is only asked about so far (an inquiry)."""
    return Dispute(
        said.id,
        identity(said.payment_intent),
        money(said.amount, said.currency),
        _DECIDED.get(said.status, "open"),
    )


def refund(said: stripe.Refund) -> Refund:
    """What was given back; once it is decided whether it went through (`REFUND_IS_DECIDED`)."""
    amount = money(said.amount, said.currency)
    return Refund(said.id, identity(said.payment_intent), amount, failed=said.status != "succeeded")
