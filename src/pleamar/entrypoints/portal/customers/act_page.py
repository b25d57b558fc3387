"""The page on which an act on a customer is seen with its money, and confirmed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from pleamar.entrypoints.portal.customers.act_words import act_words
from pleamar.entrypoints.portal.customers.acts import ActEffects, CustomerAct, act_effects, do_act, possible_acts
from pleamar.entrypoints.portal.customers.named_customer import named_customer
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.customer import Customer
from pleamar.rules.refusals import Refused
from pleamar.wording.form_errors import tell
from pleamar.wording.refusals import refusal

_LONGEST_REASON = 500
_MOST_SHOWN = 50


class ReasonForm(forms.Form):
    """Why; and by `shown`, what somebody was shown before they said yes."""

    reason = forms.CharField(
        label=gettext_lazy("Reason (optional)"),
        help_text=gettext_lazy("It is kept with the change."),
        required=False,
        max_length=_LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    shown = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, needs_reason: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if needs_reason:
            self.fields["reason"].required = True
            self.fields["reason"].label = gettext_lazy("Reason")


def _act_page(request: HttpRequest, viewer: Viewer, customer: str, act: CustomerAct) -> HttpResponse:
    found = named_customer(viewer, customer)
    if act not in possible_acts(found):
        words = gettext("Nothing was changed: %(customer)s is in that state already.")
        messages.info(request, words % {"customer": found.row.name})
        return redirect("portal:customer", customer)
    form = ReasonForm(request.POST if request.method == "POST" else None, needs_reason=act == "block")
    try:
        if request.method == "POST" and form.is_valid() and (done := _done(viewer, found, act, form)):
            messages.success(request, act_words(act, found, done, viewer).done)
            return redirect("portal:customer", customer)
        told = act_effects(viewer, found, act, viewer.cause("portal"))
    except Refused as refused:
        messages.error(request, refusal(refused))
        return redirect("portal:customer", customer)
    facts = _facts(viewer, found, act, told)
    return show(
        request, viewer, "portal/customer_act.html", {**facts, "form": form}, status=422 if form.errors else 200
    )


def _done(viewer: Viewer, customer: Customer, act: CustomerAct, form: ReasonForm) -> ActEffects | None:
    """What was done; None: nothing, and the form says why."""
    cause = viewer.cause("portal", reason=form.cleaned_data["reason"].strip())
    try:
        return do_act(viewer, customer, act, cause, shown=form.cleaned_data["shown"])
    except Refused as refused:
        tell(form, refused, {"reason_missing": "reason"})
        return None


def _facts(viewer: Viewer, customer: Customer, act: CustomerAct, told: ActEffects) -> dict[str, Any]:
    resumed = told.resumed
    left = []
    if resumed is not None:
        left = [
            (gettext("on the deny list"), [email for _, email in resumed.change.denied]),
            (gettext("over the limit"), [email for _, email in resumed.change.over_limit]),
            (gettext("made inactive meanwhile"), list(resumed.kept_out)),
            (gettext("deleted or moved meanwhile"), list(resumed.gone)),
        ]
    return {
        "customer": customer,
        "act": act,
        "words": act_words(act, customer, told, viewer),
        "money": told.money,
        "shown": told.shown,
        "left": [(why, emails[:_MOST_SHOWN], max(len(emails) - _MOST_SHOWN, 0)) for why, emails in left if emails],
    }


_methods = require_http_methods(["GET", "HEAD", "POST"])
# What takes away or leaves the bill as it is; and what adds to it, which asks who somebody is.
customer_act = _methods(portal_page("manage_customers")(_act_page))
costly_customer_act = _methods(portal_page("manage_customers", fresh=True)(_act_page))
