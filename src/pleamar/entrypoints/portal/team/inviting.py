"""What the pages that invite have in common: sending an invitation, sending it again, and withdrawing it."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext

from pleamar.actions.invite_person import invite_person
from pleamar.actions.renew_invitation import renew_invitation
from pleamar.actions.withdraw_invitation import withdraw_invitation
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.team import find_invitation
from pleamar.rules.refusals import Refused
from pleamar.rules.roles import ADMINISTRATOR
from pleamar.wiring.jobs import QUEUE
from pleamar.wording.form_errors import tell
from pleamar.wording.refusals import refusal

_AT_EMAIL: Final = (
    *("email_invalid", "email_not_ascii", "address_not_invited", "administers_another", "administrator_in_team"),
    *("already_administrator", "already_in_team", "invitation_open", "invitation_open_elsewhere"),
    *("invitation_mails_to_address", "team_person_administers"),
)
_FIELDS: Final = {**dict.fromkeys(_AT_EMAIL, "email"), "role_unknown": "role"}


def invited(request: HttpRequest, viewer: Viewer, form: Form, *, account_id: int | None = None) -> bool:
    """Whether the invitation went out; else the form says why not."""
    told = form.cleaned_data
    try:
        invitation = invite_person(
            *(viewer.partner_id, told["email"], told.get("role", ADMINISTRATOR)),
            sees_prices=told.get("sees_prices", False),
            account_id=account_id,
            by=_by(viewer),
            inviter=request.user.pk,
            site=_site(request),
            cause=viewer.cause("portal"),
            now=viewer.now,
            jobs=QUEUE,
        )
    except Refused as refused:
        tell(form, refused, _FIELDS)
        return False
    messages.success(request, gettext("The invitation is on its way to %(email)s.") % {"email": invitation.email})
    return True


def answered(request: HttpRequest, viewer: Viewer, *, account_id: int | None = None) -> None:
    """Send one again or withdraw it, as the form's `act` says; one that is over by now is named so."""
    act, cause = request.POST.get("act", ""), viewer.cause("portal")
    try:
        wanted = request.POST.get("invitation", "")
        found = find_invitation(viewer.scope, viewer.partner_id, wanted, now=viewer.now, account_id=account_id)
        if act == "renew":
            renew_invitation(
                *(viewer.partner_id, found.id),
                cause=cause, now=viewer.now, inviter=request.user.pk, site=_site(request), jobs=QUEUE,
            )  # fmt: skip
            said = gettext("The invitation is on its way to %(email)s again, and good for a week.")
        elif act == "withdraw":
            withdraw_invitation(viewer.partner_id, found.id, cause=cause, now=viewer.now)
            said = gettext("The invitation of %(email)s is withdrawn. Its link opens nothing any more.")
        else:
            return
    except Refused as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, said % {"email": found.email})


def _by(viewer: Viewer) -> str:
    """Who invites, as the mail and the page tell."""
    person = viewer.person
    return f"{person.name} ({person.email})" if person.name else person.email


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
