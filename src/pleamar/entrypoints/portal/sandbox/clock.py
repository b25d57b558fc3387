"""The bar above every page of a sandbox: its clock, moved by a day or to the end of the cycle."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from pleamar.entrypoints.portal.portal_page import portal_page
from pleamar.entrypoints.portal.sandbox.sandbox_page import sandbox_page
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.due_dates import running_cycle_end
from pleamar.rules.refusals import Refused
from pleamar.wiring.advancing import advance_working
from pleamar.wiring.due_work import DueWork
from pleamar.wiring.letters import letter_writer
from pleamar.wording.advanced import Passed, told_passed
from pleamar.wording.invoice_paper import invoice_paper
from pleamar.wording.mail import letter
from pleamar.wording.refusals import refusal

# Later than this no date is reckoned with.
_LATEST_YEAR: Final = 2200
_LONGEST_SHOWN: Final = 25


@require_POST
@sandbox_page
@portal_page("see_use")
def sandbox_clock(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Time passes for the whole installation, a cycle at most, and what is due on the way is done before the answer."""
    try:
        until = _until(request.POST.get("to", ""), viewer)
        passed: list[DueWork] = []
        advance_working(
            until,
            cause=viewer.cause("sandbox clock"),
            write=letter_writer(letter, invoice_paper),
            tell=lambda _, done: passed.append(done),
            shown=_shown(request.POST.get("stands", "")),
        )
    except Refused as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, told_passed(Passed.of(passed), until, viewer.zone, get_language() or "en"))
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if is_ours and wanted.startswith("/") else "portal:usage")


def _shown(text: str) -> timedelta:
    """By how much the clock was moved when the page was shown. Refuses `clock_was_moved` for what says nothing."""
    try:
        return timedelta(microseconds=int(text[:_LONGEST_SHOWN]))
    except (ValueError, OverflowError):
        raise Refused("clock_was_moved") from None


def _until(to: str, viewer: Viewer) -> datetime:
    """Refuses `time_too_late`, and `partner_closed` where no cycle runs."""
    if to == "cycle":
        end = running_cycle_end(viewer.scope, viewer.partner_id, now=viewer.now)
        if end is None:
            raise Refused("partner_closed")
        until = end
    else:
        until = viewer.now.replace(microsecond=0) + timedelta(days=1)
    latest = datetime(_LATEST_YEAR, 1, 1, tzinfo=until.tzinfo)
    if until > latest:
        raise Refused("time_too_late", time=until.isoformat(), latest=latest.isoformat())
    return until
