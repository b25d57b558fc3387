"""The page of what customers are billed for a period, and what is left of it."""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.rebill.asked import AskedRebill, asked_rebill, rebill_for
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.rebill import Rebill, RebillRow
from pleamar.queries.rebill_periods import CycleFrame, Month
from pleamar.rules.rebill import COUNTINGS, Counting
from pleamar.wording.dates import day, month, short_day
from pleamar.wording.paging import page_number, paged

_COUNTINGS: Final[dict[Counting, Promise]] = {
    "share": gettext_lazy("Share at the peak"),
    "own_peak": gettext_lazy("Own peak"),
    "date": gettext_lazy("Count on a date"),
}


class _Choice(NamedTuple):
    """A period to choose: what names it in an address, and its words."""

    name: str
    words: str
    chosen: bool


class _Unsure(NamedTuple):
    """How many customers of the whole list want looking at, and why."""

    without_price: int
    in_other_currency: int
    without_share: int


@require_safe
@portal_page("see_prices")
def rebill_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A page of the customers, and the totals of all of them; to htmx, only what depends on the choice."""
    asked = asked_rebill(request)
    found = rebill_for(viewer, asked)
    kept = _kept(found, asked)
    page = paged(page_number(request.GET.get("page", "")), len(found.rows), kept=kept)
    facts: dict[str, Any] = {
        "rebill": found,
        "is_month": isinstance(found.period, Month),
        "rows": found.rows[max(page.first - 1, 0) : page.last],
        "page": page,
        "cycles": [_cycle_choice(cycle, found.period) for cycle in found.periods.cycles],
        "months": [_month_choice(one, found.period) for one in found.periods.months],
        "countings": [(way, _COUNTINGS[way]) for way in COUNTINGS],
        "words": _COUNTINGS[found.counting],
        "day_is_wrong": asked.day_is_wrong or not found.day_is_inside,
        "unsure": _unsure(found),
        "kept": urlencode({name: value for name, value in kept.items() if value}),
        "may_manage": viewer.may("manage_billing"),
    }
    template = "portal/rebill.html#found" if request.htmx else "portal/rebill.html"  # type: ignore[attr-defined]
    return show(request, viewer, template, facts)


def _kept(found: Rebill, asked: AskedRebill) -> dict[str, str]:
    is_default = not asked.period or not found.found
    return {
        "period": "" if is_default else asked.period,
        "counting": "" if found.counting == COUNTINGS[0] else found.counting,
        "date": found.day.isoformat() if found.counting == "date" else "",
    }


def _cycle_choice(cycle: CycleFrame, chosen: CycleFrame | Month) -> _Choice:
    language = get_language() or "en"
    words = f"{short_day(cycle.first_day, language)} – {day(cycle.last_day, language)}"
    if cycle.running:
        words = gettext("%(period)s, running") % {"period": words}
    return _Choice(cycle.first_day.isoformat(), words, cycle == chosen)


def _month_choice(one: Month, chosen: CycleFrame | Month) -> _Choice:
    words = month(one.first_day, get_language() or "en")
    return _Choice(f"{one.first_day:%Y-%m}", words, one == chosen)


def _unsure(found: Rebill) -> _Unsure:
    return _Unsure(
        without_price=sum(row.line.users > 0 and row.price is None for row in found.rows),
        in_other_currency=sum(_is_in_other_currency(found, row) for row in found.rows),
        without_share=sum(row.line.had_use_but_no_share for row in found.rows),
    )


def _is_in_other_currency(found: Rebill, row: RebillRow) -> bool:
    return row.line.users > 0 and row.price is not None and row.price.currency != found.currency
