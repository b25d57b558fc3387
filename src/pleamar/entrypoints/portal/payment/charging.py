"""How charges that were just begun go on: asked every few seconds, until that is known."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.payment.overview import ToldCharge, told_charges
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.charge_history import charges_under_way, named_charges
from pleamar.wiring.jobs import is_worker_there
from pleamar.wording.money import money
from pleamar.wording.paging import page_number

_MOST_CHARGES: Final = 20
# Some five minutes. Then somebody has to look again themselves, and is told whether anything drives charges at all.
_MOST_LOOKS: Final = 60


@require_safe
@portal_page("see_prices")
def charging(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The piece of the payment page that shows it; once all of them (`charge`) have ended, the whole page anew."""
    if not request.headers.get("HX-Request"):
        return redirect("portal:payment")
    named = named_charges(viewer.scope, viewer.partner_id, request.GET.getlist("charge")[:_MOST_CHARGES])
    moving = told_charges([one for one in charges_under_way(viewer.scope, viewer.partner_id) if one.is_moving])
    if not moving:
        for one in told_charges(named):
            _tell(request, one)
        return HttpResponse(headers={"HX-Refresh": "true"})
    looks = min(page_number(request.GET.get("looks", "")), _MOST_LOOKS)
    facts: dict[str, Any] = {"moving": moving, "looks": looks, "is_slow": looks >= _MOST_LOOKS}
    if facts["is_slow"]:
        facts["worker"] = is_worker_there()
    return show(request, viewer, "portal/payment.html#charging", facts)


def _tell(request: HttpRequest, charge: ToldCharge) -> None:
    line = charge.line
    facts = {"amount": money(line.amount, get_language() or "en"), "card": line.card, "why": charge.why}
    if line.state == "succeeded":
        messages.success(request, gettext("Paid: %(amount)s was charged to %(card)s.") % facts)
    elif charge.why:
        messages.error(request, gettext("%(amount)s could not be charged to %(card)s. %(why)s") % facts)
