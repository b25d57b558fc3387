"""Where somebody comes back to from the page on which a card is entered."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from pleamar.actions.complete_card_setup import complete_card_setup
from pleamar.entrypoints.portal.portal_page import portal_page
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.ports.payments import GatewayFailed, GatewayRefused, GatewayUnreachable
from pleamar.queries.charge_history import charges_under_way
from pleamar.queries.payment_card import last_card_page, payment_card
from pleamar.rules.refusals import Refused
from pleamar.wiring.jobs import QUEUE
from pleamar.wiring.payments import payment_provider
from pleamar.wording.money import amounts
from pleamar.wording.refusals import gateway_refusal, refusal


@require_safe
@portal_page("see_prices", "manage_billing")
def card_entered(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Asks the provider how it went, and says so on the payment page. That is known by its word alone, however often
    this address is opened.
    """
    try:
        state = _state(viewer)
    except (GatewayUnreachable, GatewayFailed):
        text = gettext("The payment provider does not answer just now. If you have entered a card, it appears here.")
        messages.warning(request, text)
    except GatewayRefused as refused:
        messages.error(request, gateway_refusal(refused.code))
    except Refused as refused:
        messages.error(request, refusal(refused))
    else:
        _tell(request, viewer, state)
    return redirect("portal:payment")


def _state(viewer: Viewer) -> str:
    """How the newest page ended: `complete`, `expired`, or `open` where no card was entered; empty: there was none."""
    provider = payment_provider()
    opened = last_card_page(viewer.scope, viewer.partner_id, provider.provider)
    if opened is None or opened.state != "open" or opened.reference is None:
        return "" if opened is None else opened.state
    setup = complete_card_setup(opened.reference, provider, now=viewer.now, jobs=QUEUE)
    return "" if setup is None else setup.state


def _tell(request: HttpRequest, viewer: Viewer, state: str) -> None:
    card = payment_card(viewer.scope, viewer.partner_id, timezone=viewer.zone, now=viewer.now)
    if state == "complete" and card is not None:
        facts = {"card": f"{card.brand} ···· {card.last4}"}
        charged = [one.amount for one in charges_under_way(viewer.scope, viewer.partner_id) if one.is_moving]
        if charged:
            facts["amounts"] = amounts(charged, get_language() or "en")
            text = gettext("%(card)s is on file. %(amounts)s outstanding is being charged to it now.")
        else:
            text = gettext("%(card)s is on file and is charged from now on.")
        messages.success(request, text % facts)
    elif state:
        messages.info(request, gettext("No card was entered, and nothing has changed."))
