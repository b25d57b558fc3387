"""One customer's deny list: seen, added to, taken from, replaced; whoever becomes inactive by it is shown before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_safe

from pleamar.actions.change_deny_list import How
from pleamar.entrypoints.portal.customers.named_customer import named_customers
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.users.deny_change import change, look, take_off
from pleamar.entrypoints.portal.users.deny_form import DenyForm
from pleamar.entrypoints.portal.users.named_people import printable
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.entrypoints.sign_in.frame import Frame
from pleamar.queries.customers import CustomerRow
from pleamar.queries.deny_list import deny_list as all_entries
from pleamar.queries.deny_lists import deny_page
from pleamar.rules.refusals import Refused
from pleamar.wording.csv_out import csv_response
from pleamar.wording.form_errors import tell
from pleamar.wording.means import actor_told
from pleamar.wording.paging import ROWS, page_number, paged

_HEADER: Final = ("pattern", "reason", "added_at", "added_by")
_LONGEST_SEARCH: Final = 254


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("see_use", to_change="manage_users")
def deny_list(request: HttpRequest, viewer: Viewer, customer: str) -> HttpResponse:
    """The list with its forms; what is sent names its `act`: `look`, `change` (after a look), or `remove`."""
    (whose,) = named_customers(viewer, [customer])
    form = DenyForm()
    if request.method == "POST":
        act = request.POST.get("act")
        if act == "remove":
            return take_off(request, viewer, whose)
        if act == "change":
            return change(request, viewer, whose)
        form = DenyForm(request.POST, request.FILES)
        if form.is_valid():
            how, reason = cast("How", form.cleaned_data["how"]), form.cleaned_data["reason"]
            try:
                return look(request, viewer, whose, how, form.entries(), reason)
            except Refused as refused:
                tell(form, refused, {refused.code: "file" if form.cleaned_data["file"] else "patterns"})
    search = printable(request.GET.get("search", "").strip()[:_LONGEST_SEARCH])
    number = page_number(request.GET.get("page", ""))
    found = deny_page(viewer.scope, whose.id, search=search, first=(number - 1) * ROWS, most=ROWS)
    facts = {
        "customer": whose,
        "rows": found.rows,
        "page": paged(number, found.total, kept={"search": search}),
        "search": search,
        "form": form,
        "may_change": viewer.may("manage_users"),
    }
    return show(request, viewer, "portal/deny_list.html", facts, status=422 if form.errors else 200)


@require_safe
@portal_page("see_use")
def deny_list_csv(request: HttpRequest, viewer: Viewer, customer: str) -> HttpResponseBase:
    """The whole list as a file, in the shape in which one is read."""
    del request
    (whose,) = named_customers(viewer, [customer])
    return csv_response(f"deny-list-{whose.name}.csv", _HEADER, _cells(viewer, whose, Frame().brand.name))


def _cells(viewer: Viewer, whose: CustomerRow, vendor: str) -> Iterator[tuple[object, ...]]:
    for row in all_entries(viewer.scope, whose.id):
        yield row.pattern, row.reason, row.added_at, actor_told(row.added_by, vendor=vendor)
