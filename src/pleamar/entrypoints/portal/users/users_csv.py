"""The users that a filter means, as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.portal_page import portal_page
from pleamar.entrypoints.portal.users.named_people import named_people
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.entrypoints.sign_in.frame import Frame
from pleamar.queries.people import PeopleFilter, PersonRow, Place, people
from pleamar.queries.scopes import Scope
from pleamar.wording.csv_out import csv_response
from pleamar.wording.means import actor_told, how

_HEADER: Final = ("customer", "email", "name", "active", "since", "changed_by", "means", "reason", "denied")
_AT_ONCE: Final = 1000


@require_safe
@portal_page("see_use")
def users_csv(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """However many they are."""
    named = named_people(viewer, request.GET)
    day = viewer.now.date().isoformat()
    name = f"users-{named.customer.name}-{day}.csv" if named.customer else f"users-{day}.csv"
    vendor = Frame().brand.name
    return csv_response(name, _HEADER, (_cells(row, vendor) for row in _rows(viewer.scope, named.filter)))


def _rows(scope: Scope, wanted: PeopleFilter) -> Iterator[PersonRow]:
    page = people(scope, wanted, most=_AT_ONCE)
    yield from page.rows
    while page.next:
        page = people(scope, wanted, after=Place(*page.next), most=_AT_ONCE)
        yield from page.rows


def _cells(row: PersonRow, vendor: str) -> tuple[object, ...]:
    return (
        *(row.customer, row.email, row.display_name, row.active),
        *(row.changed_at, actor_told(row.actor, vendor=vendor), how(row.means, row.reference)),
        *(row.reason, row.denied),
    )
