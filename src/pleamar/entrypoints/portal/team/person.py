"""The pages of one person of the team: what they are, and how they leave."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from pleamar.actions.change_role import change_role
from pleamar.actions.remove_person import remove_person
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.team.invite_form import RoleForm
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.team import PersonOfTeam, find_person
from pleamar.rules.refusals import Refused
from pleamar.wording.form_errors import tell
from pleamar.wording.refusals import refusal
from pleamar.wording.roles import role_words


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("manage_team", fresh=True)
def person(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """What they are, to be changed."""
    found = _found(viewer, public_id)
    form = RoleForm(request.POST or None, initial={"role": found.role, "sees_prices": found.sees_prices})
    if request.method == "POST" and form.is_valid() and _changed(request, viewer, found, form):
        return redirect("home" if found.email == viewer.person.email else "portal:team")
    facts = {"person": found, "form": form, "is_viewer": found.email == viewer.person.email}
    return show(request, viewer, "portal/team_person.html", facts, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("manage_team", fresh=True)
def person_removed(request: HttpRequest, viewer: Viewer, public_id: str) -> HttpResponse:
    """What removing them means, and the button that does it. Whoever leaves ticks that they know it is them."""
    found = _found(viewer, public_id)
    is_viewer, status = found.email == viewer.person.email, 200
    if request.method == "POST":
        try:
            remove_person(
                *(viewer.partner_id, found.id),
                cause=viewer.cause("portal"), now=viewer.now, leaving=request.POST.get("leaving") == "yes",
            )  # fmt: skip
        except Refused as refused:
            messages.error(request, refusal(refused))
            status = 422
        else:
            if is_viewer:
                logout(request)  # their session is gone already
            told = gettext("%(email)s is removed, and signed out everywhere.") % {"email": found.email}
            messages.success(request, told)
            return redirect("account_login" if is_viewer else "portal:team")
    facts = {"person": found, "is_viewer": is_viewer, "role": role_words(found.role)}
    return show(request, viewer, "portal/team_remove.html", facts, status=status)


def _found(viewer: Viewer, public_id: str) -> PersonOfTeam:
    try:
        return find_person(viewer.scope, viewer.partner_id, public_id)
    except Refused as unknown:
        raise Http404 from unknown


def _changed(request: HttpRequest, viewer: Viewer, found: PersonOfTeam, form: forms.Form) -> bool:
    told = form.cleaned_data
    try:
        change_role(
            *(viewer.partner_id, found.id, told["role"]),
            sees_prices=told["sees_prices"], cause=viewer.cause("portal"), now=viewer.now,
        )  # fmt: skip
    except Refused as refused:
        tell(form, refused, {"last_owner": "role", "role_unknown": "role"})
        return False
    messages.success(request, gettext("The role of %(email)s is changed.") % {"email": found.email})
    return True
