"""A change of a customer's deny list: worked out, shown where somebody becomes inactive by it, and done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext, ngettext

from pleamar.actions.bring_deny_entries import bring_deny_entries
from pleamar.actions.change_deny_list import DenyListChange, How, change_deny_list
from pleamar.actions.change_deny_list_by_file import change_deny_list_by_file
from pleamar.actions.do_as_shown import do_as_shown
from pleamar.entrypoints.portal.portal_page import show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.account_effects import MoneyEffects, members_effects
from pleamar.queries.customers import CustomerRow
from pleamar.queries.deny_files import find_deny_file
from pleamar.rules.deny_list import Denied, checked_pattern
from pleamar.rules.refusals import Refused
from pleamar.rules.shown import shown_name
from pleamar.wiring.clock import clock
from pleamar.wording.money import count
from pleamar.wording.refusals import refusal

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class _Effects:
    """What a change would do, or did, to the list and to the bill."""

    how: How
    change: DenyListChange
    money: MoneyEffects

    @property
    def shown(self) -> str:
        """The same as long as what somebody sees before their yes is the same: each entry, each user, each figure."""
        return shown_name([self.how, self.change.shown, self.money.shown])

    @property
    def takes_away(self) -> bool:
        """Whether it makes anybody inactive, or takes anything off the list."""
        return bool(self.change.deactivated or self.change.removed)


def _effects(viewer: Viewer, whose: CustomerRow, how: How, entries: list[Denied], reason: str) -> _Effects:
    """Worked out, and nothing kept."""
    would = _change(viewer, whose, how, entries, reason=reason, preview=True)
    moves = {whose.id: -len(would.deactivated)}
    return _Effects(how, would, members_effects(viewer.scope, viewer.partner_id, moves, now=clock()()))


def _change(
    viewer: Viewer, whose: CustomerRow, how: How, entries: list[Denied], *, reason: str = "", preview: bool = False
) -> DenyListChange:
    cause = viewer.cause("portal", reason=reason)
    return change_deny_list(viewer.partner_id, whose.id, how, entries, cause=cause, clock=clock(), preview=preview)


def look(
    request: HttpRequest, viewer: Viewer, whose: CustomerRow, how: How, entries: list[Denied], reason: str
) -> HttpResponse:
    """What it would do; if that takes nothing away from anybody, it is done."""
    told = _effects(viewer, whose, how, entries, reason)
    if not told.takes_away:
        try:
            _, done = do_as_shown(
                viewer.partner_id,
                told.shown,
                look=lambda: _effects(viewer, whose, how, entries, reason),
                do=lambda _: _change(viewer, whose, how, entries, reason=reason),
            )
            return _done(request, whose, done)
        except Refused as refused:
            if refused.code != "changed_since_shown":
                raise
        told = _effects(viewer, whose, how, entries, reason)
    cause = viewer.cause("portal", reason=reason)
    file = bring_deny_entries(viewer.partner_id, whose.id, how, entries, cause=cause, now=viewer.now)
    return _page(request, viewer, whose, told, file.public_id)


def change(request: HttpRequest, viewer: Viewer, whose: CustomerRow) -> HttpResponse:
    """Done as it was shown; shown anew where it is not the same any more."""
    try:
        file = find_deny_file(viewer.scope, whose.id, request.POST.get("file", ""))
    except Refused as refused:
        return _refused(request, whose, refused)
    try:
        _, done = do_as_shown(
            viewer.partner_id,
            request.POST.get("shown", ""),
            look=lambda: _effects(viewer, whose, file.how, file.entries, file.reason),
            do=lambda _: change_deny_list_by_file(
                *(viewer.partner_id, whose.id, file.public_id), cause=viewer.cause("portal"), clock=clock()
            ),
        )
        return _done(request, whose, done)
    except Refused as refused:
        if refused.code == "changed_since_shown":
            told = _effects(viewer, whose, file.how, file.entries, file.reason)
            return _page(request, viewer, whose, told, file.public_id, is_stale=True)
        return _refused(request, whose, refused)


def _refused(request: HttpRequest, whose: CustomerRow, refused: Refused) -> HttpResponse:
    tell = messages.info if refused.code == "deny_file_done" else messages.error
    tell(request, refusal(refused))
    return redirect("portal:deny_list", whose.public_id)


def _page(
    request: HttpRequest, viewer: Viewer, whose: CustomerRow, told: _Effects, file: str, *, is_stale: bool = False
) -> HttpResponse:
    facts: dict[str, Any] = {
        "customer": whose,
        "how": told.how,
        "told": told.change,
        "money": told.money,
        "added": told.change.added[:_SHOWN],
        "removed": told.change.removed[:_SHOWN],
        "deactivated": told.change.deactivated[:_SHOWN],
        "file": file,
        "shown": told.shown,
        "is_stale": is_stale,
    }
    return show(request, viewer, "portal/deny_list_change.html", facts, status=409 if is_stale else 200)


def _done(
    request: HttpRequest, whose: CustomerRow, change: DenyListChange, *, taking_off: bool = False
) -> HttpResponse:
    if not change.added and not change.removed:
        words = gettext("Nothing changed: all of that stood on the list already.")
        if taking_off:
            words = gettext("Nothing changed: none of that stood on the list any more.")
        messages.info(request, words)
        return redirect("portal:deny_list", whose.public_id)
    told = []
    for number, words in (
        (len(change.added), ngettext("%(count)s entry added.", "%(count)s entries added.", len(change.added))),
        (len(change.removed), ngettext("%(count)s entry removed.", "%(count)s entries removed.", len(change.removed))),
        (
            len(change.deactivated),
            ngettext("%(count)s user became inactive.", "%(count)s users became inactive.", len(change.deactivated)),
        ),
    ):
        if number:
            told.append(words % {"count": count(number, get_language() or "en")})
    messages.success(request, " ".join(told))
    return redirect("portal:deny_list", whose.public_id)


def _entry(text: str) -> list[Denied]:
    """Nothing for what cannot stand on a list."""
    try:
        return [Denied(checked_pattern(text))]
    except Refused:
        return []


def take_off(request: HttpRequest, viewer: Viewer, whose: CustomerRow) -> HttpResponse:
    """Taking off makes nobody active, so it costs nothing and is done at once."""
    patterns = request.POST.getlist("pattern")
    entries = [entry for pattern in patterns for entry in _entry(pattern)]
    if not entries:
        messages.error(request, gettext("Nothing was ticked. Tick the entries to take off the list."))
        return redirect("portal:deny_list", whose.public_id)
    return _done(request, whose, _change(viewer, whose, "remove", entries), taking_off=True)
