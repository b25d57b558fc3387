"""Where localstripe does otherwise than Stripe now does: cards that decline or want their owner, codes of errors."""

from __future__ import annotations

import time
from typing import Any

from localstripe import resources  # type: ignore[import-not-found]

# What a card does when it is charged, by its number, with the names of Stripe's declines.
NUMBERS = {
    "succeeds": "4242424242424242",
    "authentication_required": "4000002760003184",
    "insufficient_funds": "4000000000000341",
    "expired_card": "4000008260003178",
}
UNEXPECTED_STATE = "payment_intent_unexpected_state"


class ShiftedClock:
    """This machine's time, and how much further tests have moved it on, in seconds."""

    def __init__(self) -> None:
        self.ahead = 0

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.ahead


clock = ShiftedClock()


def error(status: int, message: str, code: str | None = None, **fields: str) -> Exception:
    """An error as Stripe words one; without a code where Stripe gives none."""
    body = {**fields, **({"code": code} if code else {})}
    made = resources.UserError(status, message, body)
    if status == 402:
        made.body["error"]["type"] = "card_error"
    return made  # type: ignore[no-any-return]


def apply() -> None:
    """Corrects localstripe in this process."""
    resources.store.dump_to_disk = lambda: None
    resources.schedule_webhook = lambda _event: None
    resources.time = clock
    intent, method = resources.PaymentIntent, resources.PaymentMethod
    intent._api_create = _created(intent._api_create)
    intent._export = _exported(intent._export)
    method._requires_authentication = lambda card: card._card_number == NUMBERS["authentication_required"]
    method._charging_is_declined = lambda card: decline_of(card) is not None
    replaced = {
        "/v1/payment_intents/{id}/confirm": _confirmed,
        "/v1/payment_intents/{id}/cancel": _cancelled,
        "/v1/payment_methods/{id}/detach": _detached,
    }
    resources.extra_apis[:] = [(verb, url, replaced.get(url, call)) for verb, url, call in resources.extra_apis]


def decline_of(card: Any) -> str | None:
    """The code with which a card is declined, if it is."""
    declining = {NUMBERS[code]: code for code in ("insufficient_funds", "expired_card")}
    return declining.get(card._card_number)


def _created(create: Any) -> Any:
    def created(allowed_payment_method_types: object = None, **data: Any) -> Any:
        """Stripe says which parameter names nothing; of a card that was detached it says neither that nor a code."""
        card = resources.store.get(f"payment_method:{data.get('payment_method')}")
        if card is None:
            raise error(404, "No such PaymentMethod", "resource_missing", param="payment_method")
        if card.customer is None:
            raise error(400, "The PaymentMethod was detached from a Customer and may not be used again.")
        if card.customer != data.get("customer"):
            raise error(400, "The PaymentMethod is another Customer's", "resource_missing", param="payment_method")
        return create(**data)

    return created


def _exported(export: Any) -> Any:
    def exported(intent: Any, expand: object = None) -> Any:
        """Fields that localstripe leaves out, and none that today's API has no longer."""
        said = export(intent, None)
        said.pop("charges")
        said.pop("invoice")
        said["latest_charge"] = intent.latest_charge.id if intent.latest_charge else None
        said["off_session"] = None
        code = getattr(intent, "_decline", None)
        if said["status"] == "requires_payment_method" and code:
            said["payment_method"] = None
            card = resources.PaymentMethod._api_retrieve(intent._tried)._export()
            said["last_payment_error"] = _payment_error(code) | {"type": "card_error", "payment_method": card}
        else:
            said["last_payment_error"] = None
        return said

    return exported


def _payment_error(code: str) -> dict[str, str | None]:
    """Some declines are codes of their own, the others detail `card_declined`."""
    if code == "payment_intent_authentication_failure":
        return {"code": code, "decline_code": None}
    if code in ("expired_card", "authentication_required"):
        return {"code": code, "decline_code": code}
    return {"code": "card_declined", "decline_code": code}


def _declined(intent: Any, code: str) -> Exception:
    intent._decline = code
    resources.Event("payment_intent.payment_failed", intent)
    said = _payment_error(code)
    fields = {"decline_code": said["decline_code"]} if said["decline_code"] else {}
    return error(402, "Your card was declined.", said["code"], **fields)


def _confirmed(
    id: str,  # noqa: A002 - localstripe names its arguments so
    off_session: str | None = None,
    return_url: str | None = None,
    payment_method: str | None = None,
    **others: str,
) -> Any:
    if others:
        raise error(400, "Received unknown parameter: " + ", ".join(others), "parameter_unknown")
    intent = resources.PaymentIntent._api_retrieve(id)
    if intent.status not in ("requires_payment_method", "requires_confirmation", "requires_action"):
        raise error(400, "You cannot confirm this PaymentIntent", UNEXPECTED_STATE)
    if payment_method:
        intent.payment_method = payment_method
    if not intent.payment_method:
        raise error(400, "You cannot confirm this PaymentIntent without a payment method", UNEXPECTED_STATE)
    card = resources.PaymentMethod._api_retrieve(intent.payment_method)
    intent.latest_charge = intent.next_action = intent._decline = None
    intent._tried, intent._authentication_failed = card.id, False
    if card._requires_authentication():
        if off_session == "true":
            intent.payment_method = None
            raise _declined(intent, "authentication_required")
        intent.next_action = {
            "type": "redirect_to_url",
            "redirect_to_url": {"url": f"https://hooks.example/{id}", "return_url": return_url},
        }
        resources.Event("payment_intent.requires_action", intent)
        return intent

    def on_failure() -> None:
        raise _declined(intent, decline_of(card) or "generic_decline")

    intent._create_charge(on_failure_now=on_failure)
    return intent


def act(intent: Any, *, succeeds: bool) -> None:
    """Its customer proves who he is at the address of the payment's next action, or fails to."""
    resources.PaymentIntent._api_authenticate(intent.id, client_secret=intent.client_secret, success=succeeds)
    if not succeeds:
        intent._decline = "payment_intent_authentication_failure"
        resources.Event("payment_intent.payment_failed", intent)


def _cancelled(id: str) -> Any:  # noqa: A002 - localstripe names its arguments so
    intent = resources.PaymentIntent._api_retrieve(id)
    if intent.status in ("succeeded", "processing", "canceled"):
        raise error(400, "You cannot cancel this PaymentIntent", UNEXPECTED_STATE)
    intent = resources.PaymentIntent._api_cancel(id)
    resources.Event("payment_intent.canceled", intent)
    return intent


def _detached(id: str) -> Any:  # noqa: A002 - localstripe names its arguments so
    card = resources.PaymentMethod._api_retrieve(id)
    if card.customer is None:
        raise error(400, "The payment method is not attached to a customer, so it cannot be detached.")
    card = resources.PaymentMethod._api_detach(id)
    resources.Event("payment_method.detached", card)
    return card
