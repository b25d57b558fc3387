"""Idempotency keys, which localstripe passes over, and the ways in which an answer can go amiss."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from aiohttp import web  # type: ignore[import-not-found]

_IN_USE = {"type": "invalid_request_error", "code": "idempotency_key_in_use", "message": "The key is in use."}
_OTHER = {"type": "idempotency_error", "message": "The key was used with other parameters."}
_TOO_MANY = {"type": "invalid_request_error", "code": "rate_limit", "message": "Too many requests."}
_FAILED = {"type": "api_error", "message": "Something went wrong."}
SLOW = 3  # seconds

# key → what was asked, and the status and body that it was answered with.
_kept: dict[str, tuple[str, int, bytes]] = {}
_at_work: set[str] = set()
_faults: list[str] = []


def strike(kind: str) -> None:
    """The next POST is struck: `lost answer`, `error 500`, `error 500, done`, `rate limited`, `key in use`, `slow`."""
    _faults.append(kind)


def refusal(status: int, error: dict[str, str]) -> Any:
    """An answer that says no."""
    return web.json_response({"error": error}, status=status)


async def serve(request: Any, handler: Any) -> Any:
    """Answers a POST once for each key: an answer is kept, also one that failed, and given again."""
    if request.method != "POST" or not request.path.startswith("/v1/"):
        return await handler(request)
    key = request.headers.get("Idempotency-Key")
    if not key:
        return refusal(400, {"type": "invalid_request_error", "message": "Tests send every POST with a key."})
    fault = _faults.pop(0) if _faults else None
    if key in _at_work or fault == "key in use":
        return refusal(409, _IN_USE)
    if fault == "rate limited":
        return refusal(429, _TOO_MANY)
    asked = hashlib.sha256(request.path.encode() + b"?" + await request.read()).hexdigest()
    if key not in _kept:
        _at_work.add(key)
        try:
            _kept[key] = (asked, *await _answer(request, handler, fault))
        finally:
            _at_work.discard(key)
    elif _kept[key][0] != asked:
        return refusal(400, _OTHER)
    if fault == "lost answer":
        request.transport.close()
    if fault == "slow":
        await asyncio.sleep(SLOW)
    _, status, body = _kept[key]
    return web.Response(status=status, body=body, content_type="application/json")


async def _answer(request: Any, handler: Any, fault: str | None) -> tuple[int, bytes]:
    if fault == "error 500":
        answer = refusal(500, _FAILED)
    else:
        answer = await handler(request)
        if fault == "error 500, done":
            answer = refusal(500, _FAILED)
    return answer.status, answer.body


serve = web.middleware(serve)
