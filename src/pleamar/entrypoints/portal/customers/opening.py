"""The page on which one customer is opened."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from pleamar.actions.open_accounts import NewAccount, open_accounts
from pleamar.entrypoints.portal.customers.open_form import OpenForm
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.entrypoints.sign_in.guard import fresh_sign_in_first
from pleamar.queries.customers import closed_named, open_names
from pleamar.queries.partners import partner_row
from pleamar.queries.settings import current_settings
from pleamar.rules.cycles import local_date
from pleamar.rules.names import names_alike
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock
from pleamar.wording.dates import day
from pleamar.wording.form_errors import tell

_FIELDS: Final = {
    "account_exists": "name",
    "name_invalid": "name",
    "limit_out_of_range": "limit",
    "deny_pattern_invalid": "denied",
    "deny_pattern_too_wide": "denied",
    "deny_list_too_long": "denied",
}


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("manage_customers")
def customer_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A form; a trial costs nothing, and to open a customer live takes what an activation takes (rule M20)."""
    form = OpenForm(request.POST if request.method == "POST" else None, may_open_live=viewer.may("activate"))
    alike = _alike(viewer, form) if form.is_bound and form.is_valid() else ""
    if form.is_bound and form.is_valid() and not alike:
        if form.cleaned_data.get("begins") == "live" and (elsewhere := fresh_sign_in_first(request)):
            return elsewhere
        if (opened := _opened(request, viewer, form)) is not None:
            return redirect("portal:customer", opened)
    told = current_settings()
    facts = {
        "form": form,
        "alike": alike,
        "closed": _closed(viewer, form),
        "may_open_live": viewer.may("activate"),
        "trial_days": told.trial_days,
        "trial_limit": told.trial_member_limit,
        "cycle_end": partner_row(viewer.scope, viewer.partner_id, now=viewer.now).cycle_end,
    }
    return show(
        request, viewer, "portal/customer_new.html", facts, status=422 if form.errors else 409 if alike else 200
    )


def _alike(viewer: Viewer, form: OpenForm) -> str:
    """The customer with nearly the same name, which somebody may have meant; not once they say that it is another."""
    name = form.cleaned_data["name"]
    if form.data.get("alike") == name or name in (known := open_names(viewer.scope, viewer.partner_id)):
        return ""
    return names_alike(known, [name]).get(name, "")


def _closed(viewer: Viewer, form: OpenForm) -> str:
    """The public id of the closed customer that has the name, which may be what they look for."""
    if "name" not in form.errors or not (name := str(form.data.get("name", "")).strip()):
        return ""
    return closed_named(viewer.scope, viewer.partner_id, name)


def _opened(request: HttpRequest, viewer: Viewer, form: OpenForm) -> str | None:
    """The public id of the customer, None: it was refused."""
    told = form.cleaned_data
    state = "live" if told.get("begins") == "live" else "trial"
    new = NewAccount(told["name"], state, member_limit=told["limit"], denied=told["denied"])  # type: ignore[arg-type]
    try:
        (account,) = open_accounts(viewer.partner_id, [new], cause=viewer.cause("portal"), clock=clock())
    except Refused as refused:
        tell(form, refused, _FIELDS)
        return None
    facts = {"customer": account.name}
    if account.trial_ends_at is None:
        words = gettext("%(customer)s is open and live: from now on its active users are billed.")
    else:
        facts["date"] = day(local_date(account.trial_ends_at, viewer.zone), get_language() or "en")
        words = gettext("%(customer)s is open: a free trial until %(date)s. Bring its users next.")
    messages.success(request, words % facts)
    return account.public_id
