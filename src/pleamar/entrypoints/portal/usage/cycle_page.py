"""The page of a cycle: the one that runs, and those that are over."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.calculator.tier_rows import tier_rows
from pleamar.entrypoints.portal.payment.past_due import past_due
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.usage.chart import chart, tier_lines
from pleamar.entrypoints.portal.usage.customer_rows import customer_table
from pleamar.entrypoints.portal.usage.cycle_address import named_cycle
from pleamar.entrypoints.portal.usage.headline import headline
from pleamar.entrypoints.portal.usage.what_if import what_if
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.cycle_frames import CycleFrame, running_cycle
from pleamar.queries.cycle_use import CycleUse, cycle_use, running_trials
from pleamar.queries.forecast import PeakForecast, peak_forecast
from pleamar.queries.past_cycles import past_cycles
from pleamar.rules.refusals import Refused
from pleamar.rules.trials import days_until
from pleamar.wording.paging import page_number, paged

_NEWEST: Final = 6
_TRIALS: Final = 10


@require_safe
@portal_page("see_use")
def usage(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The running cycle; of a closed partner its last one."""
    try:
        frame = running_cycle(viewer.scope, viewer.partner_id, now=viewer.now)
    except Refused as refused:
        raise Http404 from refused
    told = None
    if frame.state == "running":
        told = peak_forecast(viewer.scope, viewer.partner, now=viewer.now)
    return _cycle(request, viewer, frame, told)


@require_safe
@portal_page("see_use")
def past_cycle(request: HttpRequest, viewer: Viewer, start: date) -> HttpResponse:
    """A cycle that is over, frozen as it was; the running one has its own address."""
    frame = named_cycle(viewer, start)
    return redirect("portal:usage") if frame.state == "running" else _cycle(request, viewer, frame, None)


@require_safe
@portal_page("see_use")
def cycles(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """All cycles that are over."""
    total = past_cycles(viewer.scope, viewer.partner_id, now=viewer.now, most=0).total
    page = paged(page_number(request.GET.get("page", "")), total, kept={})
    found = past_cycles(
        viewer.scope, viewer.partner_id, now=viewer.now, first=max(page.first - 1, 0), most=page.last - page.first + 1
    )
    return show(request, viewer, "portal/usage_cycles.html", {"past": found.rows, "page": page})


def _cycle(request: HttpRequest, viewer: Viewer, frame: CycleFrame, told: PeakForecast | None) -> HttpResponse:
    use = cycle_use(viewer.scope, frame)
    facts = {
        "frame_of": frame,
        "use": use,
        "zone": frame.timezone,
        "start": frame.start_day,
        "is_running": frame.state == "running",
        "has_prices": viewer.sees_prices and use.net is not None,
    }
    if request.htmx:  # type: ignore[attr-defined]  # its middleware adds it
        return _part(request, viewer, use, facts)
    return show(request, viewer, "portal/usage.html", {**facts, **_whole(request, viewer, use, told)})


def _part(request: HttpRequest, viewer: Viewer, use: CycleUse, facts: dict[str, Any]) -> HttpResponse:
    """The answer to what was typed into one of the page's two fields."""
    if request.htmx.target == "what-if" and viewer.sees_prices:  # type: ignore[attr-defined]
        facts["what_if"] = what_if(use, request.GET.get("add"))
        return show(request, viewer, "portal/usage.html#whatif", facts)
    facts["table"] = customer_table(use, request.GET, sees_prices=viewer.sees_prices)
    return show(request, viewer, "portal/usage.html#rows", facts)


def _whole(request: HttpRequest, viewer: Viewer, use: CycleUse, told: PeakForecast | None) -> dict[str, Any]:
    scope, sees_prices, frame = viewer.scope, viewer.sees_prices, use.frame
    drawn = chart(scope, use, told, now=viewer.now, sees_prices=sees_prices)
    facts: dict[str, Any] = {
        "headline": headline(use, told, sees_prices=sees_prices),
        "forecast": told.forecast if told else None,
        "chart": drawn,
        "tier_lines": tier_lines(drawn, use),
        "table": customer_table(use, request.GET, sees_prices=sees_prices),
        "days_left": days_until(frame.ends_at, now=viewer.now, timezone=frame.timezone) if told else 0,
        "gap": frame.peak - frame.closing,
    }
    if sees_prices and use.version is not None:
        facts["tiers"] = tier_rows(use.version, frame.peak)
        facts["what_if"] = what_if(use, request.GET.get("add"))
    if sees_prices and (told or frame.last):
        facts["past_due"] = past_due(viewer)
    if told:
        trials = running_trials(scope, viewer.partner_id, now=viewer.now)
        found = past_cycles(scope, viewer.partner_id, now=viewer.now, most=_NEWEST)
        facts |= {
            "trials": trials[:_TRIALS],
            "more_trials": len(trials[_TRIALS:]),
            "past": found.rows,
            "past_total": found.total,
        }
    return facts
