"""What was done in a partner's name, by whom, when and why: as a page and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.team.activity_asked import Asked, address_of, asked, parts_of, place_of
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.entrypoints.sign_in.frame import Frame
from pleamar.queries.activity import ActivityPage, Happening, Place
from pleamar.queries.activity import activity as activity_of
from pleamar.wording.csv_out import csv_response
from pleamar.wording.happenings import Told, told
from pleamar.wording.means import actor_told
from pleamar.wording.paging import ROWS

_HEADER: Final = ["at", "who", "what", "customer", "detail"]
_ROWS_AT_ONCE: Final = 500
MOST_ROWS: Final = 50_000
_NOTHING: Final = ActivityPage([], None, None)


@require_safe
@portal_page("see_use")
def activity(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A page of it, the newest first; filters stand in the address."""
    wanted = asked(request.GET, viewer)
    place = place_of(request.GET.get("before", ""))
    page = activity_of(viewer.scope, wanted.wanted, after=place, most=ROWS) if wanted.wanted else _NOTHING
    vendor = Frame().brand.name
    rows = [(one.at, actor_told(one.actor, vendor=vendor), _told(one, viewer)) for one in page.rows]
    facts = {
        "rows": rows,
        "asked": wanted,
        "parts": parts_of(viewer),
        "older": wanted.address(before=address_of(page.next)) if page.next else "",
        "newest": (wanted.address() or "?") if place else "",
        "searched_to": page.searched_to,
        "export": wanted.address(),
    }
    template = "portal/activity.html#rows" if request.htmx else "portal/activity.html"  # type: ignore[attr-defined]
    return show(request, viewer, template, facts)


@require_safe
@portal_page("see_use")
def activity_csv(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """The same as a file, as far back as `MOST_ROWS` rows reach."""
    return csv_response("activity.csv", _HEADER, _lines(asked(request.GET, viewer), viewer, Frame().brand.name))


def _told(one: Happening, viewer: Viewer) -> Told:
    return told(one, timezone=viewer.zone, sees_prices=viewer.sees_prices)


def _lines(wanted: Asked, viewer: Viewer, vendor: str) -> Iterator[list[object]]:
    place: Place | None = None
    left = MOST_ROWS
    while wanted.wanted and left > 0:
        page = activity_of(viewer.scope, wanted.wanted, after=place, most=_ROWS_AT_ONCE)
        for one in page.rows[:left]:
            words = _told(one, viewer)
            yield [one.at, actor_told(one.actor, vendor=vendor), words.what, words.customer, words.detail]
        left -= len(page.rows)
        if page.next is None or page.next == place:
            return
        place = page.next
