"""The page behind the link in a mail: the cardholder confirms a payment that waits for it (3-D Secure)."""

from __future__ import annotations

import os
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pleamar.actions.begin_charge_action import begin_charge_action
from pleamar.actions.collect_charge import collect_charge
from pleamar.entrypoints.portal.page import one_card
from pleamar.entrypoints.portal.page_policy import also_allows
from pleamar.ports.payments import GatewayFailed, GatewayRefused, GatewayUnreachable, KeyConflict
from pleamar.queries.charges import FoundCharge, find_charge
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.sellers import seller_of
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock
from pleamar.wiring.jobs import QUEUE
from pleamar.wiring.links import charge_of, page_address
from pleamar.wiring.payments import leasing, payment_provider, sandbox_gateway
from pleamar.wording import confirming
from pleamar.wording.confirming import ConfirmingPage

_NO_ANSWER: Final = (GatewayUnreachable, GatewayFailed, GatewayRefused, KeyConflict, Refused)


@never_cache
@also_allows("form-action", "https:")  # its form leads on to a bank's own address, wherever that is
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_payment(request: HttpRequest, token: str) -> HttpResponse:
    """GET says how it stands and asks nothing of the bank, for mail is opened by machines too; POST goes there.

    Whoever comes back from the bank has `?back` in the address: then the provider is asked at once.
    """
    charge = _charge(token)
    try:
        if request.method == "POST":
            return _act(request, charge)
        if "back" in request.GET and charge.state in ("action_required", "processing"):
            collect_charge(charge.id, payment_provider(), now=clock()(), leasing=leasing(), jobs=QUEUE)
    except _NO_ANSWER:
        return _page(request, charge, confirming.unreachable(), status=503)
    return _page(request, charge, _standing(_charge(token)))


def _charge(token: str) -> FoundCharge:
    """The charge of a link that we gave; for any other there is nothing here."""
    public_id = charge_of(token)
    if public_id is None:
        raise Http404
    try:
        return find_charge(EVERYTHING, public_id)
    except Refused as unknown:
        raise Http404 from unknown


def _act(request: HttpRequest, charge: FoundCharge) -> HttpResponse:
    wanted, here = request.POST.get("wanted", ""), _here(request)
    if charge.provider == "sandbox" and wanted in ("confirm", "refuse") and charge.state == "action_required":
        sandbox_gateway().act(charge.provider_id or "", succeed=wanted == "confirm")
        return HttpResponseRedirect(f"{here}?back")
    address = begin_charge_action(charge.id, payment_provider(), return_to=f"{here}?back")
    if address is None:
        return HttpResponseRedirect(f"{here}?back")
    if charge.provider == "sandbox":
        return _page(request, charge, confirming.sandbox_bank(charge.amount))
    return HttpResponseRedirect(address)


def _here(request: HttpRequest) -> str:
    return page_address(request.path, request.build_absolute_uri(request.path), os.environ)


def _standing(charge: FoundCharge) -> ConfirmingPage:
    if charge.state == "succeeded":
        return confirming.paid(charge.amount)
    if charge.state == "action_required":
        return confirming.waiting(charge.amount, seller_of(EVERYTHING, charge.partner_id))
    if charge.state in ("processing", "confirming"):
        return confirming.under_way()
    return confirming.over()


def _page(request: HttpRequest, charge: FoundCharge, page: ConfirmingPage, status: int = 200) -> HttpResponse:
    return one_card(request, page, seller=seller_of(EVERYTHING, charge.partner_id), status=status)
