"""The page on which a partner sees its card and its charges, and adds or removes the card."""

from __future__ import annotations

import os

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from pleamar.actions.begin_card_setup import begin_card_setup
from pleamar.actions.remove_card import remove_card
from pleamar.entrypoints.portal.payment.overview import overview
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.ports.payments import GatewayFailed, GatewayRefused, GatewayUnreachable
from pleamar.rules.refusals import Refused
from pleamar.wiring.links import page_address
from pleamar.wiring.payments import payment_provider
from pleamar.wording.refusals import gateway_refusal, refusal


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("see_prices", to_change="manage_billing", fresh=True)
def payment(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The card, what is outstanding, what comes next, and every charge; what is sent names its `act`."""
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "add_card" and (elsewhere := _card_page(request, viewer)):
            return elsewhere
        if act == "remove_card":
            _removed(request, viewer)
        return redirect("portal:payment")
    return show(request, viewer, "portal/payment.html", overview(viewer, request.GET.get("page", "")))


def _card_page(request: HttpRequest, viewer: Viewer) -> HttpResponse | None:
    """On to where a card is entered: the provider's page, or in a sandbox our own."""
    path = reverse("portal:card_entered")
    return_to = page_address(path, request.build_absolute_uri(path), os.environ)
    try:
        provider = payment_provider()
        cause = viewer.cause("portal")
        address = begin_card_setup(viewer.partner_id, provider, return_to=return_to, cause=cause, now=viewer.now)
    except (GatewayUnreachable, GatewayFailed):
        messages.error(request, gettext("The payment provider does not answer just now. Try again in a few minutes."))
    except GatewayRefused as refused:
        messages.error(request, gateway_refusal(refused.code))
    except Refused as refused:
        messages.error(request, refusal(refused))
    else:
        if provider.provider == "sandbox":
            return redirect("portal:sandbox_card", page=address.rpartition("/")[2])
        return HttpResponseRedirect(address)
    return None


def _removed(request: HttpRequest, viewer: Viewer) -> None:
    """What the provider still knows of a card that is gone here is used by nobody."""
    try:
        remove_card(viewer.partner_id, payment_provider(), cause=viewer.cause("portal"), now=viewer.now)
    except Refused as refused:
        messages.error(request, refusal(refused))
        return
    except (GatewayUnreachable, GatewayFailed, GatewayRefused):
        pass
    messages.success(request, gettext("The card is removed. Invoices wait as outstanding until there is another one."))
