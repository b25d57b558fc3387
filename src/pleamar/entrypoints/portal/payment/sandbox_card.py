"""The sandbox's own page on which a card is entered, in place of a provider's."""

from __future__ import annotations

import os

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from pleamar.entrypoints.portal.payment.card_form import CardForm
from pleamar.entrypoints.portal.payment.cards_to_try import cards_to_try
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.ports.payments import GatewayRefused
from pleamar.queries.outstanding import outstanding
from pleamar.queries.payment_card import is_card_page
from pleamar.wiring.clock import is_sandbox
from pleamar.wiring.payments import provider_kind, sandbox_gateway


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("see_prices", "manage_billing", fresh=True)
def sandbox_card(request: HttpRequest, viewer: Viewer, page: str) -> HttpResponse:
    """Test cards to choose from. There is no such page where cards are real, and none of another partner."""
    if not is_sandbox() or provider_kind(os.environ) != "sandbox":
        raise Http404
    if not is_card_page(viewer.scope, viewer.partner_id, "sandbox", page):
        raise Http404
    form = CardForm()
    if request.method == "POST":
        form = CardForm(request.POST)
        if form.is_valid():
            _enter(page, form.cleaned_data["number"])
            return redirect("portal:card_entered")
    facts = {"form": form, "cards": cards_to_try(), "owed": outstanding(viewer.scope, viewer.partner_id)}
    return show(request, viewer, "portal/sandbox_card.html", facts, status=422 if form.errors else 200)


def _enter(page: str, number: str) -> None:
    """Sent twice, or a day late, it changes nothing: how the page ended is then told as always."""
    try:
        sandbox_gateway().enter_card(page, number)
    except GatewayRefused as refused:
        if refused.code != "setup_closed":
            raise Http404 from refused
