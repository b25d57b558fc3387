"""The receipt of a cycle: how its peak came about, whose users it was, and why each of them counts (rule P1)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.customers.named_customer import named_customers
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.usage.cycle_address import named_cycle
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.entrypoints.sign_in.frame import Frame
from pleamar.queries.counted_members import CountedPage, CountedPerson, counted_members
from pleamar.queries.cycle_use import AccountUse, CycleUse, cycle_use
from pleamar.queries.peak_steps import PeakStep, PeakSteps, peak_steps
from pleamar.queries.why_counted import WhyCounted, why_counted
from pleamar.rules.refusals import Refused
from pleamar.wording.dates import instant
from pleamar.wording.paging import page_number, paged
from pleamar.wording.refusals import refusal
from pleamar.wording.why_counted import because
from pleamar.wording.why_counted import why_counted as sentence

_LONGEST_EMAIL: Final = 254
_STEPS: Final = 20
_SHARES: Final = 20


@require_safe
@portal_page("see_use")
def explain(request: HttpRequest, viewer: Viewer, start: date) -> HttpResponse:
    """The whole receipt; with `customer` that customer's part, with `user` the answer for somebody."""
    frame = named_cycle(viewer, start)
    use = cycle_use(viewer.scope, frame)
    customer = request.GET.get("customer", "")
    chosen = _chosen(viewer, use, customer) if customer else None
    people = counted_members(
        *(viewer.scope, frame.partner_id, frame.peak_at, [chosen] if chosen else use.accounts),
        after=request.GET.get("after", ""),
    )
    vendor = Frame().brand.name
    facts: dict[str, Any] = {
        "frame_of": frame,
        "use": use,
        "zone": frame.timezone,
        "start": frame.start_day,
        "is_running": frame.state == "running",
        "has_prices": viewer.sees_prices and use.net is not None,
        "customer": chosen,
        "people": [_person(one, frame.timezone, vendor) for one in people.rows],
        "people_next": _next_people(people, customer),
        "has_begun": bool(request.GET.get("after")),
        **_answers(request, viewer, use, vendor),
    }
    if chosen is None:
        facts |= _whole(request, viewer, use, vendor)
    return show(request, viewer, "portal/usage_explain.html", facts)


def _chosen(viewer: Viewer, use: CycleUse, public_id: str) -> AccountUse:
    """The customer's part, which may be nothing; 404 for whoever is not the viewer's."""
    row = named_customers(viewer, [public_id])[0]
    for one in use.accounts:
        if one.account_id == row.id:
            return one
    return AccountUse(
        *(row.id, row.name, row.public_id, row.state, row.blocked, row.billing_stopped),
        seats=0,
        at_peak=0,
        share=None,
        own_peak=0,
    )


def _whole(request: HttpRequest, viewer: Viewer, use: CycleUse, vendor: str) -> dict[str, Any]:
    before = _moment(request.GET.get("before", ""))
    steps = peak_steps(viewer.scope, use.frame, before=before, most=_STEPS)
    counted = [one for one in use.accounts if one.at_peak]
    counted.sort(key=lambda one: -one.at_peak)
    page = paged(page_number(request.GET.get("page", "")), len(counted), kept={}, rows=_SHARES)
    return {
        "steps": [_step(one, vendor) for one in steps.rows],
        "steps_next": _next_steps(steps),
        "steps_begun": before is not None,
        "peak_step": _step(steps.rows[0], vendor) if _ends_at_peak(steps, use) else None,
        "shares": counted[max(page.first - 1, 0) : page.last],
        "page": page,
    }


def _ends_at_peak(steps: PeakSteps, use: CycleUse) -> bool:
    return bool(steps.rows) and steps.rows[0].facts.at == use.frame.peak_at


def _answers(request: HttpRequest, viewer: Viewer, use: CycleUse, vendor: str) -> dict[str, Any]:
    """The answers for whoever was asked about; `asked` is what was typed."""
    typed = request.GET.get("user", "")[:_LONGEST_EMAIL]
    asked = "".join(letter for letter in typed if letter.isprintable()).strip()
    if not asked:
        return {"asked": ""}
    if not typed.strip().isprintable():  # what is not seen may say something else than what is
        return {"asked": asked, "wrong": refusal(Refused("email_invalid", email=typed.strip()))}
    try:
        found = why_counted(viewer.scope, viewer.partner_id, asked, use.frame.peak_at)
    except Refused as refused:
        return {"asked": asked, "wrong": refusal(refused)}
    return {"asked": asked, "answers": [_answer(one, use.frame.timezone, vendor) for one in found]}


def _answer(why: WhyCounted, timezone: str, vendor: str) -> dict[str, object]:
    return {"why": why, "words": sentence(why, timezone, vendor=vendor), "reason": why.by.reason if why.by else ""}


def _person(one: CountedPerson, timezone: str, vendor: str) -> dict[str, object]:
    is_same = one.counted_by == one.activated_by
    return {
        "of": one,
        "since": _told(one.since, timezone),
        "because": because(one.counted_by, vendor=vendor),
        "reason": _reason(one.counted_by.reason, one.counted_by.reference),
        "active_at": "" if is_same else _told(one.activated_by.at, timezone),
        "active_because": "" if is_same else because(one.activated_by, vendor=vendor),
    }


def _step(step: PeakStep, vendor: str) -> dict[str, object]:
    return {
        "of": step,
        "at": step.facts.at,
        "because": because(step.facts, vendor=vendor),
        "reason": _reason(step.facts.reason, step.facts.reference),
        "gained": max(0, step.delta),
        "lost": -step.delta if step.delta < 0 else 0,
    }


def _told(at: datetime, timezone: str) -> str:
    """A moment with its year, for people count for years; the page names the zone."""
    return instant(at, timezone, get_language() or "en").removesuffix(f" ({timezone})")


def _reason(reason: str, reference: str) -> str:
    """A file's name is often given as the reason too."""
    return "" if reason == reference else reason


def _next_people(people: CountedPage, customer: str) -> str:
    if people.after is None:
        return ""
    return (
        f"?{urlencode({'customer': customer, 'after': people.after} if customer else {'after': people.after})}#people"
    )


def _next_steps(steps: PeakSteps) -> str:
    return f"?{urlencode({'before': steps.before.isoformat()})}#steps" if steps.before else ""


def _moment(text: str) -> datetime | None:
    """The moment in an address; whatever is none is as if it were not there."""
    try:
        told = datetime.fromisoformat(text[:40])
        return told.astimezone(UTC) if told.tzinfo else None
    except (ValueError, OverflowError):
        return None
