"""The page on which trials go live: one preview of them all, now and at the next cycle, and a typed confirmation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_http_methods

from pleamar.actions.activate_trials import Activation, activate_trials
from pleamar.entrypoints.portal.customers.activation_form import ActivationForm, changes, sealed, unsealed
from pleamar.entrypoints.portal.customers.named_customer import named_customers
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.activation import activation_preview
from pleamar.queries.customers import CustomerRow
from pleamar.rules.cycles import local_date
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from pleamar.rules.trials import ActivationPreview, When
from pleamar.wiring.clock import clock
from pleamar.wording.dates import long_day
from pleamar.wording.form_errors import tell
from pleamar.wording.money import count, money
from pleamar.wording.refusals import refusal

_WHEN: Final[tuple[When, ...]] = ("now", "next_cycle")
_FIELDS: Final = {"activation_name_differs": "typed", "activation_seats_differ": "typed"}


class _Change(NamedTuple):
    """A figure that is another by now."""

    words: object
    was: str


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("activate", fresh=True)
def activate(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The customers that the address names, seen together and activated together (rule M20)."""
    rows = named_customers(viewer, request.GET.getlist("customer"))
    if not rows:
        messages.info(request, gettext("Tick the trials that are to go live, and then activate them together."))
        return redirect("portal:customers")
    try:
        previews = {when: _preview(viewer, rows, when) for when in _WHEN}
    except Refused as refused:
        messages.error(request, refusal(refused))
        return _back(rows)
    if not previews["now"].accounts:
        messages.info(request, _live_already(previews["now"]))
        return _back(rows)
    form = ActivationForm(request.POST if request.method == "POST" else None)
    changed: list[_Change] = []
    if request.method == "POST" and form.is_valid():
        when: When = "now" if form.cleaned_data["when"] == "now" else "next_cycle"
        before = unsealed(form.cleaned_data["shown"]).get(when, {})
        try:
            done = _activated(viewer, rows, when, form, str(before.get("name", "")))
        except Refused as refused:
            tell(form, refused, _FIELDS)
            previews = {when: _preview(viewer, rows, when) for when in _WHEN}
            changed = _changed(before, previews[when], viewer)
        else:
            messages.success(request, _told(done, viewer))
            return _back(rows)
    facts: dict[str, Any] = {
        "rows": rows,
        "form": form,
        "now": previews["now"],
        "next": previews["next_cycle"],
        "options": [previews[when] for when in _WHEN if previews[when].accounts],
        "chosen": form.data.get("when", "") if form.is_bound else "",
        "shown": sealed(previews),
        "changed": changed,
        "blocked": [account.name for account in previews["now"].accounts if account.suspended],
    }
    return show(request, viewer, "portal/activate.html", facts, status=422 if form.errors else 200)


def _preview(viewer: Viewer, rows: Sequence[CustomerRow], when: When) -> ActivationPreview:
    numbers = [row.id for row in rows]
    return activation_preview(viewer.scope, viewer.partner_id, numbers, when=when, now=viewer.now)


def _activated(viewer: Viewer, rows: Sequence[CustomerRow], when: When, form: ActivationForm, name: str) -> Activation:
    return activate_trials(
        *(viewer.partner_id, [row.id for row in rows]),
        when=when,
        preview=name,
        typed=form.cleaned_data["typed"],
        cause=viewer.cause("portal", reason=form.cleaned_data["reason"].strip()),
        clock=clock(),
    )


def _back(rows: Sequence[CustomerRow]) -> HttpResponse:
    """To the customer where it is one, to all of them where there are several."""
    return redirect("portal:customer", rows[0].public_id) if len(rows) == 1 else redirect("portal:customers")


def _live_already(preview: ActivationPreview) -> str:
    names = ", ".join(preview.already_live)
    words = ngettext(
        "%(customers)s is live already, so nothing was changed.",
        "%(customers)s are live already, so nothing was changed.",
        len(preview.already_live),
    )
    return words % {"customers": names}


def _told(done: Activation, viewer: Viewer) -> str:
    """What was done, with the date and the amount (rule M12)."""
    shown, language = done.shown, get_language() or "en"
    if not shown.accounts:
        return gettext("They are to go live with the next cycle already, so nothing was changed.")
    facts = {
        "customers": ", ".join(account.name for account in shown.accounts),
        "users": count(shown.seats_added, language),
        "amount": money(shown.after.amount, language),
        # It starts on the day on which the running one ends, by that one's zone; its own decides its end (rule M8).
        "start": long_day(local_date(shown.cycle.starts_at, viewer.cycle_zone), language),
        "end": long_day(local_date(shown.cycle.ends_at, shown.cycle.timezone), language),
    }
    if done.due_at is None:
        words = ngettext(
            "Live: %(customers)s, with %(users)s more billed user. This cycle now comes to %(amount)s, billed on"
            " %(end)s.",
            "Live: %(customers)s, with %(users)s more billed users. This cycle now comes to %(amount)s, billed on"
            " %(end)s.",
            shown.seats_added,
        )
    else:
        words = gettext(
            "Going live on %(start)s: %(customers)s. That cycle then begins at %(amount)s and is billed on %(end)s."
        )
    return words % facts


def _changed(before: dict[str, Any], preview: ActivationPreview, viewer: Viewer) -> list[_Change]:
    language = get_language() or "en"

    def written(kind: str, value: Any) -> str:
        if kind == "amount":
            return money(Money(*value), language)
        if kind == "cycle":
            return long_day(local_date(datetime.fromisoformat(value), viewer.cycle_zone), language)
        return count(value, language)

    return [_Change(words, written(kind, value)) for words, kind, value in changes(before, preview)]
