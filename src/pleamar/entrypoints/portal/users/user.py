"""One user: how they stand, why they are billed or not, and all that happened to them."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.customers.named_customer import named_customers
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.entrypoints.sign_in.frame import Frame
from pleamar.queries.person import Person, person
from pleamar.rules.refusals import Refused
from pleamar.wording.means import actor_told, how
from pleamar.wording.why_billed import why_billed

_MOST_SHOWN: Final = 50


@require_safe
@portal_page("see_use")
def user(request: HttpRequest, viewer: Viewer, customer: str, user: str) -> HttpResponse:
    """The page; somebody else's user, or customer, is nowhere (404)."""
    (whose,) = named_customers(viewer, [customer])
    try:
        found = person(viewer.scope, whose.id, user, now=viewer.now)
    except Refused as refused:
        raise Http404 from refused
    vendor = Frame().brand.name
    changes = [
        (change, actor_told(change.actor, vendor=vendor), how(change.means, change.reference))
        for change in reversed(found.history.changes)
    ]
    facts = {
        "customer": whose,
        "person": found.history,
        "found": found,
        "why": why_billed(found.why, whose.name, vendor=vendor),
        "changes": changes[:_MOST_SHOWN],
        "older": max(len(changes) - _MOST_SHOWN, 0),
        "acts": _acts(viewer, found, is_closed=whose.state == "closed"),
    }
    return show(request, viewer, "portal/user.html", facts)


def _acts(viewer: Viewer, found: Person, *, is_closed: bool) -> list[str]:
    """What can be done with them; somebody deleted can only be added again."""
    if found.history.deleted_at is not None or not viewer.may("manage_users"):
        return []
    acts = ["deactivate"] if found.history.active else [] if is_closed or found.denied else ["activate"]
    return [*acts, *([] if found.denied else ["deny"]), *([] if is_closed else ["move"]), "delete"]
