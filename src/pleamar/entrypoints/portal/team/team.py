"""The page of a partner's team: who is in it, and who is invited to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.team.invite_form import InviteForm
from pleamar.entrypoints.portal.team.inviting import answered, invited
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.team import count_team, open_invitations
from pleamar.queries.team import team as people_of
from pleamar.wording.paging import ROWS, page_number, paged
from pleamar.wording.roles import role_words


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("manage_team", fresh=True)
def team(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The team; what is sent names its `act`."""
    form = InviteForm()
    if request.method == "POST":
        if request.POST.get("act") != "invite":
            answered(request, viewer)
            return redirect("portal:team")
        form = InviteForm(request.POST)
        if form.is_valid() and invited(request, viewer, form):
            return redirect("portal:team")
    facts = {"form": form, **_people(request, viewer)}
    return show(request, viewer, "portal/team.html", facts, status=422 if form.errors else 200)


def _people(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    total = count_team(viewer.scope, viewer.partner_id)
    page = paged(page_number(request.GET.get("page", "")), total, kept={})
    people = people_of(viewer.scope, viewer.partner_id, first=max(page.first - 1, 0), most=ROWS)
    waiting = open_invitations(viewer.scope, viewer.partner_id, now=viewer.now)
    return {
        "people": [(one, role_words(one.role)) for one in people],
        "invitations": [(one, role_words(one.role)) for one in waiting],
        "page": page,
    }
