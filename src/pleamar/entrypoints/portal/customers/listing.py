"""The page of all customers."""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.customers import (
    CUSTOMER_ORDERS,
    CUSTOMER_STATES,
    CustomerFilter,
    CustomerOrder,
    CustomerRow,
    CustomerState,
    count_customers,
    customers,
)
from pleamar.rules.names import LONGEST_NAME
from pleamar.wording.customer_badges import Badge, customer_badges
from pleamar.wording.paging import ROWS, page_number, paged

_STATES: Final[dict[CustomerState, Promise]] = {
    "open": gettext_lazy("All but closed"),
    "live": gettext_lazy("Billed"),
    "trial": gettext_lazy("On trial"),
    "ending": gettext_lazy("Trials ending within a week"),
    "ended": gettext_lazy("Trials that have ended"),
    "scheduled": gettext_lazy("Going live next cycle"),
    "full": gettext_lazy("At their limit"),
    "blocked": gettext_lazy("Sign-in blocked"),
    "stopped": gettext_lazy("Billing stopped"),
    "closed": gettext_lazy("Closed"),
}
_ORDERS: Final[dict[CustomerOrder, Promise]] = {
    "name": gettext_lazy("Customer"),
    "users": gettext_lazy("Users"),
    "limit": gettext_lazy("Limit"),
}


class _Line(NamedTuple):
    row: CustomerRow
    badges: list[Badge]
    is_full: bool
    tickable: bool


class _Column(NamedTuple):
    """A column's head: where its words lead, and how the list is sorted by it now ("" where it is not)."""

    name: CustomerOrder
    words: Promise
    address: str
    sorted: str


@require_safe
@portal_page("see_use")
def customer_list(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A page of the customers that the address asks for; to htmx, only their rows."""
    wanted = _wanted(request)
    number = page_number(request.GET.get("page", ""))
    found = customers(viewer.scope, viewer.partner_id, wanted, now=viewer.now, first=(number - 1) * ROWS, most=ROWS)
    counts = count_customers(viewer.scope, viewer.partner_id, now=viewer.now)
    lines = [_line(row, viewer) for row in found.rows]
    facts: dict[str, Any] = {
        "lines": lines,
        "tickable": any(line.tickable for line in lines),
        "page": paged(number, found.total, kept=_kept(wanted)),
        "columns": [_column(wanted, name) for name in CUSTOMER_ORDERS],
        "wanted": wanted,
        "states": [
            (state, _STATES[state], counts[state])
            for state in CUSTOMER_STATES
            if counts[state] or state in {"open", wanted.state}
        ],
        "counts": counts,
        "is_filtered": bool(wanted.search) or wanted.state != "open",
        "may_manage": viewer.may("manage_customers"),
        "may_activate": viewer.may("activate"),
    }
    template = "portal/customers.html#rows" if request.htmx else "portal/customers.html"  # type: ignore[attr-defined]
    return show(request, viewer, template, facts)


def _wanted(request: HttpRequest) -> CustomerFilter:
    """What the address asks for; what it asks for wrongly it does not ask for."""
    asked = request.GET
    return CustomerFilter(
        search=asked.get("search", "").strip()[:LONGEST_NAME],
        state=next((state for state in CUSTOMER_STATES if state == asked.get("state")), "open"),
        order=next((order for order in CUSTOMER_ORDERS if order == asked.get("sort")), "name"),
        descending=asked.get("down") == "1",
    )


def _kept(wanted: CustomerFilter) -> dict[str, str]:
    """What of the address stays when the page changes: only what is not so anyway."""
    return {
        "search": wanted.search,
        "state": "" if wanted.state == "open" else wanted.state,
        "sort": "" if wanted.order == "name" else wanted.order,
        "down": "1" if wanted.descending else "",
    }


def _line(row: CustomerRow, viewer: Viewer) -> _Line:
    return _Line(
        row,
        customer_badges(row, now=viewer.now, timezone=viewer.zone, cycle_zone=viewer.cycle_zone),
        is_full=row.limit is not None and row.active_members >= row.limit and row.state != "closed",
        tickable=row.is_trial and not row.internal and viewer.may("activate"),
    )


def _column(wanted: CustomerFilter, name: CustomerOrder) -> _Column:
    is_sorted = wanted.order == name
    # The largest numbers first, names from A on; a second click turns it round.
    down = not wanted.descending if is_sorted else name != "name"
    kept = {**_kept(wanted), "sort": "" if name == "name" else name, "down": "1" if down else ""}
    told = "" if not is_sorted else "descending" if wanted.descending else "ascending"
    return _Column(name, _ORDERS[name], f"?{urlencode({key: value for key, value in kept.items() if value})}", told)
