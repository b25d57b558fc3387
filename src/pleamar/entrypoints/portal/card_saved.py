"""Where the payment provider sends a partner back to, from the page on which a card is entered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.page import one_card
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.sellers import default_seller
from pleamar.wording.confirming import card_received


@never_cache
@require_safe
def card_saved(request: HttpRequest) -> HttpResponse:
    """It says thank you, and does nothing: whether a card was entered is what the provider tells."""
    return one_card(request, card_received(), seller=default_seller(EVERYTHING))
