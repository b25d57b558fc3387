"""What localstripe does not have at all, written here: Checkout pages, disputes; and the world's part in a test.

The requests are held against the SDK's own types like all the others; the answers are ours, after Stripe's reference.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web  # type: ignore[import-not-found]
from localstripe import resources  # type: ignore[import-not-found]
from localstripe.server import get_post_data, unflatten_data  # type: ignore[import-not-found]

from tests.stripe_server import corrections, keys

_pages: dict[str, dict[str, Any]] = {}
_disputes: dict[str, dict[str, Any]] = {}


class _Told:
    """What an event is about, as localstripe's events want it."""

    def __init__(self, thing: dict[str, Any]) -> None:
        self._thing = thing

    def _export(self) -> Any:
        return json.loads(json.dumps(self._thing))


async def serve(request: Any, handler: Any) -> Any:
    """Serves Checkout pages and disputes, and under `/_config/test/` what tests bring about."""
    path: list[str] = request.path.strip("/").split("/")
    try:
        match [request.method, *path]:
            case ["POST", "v1", "checkout", "sessions"]:
                return web.json_response(_page_made(await get_post_data(request)))
            case ["GET", "v1", "checkout", "sessions", identity]:
                return web.json_response(_page(identity, unflatten_data(request.query).get("expand", [])))
            case ["GET", "v1", "disputes", identity]:
                return web.json_response(_kept(_disputes, identity))
            case ["POST", "_config", "test", act]:
                return web.json_response(_brought_about(act, dict(request.query)))
            case ["GET", "v1", _, identity] | ["POST", "v1", _, identity, *_] if not _exists(identity):
                raise corrections.error(404, f"No such thing: {identity}", "resource_missing", param="id")
    except resources.UserError as refused:
        return refused.to_response()
    return await handler(request)


def _exists(identity: str) -> bool:
    return any(key.endswith(f":{identity}") for key in resources.store)


def _kept(things: dict[str, dict[str, Any]], identity: str) -> dict[str, Any]:
    if identity not in things:
        raise corrections.error(404, f"No such thing: {identity}", "resource_missing", param="id")
    return things[identity]


def _page_made(asked: dict[str, Any]) -> dict[str, Any]:
    if not _exists(asked["customer"]):
        raise corrections.error(400, "No such customer", "resource_missing", param="customer")
    setup = resources.SetupIntent(
        customer=asked["customer"], metadata=asked.get("setup_intent_data", {}).get("metadata")
    )
    identity = "cs_test_" + resources.random_id(20)
    _pages[identity] = {
        "id": identity,
        "object": "checkout.session",
        "mode": asked["mode"],
        "customer": asked["customer"],
        "currency": asked["currency"],
        "metadata": asked.get("metadata", {}),
        "setup_intent": setup.id,
        "status": "open",
        "url": f"https://checkout.example/c/pay/{identity}",
        "livemode": False,
        "created": setup.created,
    }
    return _pages[identity]


def _page(identity: str, expand: list[str]) -> dict[str, Any]:
    page = _kept(_pages, identity)
    if "setup_intent.payment_method" not in expand:
        return page
    setup = resources.SetupIntent._api_retrieve(page["setup_intent"])
    return page | {"setup_intent": setup._export(["payment_method"] if setup.payment_method else [])}


def _brought_about(act: str, query: dict[str, str]) -> object:
    """What the world does: customers, banks, somebody at the dashboard, the passing of time."""
    acts = {
        "fault": lambda: keys.strike(query["kind"]),
        "now": lambda: int(corrections.clock.time()),
        "wait": lambda: setattr(corrections.clock, "ahead", corrections.clock.ahead + int(query["seconds"])),
        "enter": lambda: _entered(_kept(_pages, query["page"]), query["behaviour"]),
        "expire": lambda: _closed(_kept(_pages, query["page"]), "expired"),
        "act": lambda: corrections.act(_intent(query), succeeds=query["succeeds"] == "yes"),
        "dispute": lambda: _disputed(_intent(query)),
        "decide": lambda: _decided(_kept(_disputes, query["dispute"]), query["outcome"]),
        "refund": lambda: _refunded(_intent(query), int(query["minor"])),
        "refund_turns": lambda: _refund_turned(resources.Refund._api_retrieve(query["refund"]), query["status"]),
        "enter_account": lambda: _account_entered(_kept(_pages, query["page"])),
        "event": lambda: resources.Event._api_retrieve(query["event"])._export(),
    }
    done: Any = acts[act]
    return done()


def _intent(query: dict[str, str]) -> Any:
    return resources.PaymentIntent._api_retrieve(query["intent"])


def _entered(page: dict[str, Any], behaviour: str) -> None:
    setup = resources.SetupIntent._api_retrieve(page["setup_intent"])
    number = corrections.NUMBERS[behaviour]
    card = resources.PaymentMethod(
        type="card", card={"number": number, "exp_month": "12", "exp_year": "2099", "cvc": "123"}
    )
    resources.PaymentMethod._api_attach(card.id, customer=page["customer"])
    setup.payment_method, setup.status = card.id, "succeeded"
    resources.Event("setup_intent.succeeded", setup)
    _closed(page, "complete")


def _closed(page: dict[str, Any], status: str) -> None:
    page.update(status=status, url=None)
    kind = "completed" if status == "complete" else status
    resources.Event(f"checkout.session.{kind}", _Told(page))


def _disputed(intent: Any) -> str:
    identity: str = "du_" + resources.random_id(20)
    _disputes[identity] = {
        "id": identity,
        "object": "dispute",
        "amount": intent.amount,
        "currency": intent.currency,
        "charge": intent.latest_charge.id,
        "payment_intent": intent.id,
        "status": "needs_response",
        "livemode": False,
    }
    resources.Event("charge.dispute.created", _Told(_disputes[identity]))
    resources.Event("charge.dispute.funds_withdrawn", _Told(_disputes[identity]))
    return identity


def _decided(dispute: dict[str, Any], outcome: str) -> None:
    dispute["status"] = outcome
    resources.Event("charge.dispute.closed", _Told(dispute))


def _refunded(intent: Any, minor: int) -> None:
    resources.Refund(payment_intent=intent.id, amount=minor)
    resources.Event("charge.refunded", intent.latest_charge)


def _refund_turned(refund: Any, status: str) -> None:
    """It is `pending`, or `succeeded` after that, or has `failed` after all."""
    refund.status = status
    resources.Event("refund.failed" if status == "failed" else "refund.updated", refund)


def _account_entered(page: dict[str, Any]) -> None:
    """A bank account instead of a card, as pages of others in the same account at Stripe allow."""
    setup = resources.SetupIntent._api_retrieve(page["setup_intent"])
    debit = resources.PaymentMethod(
        type="sepa_debit",
        sepa_debit={"iban": "DE89370400440532013000"},
        billing_details={"name": "N", "email": "n@x.de"},
    )
    resources.PaymentMethod._api_attach(debit.id, customer=page["customer"])
    setup.payment_method, setup.status = debit.id, "succeeded"
    resources.Event("setup_intent.succeeded", setup)
    _closed(page, "complete")


serve = web.middleware(serve)
