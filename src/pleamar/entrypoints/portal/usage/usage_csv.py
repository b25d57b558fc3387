"""A cycle's use by customer as a file, and the people it counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.portal_page import portal_page
from pleamar.entrypoints.portal.usage.cycle_address import named_cycle
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.entrypoints.sign_in.frame import Frame
from pleamar.queries.account_counts import account_counts
from pleamar.queries.counted_members import counted_members
from pleamar.queries.cycle_frames import CycleFrame, running_cycle
from pleamar.queries.cycle_use import CycleUse, cycle_use
from pleamar.queries.resale_references import resale_references
from pleamar.rules.refusals import Refused
from pleamar.wording.csv_out import csv_response
from pleamar.wording.means import actor_told, how, reference_told

_USE: Final = [
    *("cycle_start", "cycle_end", "customer", "customer_id", "reference"),
    *("users_now_or_at_end", "users_at_peak", "own_peak"),
]
_MONEY: Final = ["share", "currency"]
_PEOPLE: Final = [
    *("cycle_start", "peak_at", "customer", "customer_id", "user", "user_id", "counted_since"),
    *("by", "means", "reference", "reason", "active_since", "made_active_by"),
]
_AT_ONCE: Final = 2_000


@require_safe
@portal_page("see_use")
def usage_csv(request: HttpRequest, viewer: Viewer, start: date | None = None) -> FileResponse:
    """The running cycle's use, or that of the one that started on the day."""
    del request
    frame = _frame(viewer, start)
    use = cycle_use(viewer.scope, frame)
    header = [*_USE, *_MONEY] if viewer.sees_prices else _USE
    return csv_response(f"usage-{frame.start_day}.csv", header, _rows(viewer, use))


@require_safe
@portal_page("see_use")
def people_csv(request: HttpRequest, viewer: Viewer, start: date) -> FileResponse:
    """Everybody whom the cycle's peak counted, and what made them count."""
    del request
    frame = named_cycle(viewer, start)
    return csv_response(f"users-counted-{frame.start_day}.csv", _PEOPLE, _people(viewer, frame, Frame().brand.name))


def _frame(viewer: Viewer, start: date | None) -> CycleFrame:
    if start is not None:
        return named_cycle(viewer, start)
    try:
        return running_cycle(viewer.scope, viewer.partner_id, now=viewer.now)
    except Refused as refused:
        raise Http404 from refused


def _rows(viewer: Viewer, use: CycleUse) -> Iterator[list[object]]:
    frame = use.frame
    references = resale_references(viewer.scope, frame.partner_id)
    at_end = {row.account_id: row.seats for row in use.accounts}
    if frame.counts is None:
        counts = account_counts(viewer.scope, frame.partner_id, frame.starts_at, frame.ends_at)
        at_end = {number: use_then.on_date for number, use_then in counts.uses.items()}
    for row in use.accounts:
        cells: list[object] = [
            *(frame.starts_at, frame.ends_at, row.account, row.public_id, references.get(row.account_id, "")),
            *(at_end.get(row.account_id, 0), row.at_peak, row.own_peak),
        ]
        if viewer.sees_prices:
            cells += [row.share, row.share.currency if row.share else ""]
        yield cells


def _people(viewer: Viewer, frame: CycleFrame, vendor: str) -> Iterator[list[object]]:
    accounts = cycle_use(viewer.scope, frame).accounts
    after: str | None = ""
    while after is not None:
        page = counted_members(
            *(viewer.scope, frame.partner_id, frame.peak_at, accounts),
            after=after,
            most=_AT_ONCE,
        )
        for one in page.rows:
            by = one.counted_by
            yield [
                *(frame.starts_at, frame.peak_at, one.account, one.account_public_id, one.email, one.public_id),
                *(one.since, actor_told(by.actor, vendor=vendor), how(by.means, by.reference)),
                *(reference_told(by.reference), by.reason),
                *(one.activated_by.at, actor_told(one.activated_by.actor, vendor=vendor)),
            ]
        after = page.after
