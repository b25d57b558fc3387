"""The page on which one finds who looks after which customer from its own side."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.team import administered_accounts
from pleamar.wording.paging import ROWS, page_number, paged

_LONGEST_SEARCH: Final = 200


@require_safe
@portal_page("see_use")
def all_administrators(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The customers that have an administrator of their own, or all that are searched for."""
    search = request.GET.get("customer", "")[:_LONGEST_SEARCH]
    wanted = page_number(request.GET.get("page", ""))
    found, total = administered_accounts(
        viewer.scope, viewer.partner_id, search=search, first=(wanted - 1) * ROWS, most=ROWS
    )
    facts = {"customers": found, "search": search, "page": paged(wanted, total, kept={"customer": search})}
    return show(request, viewer, "portal/team_all_administrators.html", facts)
