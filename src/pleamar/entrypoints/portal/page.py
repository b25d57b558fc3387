"""A page of one card, for whoever has its address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pleamar.wording.confirming import ConfirmingPage


def one_card(request: HttpRequest, page: ConfirmingPage, *, seller: str, status: int = 200) -> HttpResponse:
    """The page, in the name of `seller`."""
    return render(request, "portal/one_card.html", {"page": page, "seller": seller}, status=status)
