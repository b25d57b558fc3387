"""The deny lists of all customers."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.users.named_people import printable
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.deny_lists import deny_lists as all_lists
from pleamar.wording.paging import ROWS, page_number, paged

_LONGEST_SEARCH: Final = 200


@require_safe
@portal_page("see_use")
def deny_lists(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A page of customers with the number of their entries; `only=used` leaves out those without."""
    search = printable(request.GET.get("search", "").strip()[:_LONGEST_SEARCH])
    only_used = request.GET.get("only") == "used"
    number = page_number(request.GET.get("page", ""))
    found = all_lists(
        *(viewer.scope, viewer.partner_id),
        search=search,
        only_used=only_used,
        first=(number - 1) * ROWS,
        most=ROWS,
    )
    kept = {"search": search, "only": "used" if only_used else ""}
    facts = {
        "rows": found.rows,
        "page": paged(number, found.total, kept=kept),
        "search": search,
        "only_used": only_used,
    }
    return show(request, viewer, f"portal/deny_lists.html{'#rows' if 'HX-Request' in request.headers else ''}", facts)
