"""All users of a partner's customers, or of one."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.users.named_people import NamedPeople, named_people, place
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.people import MOST_COUNTED, PeoplePage, Place, count_people, people
from pleamar.wording.money import count


@dataclass(frozen=True, slots=True)
class _Pager:
    """As `pager.html` takes it; pages are places here, not numbers."""

    previous: str
    next: str
    told: str


@require_safe
@portal_page("see_use")
def users(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A page of them by customer and address. Their number is told up to where counting would make it wait."""
    named = named_people(viewer, request.GET)
    page = people(
        viewer.scope,
        named.filter,
        after=place(request.GET.get("after", "")),
        before=place(request.GET.get("before", "")),
    )
    is_all = page.previous is None and page.next is None
    total = len(page.rows) if is_all else count_people(viewer.scope, named.filter)
    facts = {
        "named": named,
        "rows": page.rows,
        "page": _pager(named, page, total),
        "total": total,
        "told": _told(total),
        "may_take_all": not is_all and total <= MOST_COUNTED,
        "may_change": viewer.may("manage_users"),
        "export": f"?{urlencode(named.kept)}" if named.kept else "",
    }
    template = "portal/users.html#rows" if "HX-Request" in request.headers else "portal/users.html"
    return show(request, viewer, template, facts)


def _pager(named: NamedPeople, page: PeoplePage, total: int) -> _Pager:
    return _Pager(_address(named, "before", page.previous), _address(named, "after", page.next), _told(total))


def _address(named: NamedPeople, way: str, where: Place | None) -> str:
    if where is None:
        return ""
    return f"?{urlencode({**named.kept, way: f'{where.customer_id}:{where.email}'})}"


def _told(total: int) -> str:
    """`1 user`, `1,204 users`, `more than 10,000 users`."""
    language = get_language() or "en"
    if total > MOST_COUNTED:
        return gettext("more than %(count)s users") % {"count": count(MOST_COUNTED, language)}
    return ngettext("%(count)s user", "%(count)s users", total) % {"count": count(total, language)}
