"""Amounts go to Stripe in its own units, exactly or not at all, and what it says is said in our terms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import stripe

from pleamar.adapters.payments.stripe import mapping
from pleamar.adapters.payments.stripe.client import asking, meaning
from pleamar.ports.payments import GatewayFailed, GatewayRefused, GatewayUnreachable, KeyConflict
from pleamar.rules.currencies import DECIMALS
from pleamar.rules.money import Money

# Those that Stripe counts in whole units; all others in hundredths, or thousandths where there are three decimals.
ZERO_DECIMAL = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
CARD: dict[str, object] = {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2099}
SAID: dict[str, object] = {
    "id": "pi_1",
    "object": "payment_intent",
    "amount": 4_400,
    "currency": "eur",
    "customer": "cus_1",
    "metadata": {"charge": "7"},
    "status": "succeeded",
    "last_payment_error": None,
    "payment_method": "pm_1",
}


def said(**changes: object) -> stripe.PaymentIntent:
    return stripe.PaymentIntent.construct_from(SAID | changes, "sk_test_of_nobody")


def invalid(param: str | None, code: str | None) -> stripe.InvalidRequestError:
    return stripe.InvalidRequestError("no", param, code)  # type: ignore[no-untyped-call]


def declined(decline_code: str | None) -> stripe.CardError:
    body = {"error": {"code": "card_declined", "decline_code": decline_code}}
    return stripe.CardError("no", None, "card_declined", json_body=body)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("minor", "currency", "at_stripe"),
    [
        (4_400, "EUR", 4_400),
        (4_400, "JPY", 4_400),
        (44, "ISK", 4_400),
        (44, "UGX", 4_400),
        (4_401, "HUF", 4_401),
        (4_401, "TWD", 4_401),
        (4_400, "MGA", 44),
        (4_400, "KWD", 4_400),
    ],
)
def test_an_amount_goes_there_and_back(minor: int, currency: str, at_stripe: int) -> None:
    assert mapping.stripe_amount(Money(minor, currency)) == at_stripe
    assert mapping.money(at_stripe, currency.lower()) == Money(minor, currency)


@pytest.mark.parametrize(("minor", "currency"), [(4_401, "MGA"), (4_401, "KWD"), (4_405, "BHD")])
def test_an_amount_that_cannot_be_said_exactly_is_refused(minor: int, currency: str) -> None:
    with pytest.raises(GatewayRefused, match="amount_not_payable") as refused:
        mapping.stripe_amount(Money(minor, currency))
    assert not refused.value.card_is_to_blame


def test_a_fraction_of_a_crown_is_no_amount_of_ours() -> None:
    with pytest.raises(GatewayRefused, match="amount_not_payable"):
        mapping.money(4_401, "isk")


@pytest.mark.parametrize("currency", sorted(DECIMALS))
def test_ten_of_every_currency_are_ten_there(currency: str) -> None:
    decimals = 0 if currency in ZERO_DECIMAL else 3 if DECIMALS[currency] == 3 else 2
    assert mapping.stripe_amount(Money(10 * 10 ** DECIMALS[currency], currency)) == 10 * 10**decimals


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("requires_confirmation", "requires_confirmation"),
        ("requires_action", "requires_action"),
        ("processing", "processing"),
        ("requires_capture", "processing"),
        ("succeeded", "succeeded"),
        ("canceled", "canceled"),
        ("a_status_to_come", "processing"),
    ],
)
def test_a_status_has_its_word(status: str, ours: str) -> None:
    intent = mapping.intent(said(status=status, last_payment_error={"code": "card_declined", "decline_code": "x"}))
    assert (intent.status, intent.decline) == (ours, None)


@pytest.mark.parametrize(
    ("error", "code", "hard"),
    [
        ({"code": "card_declined", "decline_code": "insufficient_funds"}, "insufficient_funds", False),
        ({"code": "card_declined", "decline_code": "generic_decline"}, "generic_decline", False),
        ({"code": "card_declined", "decline_code": "a_code_to_come"}, "a_code_to_come", False),
        ({"code": "card_declined", "decline_code": "stolen_card"}, "stolen_card", True),
        ({"code": "card_declined", "decline_code": "do_not_honor"}, "do_not_honor", True),
        ({"code": "expired_card", "decline_code": "expired_card"}, "expired_card", True),
        ({"code": "incorrect_number", "decline_code": None}, "incorrect_number", True),
        ({"code": "processing_error", "decline_code": None}, "processing_error", False),
        (None, "card_missing", True),
    ],
)
def test_a_decline_has_its_code_and_its_class(error: dict[str, str] | None, code: str, hard: bool) -> None:
    intent = mapping.intent(said(status="requires_payment_method", last_payment_error=error))
    assert intent.status == "declined"
    assert intent.decline is not None
    assert (intent.decline.code, intent.decline.hard) == (code, hard)


@pytest.mark.parametrize(
    "error",
    [
        {"code": "authentication_required", "decline_code": "authentication_required"},
        {"code": "authentication_required", "decline_code": None},
        {"code": "card_declined", "decline_code": "authentication_required"},
    ],
)
def test_a_decline_that_wants_the_customer_is_no_decline(error: dict[str, str]) -> None:
    intent = mapping.intent(said(status="requires_payment_method", last_payment_error=error))
    assert (intent.status, intent.decline) == ("requires_action", None)


def test_what_others_made_in_the_account_can_be_read() -> None:
    intent = mapping.intent(said(customer=None, metadata={}, currency="xyz"))
    assert (intent.customer, dict(intent.metadata), intent.amount) == ("", {}, Money(4_400, "XYZ"))
    assert mapping.intent(said(customer={"id": "cus_2", "object": "customer"})).customer == "cus_2"


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("warning_needs_response", "open"),
        ("warning_under_review", "open"),
        ("warning_closed", "won"),
        ("needs_response", "open"),
        ("under_review", "open"),
        ("appeal_under_review", "open"),
        ("won", "won"),
        ("lost", "lost"),
        ("prevented", "lost"),
        ("a_status_to_come", "open"),
    ],
)
def test_a_dispute_is_open_won_or_lost(status: str, ours: str) -> None:
    fields = {"id": "du_1", "payment_intent": "pi_1", "amount": 44, "currency": "eur", "status": status}
    assert mapping.dispute(stripe.Dispute.construct_from(fields, "sk_test_of_nobody")).status == ours


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "us_bank_account", "us_bank_account": {"last4": "6789"}, "customer": "cus_1"},
        {"type": "card", "card": None, "customer": "cus_1"},
        {"type": "card", "card": CARD, "customer": None},
        {"type": "card", "card": CARD},
    ],
)
def test_what_is_no_card_of_a_customer_is_none(fields: dict[str, object]) -> None:
    said = stripe.PaymentMethod.construct_from({"id": "pm_1", "object": "payment_method"} | fields, "sk_test_of_nobody")
    assert mapping.card(said) is None


@pytest.mark.parametrize(("status", "failed"), [("succeeded", False), ("failed", True), ("canceled", True)])
def test_a_refund_went_through_or_failed(status: str, failed: bool) -> None:
    fields = {"id": "re_1", "payment_intent": "pi_1", "amount": 44, "currency": "eur", "status": status}
    assert mapping.refund(stripe.Refund.construct_from(fields, "sk_test_of_nobody")).failed is failed


def test_seconds_drop_the_fraction() -> None:
    moment = datetime(2026, 3, 1, 12, 0, 0, 999_999, tzinfo=UTC)
    assert mapping.moment(mapping.seconds(moment)) == moment.replace(microsecond=0)
    assert mapping.seconds(moment - timedelta(seconds=1)) == mapping.seconds(moment) - 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (stripe.StripeError("no connection"), GatewayUnreachable),
        (stripe.RateLimitError("too many", http_status=429), GatewayUnreachable),
        (stripe.APIError("in use", http_status=409), GatewayUnreachable),
        (stripe.APIError("no JSON", http_status=200), GatewayUnreachable),
        (stripe.APIError("oops", http_status=500), GatewayFailed),
        (stripe.APIError("bad gateway", http_status=502), GatewayFailed),
        (stripe.IdempotencyError("other parameters", http_status=400), KeyConflict),
        (stripe.AuthenticationError("bad key", http_status=401), GatewayUnreachable),
        (stripe.PermissionError("not allowed", http_status=403), GatewayUnreachable),
    ],
)
def test_an_error_says_whether_to_ask_again(error: stripe.StripeError, expected: type[Exception]) -> None:
    with pytest.raises(expected), asking():
        raise error


@pytest.mark.parametrize(
    ("error", "code", "card_is_to_blame"),
    [
        (invalid("payment_method", "resource_missing"), "resource_missing", True),
        (invalid("customer", "resource_missing"), "resource_missing", False),
        (invalid("amount", "amount_too_small"), "amount_too_small", False),
        (invalid("amount", "amount_too_large"), "amount_too_large", False),
        (invalid(None, "payment_method_unexpected_state"), "payment_method_unexpected_state", True),
        (invalid(None, None), "invalid_request", False),
        (declined(None), "card_declined", True),
        (declined("lost_card"), "lost_card", True),
    ],
)
def test_a_refusal_says_what_is_to_blame(error: stripe.StripeError, code: str, card_is_to_blame: bool) -> None:
    refused = meaning(error)
    assert isinstance(refused, GatewayRefused)
    assert refused.code == code
    assert refused.card_is_to_blame is card_is_to_blame


def test_a_key_that_is_refused_is_named() -> None:
    assert str(meaning(stripe.AuthenticationError("Invalid API Key"))) == "the key was refused: Invalid API Key"
