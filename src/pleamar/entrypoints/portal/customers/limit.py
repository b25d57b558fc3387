"""The page on which a customer's limit is set, and on which it is seen who has to go for a lower one (rule M21)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from pleamar.actions.do_as_shown import do_as_shown
from pleamar.actions.set_member_limit import MemberLimit, set_member_limit
from pleamar.entrypoints.portal.customers.limit_form import LimitForm
from pleamar.entrypoints.portal.customers.named_customer import named_customer
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.account_effects import MoneyEffects, members_effects
from pleamar.queries.customer import Customer
from pleamar.rules.refusals import Refused
from pleamar.rules.shown import shown_name
from pleamar.wiring.clock import clock
from pleamar.wording.form_errors import tell
from pleamar.wording.money import count

_FIELDS: Final = {"limit_out_of_range": "limit"}
_MOST_SHOWN: Final = 50


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("manage_customers")
def customer_limit(request: HttpRequest, viewer: Viewer, customer: str) -> HttpResponse:
    """A form; for a limit below the present count, first who would become inactive, and what that does to the bill."""
    found = named_customer(viewer, customer)
    form = LimitForm(request.POST if request.method == "POST" else None, initial={"limit": found.own_limit})
    facts: dict[str, Any] = {"customer": found, "form": form}
    if request.method != "POST":
        return show(request, viewer, "portal/customer_limit.html", facts)
    if form.is_valid():
        if (done := _set(viewer, found, form)) is not None:
            if done.before == done.after and not done.leaving:
                messages.info(request, _told_as_before(found, done))
            else:
                messages.success(request, _told(found, done))
            return redirect("portal:customer", found.row.public_id)
        facts |= _leaving(viewer, found, form)
    return show(request, viewer, "portal/customer_limit.html", facts, status=422)


@dataclass(frozen=True, slots=True)
class _Effects:
    """Whom a limit would make inactive, and what that does to the bill."""

    would: MemberLimit
    money: MoneyEffects

    @property
    def shown(self) -> str:
        """The same as long as the limit, each of those who go and every figure are the same."""
        return shown_name([self.would.after, self.would.leaving, self.money.shown])


def _effects(viewer: Viewer, customer: Customer, limit: int | None) -> _Effects:
    """Worked out, and nothing kept. Refuses as `set_member_limit` does."""
    cause = viewer.cause("portal")
    whose = (viewer.partner_id, customer.row.id)
    would = set_member_limit(*whose, limit, cause=cause, clock=clock(), preview=True)
    moves = {customer.row.id: -len(would.leaving)}
    return _Effects(would, members_effects(viewer.scope, viewer.partner_id, moves, now=clock()()))


def _set(viewer: Viewer, customer: Customer, form: LimitForm) -> MemberLimit | None:
    """What it did; None: nothing, for it is to be seen first, or it is refused and the form says why.

    Whoever has to go for it goes where it was ticked that these do, as they were shown.
    """
    told = form.cleaned_data
    limited = partial(
        set_member_limit,
        *(viewer.partner_id, customer.row.id, told["limit"]),
        cause=viewer.cause("portal"),
        clock=clock(),
    )
    try:
        if told["deactivate"] and told["shown"]:
            return do_as_shown(
                viewer.partner_id,
                told["shown"],
                look=lambda: _effects(viewer, customer, told["limit"]),
                do=lambda _: limited(deactivate=True),
            )[1]
        return limited()
    except Refused as refused:
        if refused.code != "limit_below_count":
            tell(form, refused, _FIELDS)
        return None


def _leaving(viewer: Viewer, customer: Customer, form: LimitForm) -> dict[str, Any]:
    try:
        told = _effects(viewer, customer, form.cleaned_data.get("limit"))
    except Refused:
        return {}
    leaving = told.would.leaving
    return {
        "would": told.would,
        "leaving": leaving[:_MOST_SHOWN],
        "others": max(len(leaving) - _MOST_SHOWN, 0),
        "money": told.money,
        "shown": told.shown,
    }


def _told_as_before(customer: Customer, done: MemberLimit) -> str:
    if done.after is None:
        return gettext("Nothing was changed: %(customer)s had no limit of your own.") % {"customer": customer.row.name}
    facts = {"customer": customer.row.name, "limit": count(done.after, get_language() or "en")}
    return gettext("Nothing was changed: %(limit)s is the limit of %(customer)s already.") % facts


def _told(customer: Customer, done: MemberLimit) -> str:
    if done.after is None:
        return gettext("%(customer)s has no limit any more.") % {"customer": customer.row.name}
    facts = {"customer": customer.row.name, "limit": count(done.after, get_language() or "en")}
    return gettext("At most %(limit)s users of %(customer)s may be active.") % facts
