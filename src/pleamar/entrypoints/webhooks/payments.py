"""What the payment provider tells: kept once, answered at once, worked on later."""

from __future__ import annotations

import logging
from typing import Final

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from pleamar.actions.receive_event import receive_event
from pleamar.entrypoints.webhooks.problems import not_allowed, not_found, problem
from pleamar.ports.payments import EventForged
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock, real_clock
from pleamar.wiring.jobs import QUEUE
from pleamar.wiring.payments import payment_provider

# Path → the header that has the signature. `stripe` is for its test mode too.
_SIGNATURES: Final = {"stripe": "Stripe-Signature", "sandbox": "Pleamar-Signature"}
_LARGEST: Final = 256 * 1024
log: Final = logging.getLogger("pleamar.webhooks")


@csrf_exempt
def receive_payment_event(request: HttpRequest, provider: str) -> HttpResponse:
    """204: the event is kept, was kept before, or is none of ours. After anything else the provider sends it again."""
    if request.method != "POST":
        return not_allowed("POST")
    signature = request.headers.get(_SIGNATURES[provider], "")
    if not signature:
        return problem(400, f"the header {_SIGNATURES[provider]} is missing")
    length = request.META.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit()):
        return problem(411, "the header Content-Length is missing")
    if len(length) > len(str(_LARGEST)) or int(length) > _LARGEST:
        return problem(413, f"a message has at most {_LARGEST} bytes")
    try:
        return _receive(request, provider, signature)
    except EventForged as forged:
        log.warning("a message was not the provider's", extra={"facts": {"path": provider, "because": str(forged)}})
        return problem(400, "the signature does not fit this message, or is not of just now")
    except Refused as refused:
        log.warning("refused", extra={"facts": {"path": provider, "code": refused.code, **refused.facts}})
    except (Error, OSError):
        log.exception("an event could not be kept")
    return problem(503, "this cannot be taken just now; send it again later")


def _receive(request: HttpRequest, path: str, signature: str) -> HttpResponse:
    """Signatures are of real moments, also where a sandbox's clock was moved; what is written has the latter's."""
    provider = payment_provider()
    if provider.provider.partition("-")[0] != path:
        return not_found(request)
    event = provider.open_event(request.read(_LARGEST), signature, now=real_clock()())
    receive_event(event, provider=provider.provider, live=provider.live, now=clock()(), jobs=QUEUE)
    return HttpResponse(status=204)
