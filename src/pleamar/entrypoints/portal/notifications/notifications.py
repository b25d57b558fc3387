"""The page on which a partner says who is told what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods

from pleamar.actions.add_recipient import add_recipient
from pleamar.actions.remove_alert import remove_alert
from pleamar.actions.remove_recipient import remove_recipient
from pleamar.actions.set_alert import set_alert
from pleamar.entrypoints.portal.notifications.alert_form import AlertForm
from pleamar.entrypoints.portal.notifications.recipient_form import RecipientForm
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.entrypoints.sign_in.guard import fresh_sign_in_first
from pleamar.queries.alert_reached import reached_untold
from pleamar.queries.alerts import alerts, running_currency
from pleamar.queries.recipients import own_address, recipients
from pleamar.queries.settings import current_settings
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from pleamar.wording.form_errors import tell
from pleamar.wording.money import count, money
from pleamar.wording.refusals import refusal

_FIELDS: Final = {
    "email_invalid": "email",
    "name_invalid": "name",
    "too_many_recipients": "email",
    "recipient_there": "email",
    "alert_threshold_out_of_range": "threshold",
}


@require_http_methods(["GET", "HEAD", "POST"])
@portal_page("manage_billing")
def notifications(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Recipients and alerts; what is sent names its `act`."""
    currency = running_currency(viewer.scope, viewer.partner_id, now=viewer.now)
    recipient_form, alert_form = RecipientForm(), AlertForm(currency=currency)
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "add_recipient":
            if elsewhere := fresh_sign_in_first(request):  # whoever is told of bills reads amounts
                return elsewhere
            recipient_form = RecipientForm(request.POST)
            if recipient_form.is_valid() and _added_recipient(request, viewer, recipient_form):
                return redirect("portal:notifications")
        elif act == "set_alert":
            alert_form = AlertForm(request.POST, currency=currency)
            if alert_form.is_valid() and _set_alert(request, viewer, alert_form, currency):
                return redirect("portal:notifications")
        else:
            _removed(request, viewer, act)
            return redirect("portal:notifications")
    facts = {
        "recipients": recipients(viewer.scope, viewer.partner_id),
        "own": own_address(viewer.scope, viewer.partner_id),
        "settings": current_settings(),
        "alerts": alerts(viewer.scope, viewer.partner, now=viewer.now),
        "recipient_form": recipient_form,
        "alert_form": alert_form,
        "currency": currency,
    }
    is_refused = recipient_form.errors or alert_form.errors
    return show(request, viewer, "portal/notifications.html", facts, status=422 if is_refused else 200)


def _added_recipient(request: HttpRequest, viewer: Viewer, form: Form) -> bool:
    told, cause = form.cleaned_data, viewer.cause("portal")
    before = _told_until_now(viewer)
    try:
        recipient = add_recipient(
            *(viewer.partner_id, told["email"]),
            name=told["name"],
            language=told["language"],
            new_only=True,
            cause=cause,
            now=viewer.now,
        )
    except Refused as refused:
        tell(form, refused, _FIELDS)
        return False
    facts = {"email": recipient.email, "before": before}
    messages.success(request, gettext("%(email)s gets the mails about billing.") % facts)
    if before not in ("", recipient.email):
        words = gettext("%(before)s, your company's own address, gets them no longer. Add it as well if it should.")
        messages.warning(request, words % facts)
    return True


def _told_until_now(viewer: Viewer) -> str:
    """The company's own address, where nobody is named; else nothing."""
    named = recipients(viewer.scope, viewer.partner_id)
    return "" if named else own_address(viewer.scope, viewer.partner_id).email


def _set_alert(request: HttpRequest, viewer: Viewer, form: Form, currency: str) -> bool:
    told, cause = form.cleaned_data, viewer.cause("portal")
    try:
        alert = set_alert(
            *(viewer.partner_id, told["kind"], told["threshold"]),
            currency=currency,
            cause=cause,
            now=viewer.now,
        )
    except Refused as refused:
        tell(form, refused, _FIELDS)
        return False
    messages.success(
        request,
        " ".join([gettext("The alert is set. You are told at most once a cycle."), *_reached(viewer, alert.pk)]),
    )
    return True


def _reached(viewer: Viewer, alert_id: int) -> Iterator[str]:
    """What is said of an alert that the running cycle has reached before it spoke."""
    value = reached_untold(viewer.scope, viewer.partner_id, alert_id, now=viewer.now)
    if value is None:
        return
    language = get_language() or "en"
    if isinstance(value, Money):
        words = gettext("This cycle comes to %(amount)s already.")
        yield words % {"amount": money(value, language)}
    else:
        yield gettext("The peak of this cycle is %(users)s already.") % {"users": count(value, language)}
    if own_address(viewer.scope, viewer.partner_id).email or recipients(viewer.scope, viewer.partner_id):
        yield gettext("The mail that says so comes in the next minutes.")
    else:
        yield gettext("Add somebody who gets the mails about billing, or nobody is told.")


def _removed(request: HttpRequest, viewer: Viewer, act: str) -> None:
    """What is gone already is gone, and that is said."""
    cause, email = viewer.cause("portal"), request.POST.get("email", "")
    try:
        if act == "remove_recipient":
            remove_recipient(viewer.partner_id, email, cause=cause, now=viewer.now)
            messages.success(request, gettext("%(email)s gets no more mails about billing.") % {"email": email})
        elif act == "remove_alert":
            wanted = request.POST.get("alert", "")
            row = next(
                (one for one in alerts(viewer.scope, viewer.partner, now=viewer.now) if one.public_id == wanted), None
            )
            if row is None:
                messages.info(request, gettext("It was removed already."))
                return
            currency = row.amount.currency if row.amount else None
            kind, threshold = row.kind, row.threshold
            remove_alert(viewer.partner_id, kind, threshold, currency=currency, cause=cause, now=viewer.now)
            messages.success(request, gettext("The alert is removed."))
    except Refused as refused:
        if refused.code == "recipient_unknown":
            messages.info(request, gettext("It was removed already."))
        else:
            messages.error(request, refusal(refused))
