"""The page on which somebody accepts an invitation."""

from __future__ import annotations

from typing import Final

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from pleamar.actions.accept_invitation import accept_invitation
from pleamar.entrypoints.sign_in.error_pages import error_page
from pleamar.entrypoints.sign_in.invitation_form import InvitationForm
from pleamar.queries.invitations import FoundInvitation, find_own_invitation
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock
from pleamar.wiring.links import invitation_of
from pleamar.wording.form_errors import tell
from pleamar.wording.roles import role_words

_FIELDS: Final = {"name_invalid": "name", "name_is_a_link": "name", "password_unfit": "password"}


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites whom to what, and the form to accept it; afterwards they are signed in."""
    found = _found(token)
    if found is None:
        text = gettext("The link is not whole, or not ours. Open it from the mail again, or copy all of it.")
        return error_page(request, gettext("This is no invitation"), text, status=404)
    own = request.user.is_authenticated and request.user.get_username() == found.email
    if found.state == "accepted":
        return redirect("home") if own else _used(request)
    if found.state != "open":
        return _over(request, found)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and not request.user.is_authenticated and form.is_valid():
        answer = _accepted(request, found, form)
        if answer is not None:
            return answer
    facts = {"invitation": found, "role": role_words(found.role), "form": form}
    return render(request, "sign_in/invitation.html", facts, status=422 if form.errors else 200)


def _found(token: str) -> FoundInvitation | None:
    public_id = invitation_of(token)
    try:
        return find_own_invitation(EVERYTHING, public_id, now=clock()()) if public_id else None
    except Refused:
        return None


def _accepted(request: HttpRequest, found: FoundInvitation, form: InvitationForm) -> HttpResponse | None:
    """Where they go now; None: it was refused, and the form says why. Signing in takes all its steps."""
    told = form.cleaned_data
    try:
        accepted = accept_invitation(found.public_id, name=told["name"], password=told["password"], now=clock()())
    except Refused as refused:
        tell(form, refused, _FIELDS)
        return None
    if not accepted.joined:  # sent twice: whoever was second has shown nothing of who they are
        return _used(request)
    login = Login(user=accepted.user, email=found.email)
    answer: HttpResponse = perform_password_login(request, {"email": found.email}, login)
    return answer


def _used(request: HttpRequest) -> HttpResponse:
    messages.info(request, gettext("This invitation has been accepted. Sign in with the password you chose."))
    return redirect("account_login")


def _over(request: HttpRequest, found: FoundInvitation) -> HttpResponse:
    facts = {"partner": found.partner}
    told = {
        "expired": gettext("It was good for a week. Ask %(partner)s to send it again; the same link then works."),
        "withdrawn": gettext("%(partner)s has withdrawn it. If you think that is a mistake, ask for a new one."),
    }
    heading = {
        "expired": gettext("This invitation has run out"),
        "withdrawn": gettext("This invitation was withdrawn"),
    }.get(found.state, gettext("There is nothing to join any more"))
    text = told.get(found.state, gettext("What you were invited to is closed. %(partner)s can tell you more."))
    return error_page(request, heading, text % facts, status=410)
