"""The pages on which a customer's own administrators are invited, listed and removed (rule A7)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from pleamar.actions.remove_administrator import remove_administrator
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.team.invite_form import AdministratorForm
from pleamar.entrypoints.portal.team.inviting import answered, invited
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.own_account import OwnAccount, find_own_account
from pleamar.queries.team import administrators as administrators_of
from pleamar.queries.team import open_invitations
from pleamar.rules.refusals import Refused
from pleamar.wording.refusals import refusal
from pleamar.wording.roles import ADMINISTRATOR


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("see_use", to_change="manage_team", fresh=True)
def administrators(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """Who looks after the customer's users from its own side, and who is invited to; owners change that."""
    customer = _found(viewer, public_id)
    form = AdministratorForm()
    if request.method == "POST":
        if request.POST.get("act") != "invite":
            answered(request, viewer, account_id=customer.id)
            return redirect("portal:administrators", public_id)
        form = AdministratorForm(request.POST)
        if form.is_valid() and invited(request, viewer, form, account_id=customer.id):
            return redirect("portal:administrators", public_id)
    waiting = open_invitations(viewer.scope, viewer.partner_id, now=viewer.now, account_id=customer.id)
    facts = {
        "customer": customer,
        "administrators": administrators_of(viewer.scope, customer.id),
        "invitations": [(one, ADMINISTRATOR) for one in waiting],
        "form": form,
        "may_change": viewer.may("manage_team"),
    }
    return show(request, viewer, "portal/team_administrators.html", facts, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("manage_team", fresh=True)
def administrator_removed(request: HttpRequest, viewer: Viewer, public_id: str, administrator: str) -> HttpResponse:
    """What removing them means, and the button that does it."""
    customer = _found(viewer, public_id)
    rows = administrators_of(viewer.scope, customer.id)
    found = next((one for one in rows if one.public_id == administrator), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            remove_administrator(viewer.partner_id, found.id, cause=viewer.cause("portal"), now=viewer.now)
        except Refused as refused:
            messages.error(request, refusal(refused))
        else:
            told = gettext("%(email)s is removed, and signed out everywhere.") % {"email": found.email}
            messages.success(request, told)
        return redirect("portal:administrators", public_id)
    return show(request, viewer, "portal/team_remove.html", {"person": found, "customer": customer})


def _found(viewer: Viewer, public_id: str) -> OwnAccount:
    try:
        return find_own_account(viewer.scope, viewer.partner_id, public_id, now=viewer.now)
    except Refused as unknown:
        raise Http404 from unknown
