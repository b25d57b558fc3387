"""The connection to Stripe: which version of its API is spoken, and what its errors mean to us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import uuid4

import stripe

from pleamar.ports.payments import GatewayFailed, GatewayRefused, GatewayUnreachable, KeyConflict

# Pinned, so that neither the account's own setting nor a newer SDK changes what a request means.
API_VERSION: Final = "2026-10-28.endive"
TIMEOUT: Final = 30  # seconds
LARGEST_PAGE: Final = 100
UNEXPLAINED: Final = "invalid_request"

_LIVE_KEYS: Final = ("sk_live_", "rk_live_")
_TEST_KEYS: Final = ("sk_test_", "rk_test_")
# Codes of invalid requests that speak of the card, whichever parameter they name.
_CARD_IS_TO_BLAME: Final = frozenset(
    {
        "card_declined",
        "expired_card",
        "incorrect_number",
        "invalid_expiry_month",
        "invalid_expiry_year",
        "invalid_number",
        "payment_method_unexpected_state",
        "payment_method_not_available",
    }
)


def is_live(secret_key: str) -> bool:
    """Whether a secret key moves real money. Raises ValueError for what is no secret key at all."""
    if secret_key.startswith(_LIVE_KEYS):
        return True
    if secret_key.startswith(_TEST_KEYS):
        return False
    message = "a secret key of Stripe's begins with sk_live_, rk_live_, sk_test_ or rk_test_"
    raise ValueError(message)


class StripeRefused(GatewayRefused):
    """Refused with a code of Stripe's own. There are hundreds, and more to come: one sentence words them all."""


class Connection:
    """One account of Stripe's, in the mode of its secret key.

    It never asks again by itself: when to, and with which key, is decided where the charge is written down.
    """

    def __init__(
        self,
        secret_key: str,
        webhook_secret: str,
        *,
        base_address: str | None = None,
        timeout: int = TIMEOUT,
        http: stripe.HTTPClient | None = None,
    ) -> None:
        """`base_address` for another server than Stripe's, `timeout` in seconds, `http` in place of the SDK's own.

        Without a `webhook_secret` no message is believed. Raises ValueError for what is no secret key.
        """
        self._is_live = is_live(secret_key)
        self._webhook_secret = webhook_secret
        # The SDK would write an identity of this machine below the home directory and send it along.
        stripe.enable_telemetry = False
        self._api = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": base_address} if base_address else None,
            max_network_retries=0,
            http_client=http or stripe.RequestsClient(timeout=timeout),
        ).v1

    @property
    def provider(self) -> str:
        """Its name beside cards: those of one mode are of no use in the other."""
        return "stripe" if self._is_live else "stripe-test"

    @property
    def live(self) -> bool:
        """Whether it moves real money."""
        return self._is_live


@contextmanager
def asking(*, may_decline: bool = False) -> Iterator[None]:
    """Turns the SDK's errors into the port's: GatewayUnreachable, GatewayFailed, KeyConflict, GatewayRefused.

    With `may_decline` a CardError stays what it is: then a decline is an answer, and the payment says which.
    """
    try:
        yield
    except stripe.StripeError as error:
        if may_decline and isinstance(error, stripe.CardError):
            raise
        raise meaning(error) from error


def meaning(error: stripe.StripeError) -> Exception:
    """What an error of the SDK's says of the request.

    A key that was refused says nothing of the charge, which must neither fail nor be freed for that: it waits, as when
    there is no answer, until somebody has put the key right.
    """
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return GatewayUnreachable(f"the key was refused: {error.user_message}")
    if isinstance(error, stripe.IdempotencyError):
        return KeyConflict(str(error))
    if isinstance(error, stripe.CardError):
        return StripeRefused(_decline_code(error), card_is_to_blame=True)
    if isinstance(error, stripe.InvalidRequestError):
        return _refused(error)
    if isinstance(error, stripe.APIError) and (error.http_status or 0) >= 500:
        return GatewayFailed(str(error))
    # No connection, no answer in time, 429, 409 (the same key is at work just now), and whatever cannot be read.
    return GatewayUnreachable(str(error))


def _refused(error: stripe.InvalidRequestError) -> StripeRefused:
    code = error.code or UNEXPLAINED
    return StripeRefused(code, card_is_to_blame=error.param == "payment_method" or code in _CARD_IS_TO_BLAME)


def _decline_code(error: stripe.CardError) -> str:
    said = error.error.decline_code if error.error is not None else None
    return said or error.code or "card_declined"


def keyed(key: str) -> stripe.RequestOptions:
    """The options of a request that is made once for this key."""
    return {"idempotency_key": key}


def unrepeatable() -> stripe.RequestOptions:
    """The options of a request that may as well be made twice, so that a failure is not replayed to the next one."""
    return keyed(f"once:{uuid4()}")
