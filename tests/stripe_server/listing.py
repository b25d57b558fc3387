"""Lists as Stripe gives them, newest first and in pages: payments by customer and time, events by kind and time."""

from __future__ import annotations

from typing import Any

from aiohttp import web  # type: ignore[import-not-found]
from localstripe import resources  # type: ignore[import-not-found]
from localstripe.server import unflatten_data  # type: ignore[import-not-found]

_KNOWN = {"customer", "created", "limit", "starting_after", "types"}


async def serve(request: Any, handler: Any) -> Any:
    """Serves the two lists in place of localstripe, which cannot filter them."""
    lists = {"/v1/payment_intents": "payment_intent:", "/v1/events": "event:"}
    if request.method != "GET" or request.path not in lists:
        return await handler(request)
    asked = unflatten_data(request.query)
    if not set(asked) <= _KNOWN:
        return web.json_response({"error": {"type": "invalid_request_error", "code": "parameter_unknown"}}, status=400)
    kept = [thing for key, thing in resources.store.items() if key.startswith(lists[request.path])]
    found = [thing for thing in reversed(kept) if _is_asked_for(thing, asked)]
    return web.json_response(page(request.path, [thing._export() for thing in found], asked))


def _is_asked_for(thing: Any, asked: dict[str, Any]) -> bool:
    if "customer" in asked and thing.customer != asked["customer"]:
        return False
    if "types" in asked and thing.type not in asked["types"]:
        return False
    since = asked.get("created", {}).get("gte", "0")
    return bool(thing.created >= int(since))


def page(path: str, found: list[dict[str, Any]], asked: dict[str, Any]) -> dict[str, Any]:
    """The page of a list that comes after `starting_after`. Two to a page, however many were asked for at most: so
    every test with three of something turns pages.
    """
    ids = [thing["id"] for thing in found]
    start = ids.index(asked["starting_after"]) + 1 if "starting_after" in asked else 0
    limit = min(int(asked.get("limit", 10)), 2)
    return {
        "object": "list",
        "url": path,
        "has_more": len(found) > start + limit,
        "data": found[start : start + limit],
    }


serve = web.middleware(serve)
