"""A page of one card: what it says, closed to everything that is not on it."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pleamar.wording.confirming import ConfirmingPage


def one_card(request: HttpRequest, page: ConfirmingPage, *, seller: str, status: int = 200) -> HttpResponse:
    """The page, in the name of `seller`. Its form may lead on to a bank's own address, wherever that is."""
    nonce = secrets.token_urlsafe(16)
    response = render(request, "portal/one_card.html", {"page": page, "seller": seller, "nonce": nonce}, status=status)
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self' https:; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    return response
