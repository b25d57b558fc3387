"""The page on which everybody sees and changes how they sign in."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pleamar.actions.note_sign_in_act import note_sign_in_act
from pleamar.entrypoints.sign_in.guard import sign_in_first
from pleamar.entrypoints.sign_in.sessions import end_other_sessions, end_session, sessions_of
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.viewers import administrator, team_person
from pleamar.wiring.clock import clock


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def security(request: HttpRequest) -> HttpResponse:
    """Password, second factor, passkeys, recovery codes, sessions; a session is ended here."""
    if elsewhere := sign_in_first(request):
        return elsewhere
    if request.method == "POST":
        with transaction.atomic():  # sessions do not end without a line that says by whom
            _end(request)
        return redirect("security")
    facts = {"sessions": sessions_of(request), "zone": _zone(request), **_factors(request)}
    return render(request, "sign_in/security.html", facts)


def _end(request: HttpRequest) -> None:
    if request.POST.get("act") == "end_others":
        count = end_other_sessions(request)
        told = ngettext("%(count)s other session was ended.", "%(count)s other sessions were ended.", count)
        messages.success(request, told % {"count": count})
        _note(request, count)
    elif end_session(request, request.POST.get("session", "")):
        _note(request, 1)
        messages.success(request, gettext("The session was ended. Whoever used it must sign in again."))
    else:
        messages.info(request, gettext("That session has ended already."))


def _note(request: HttpRequest, ended: int) -> None:
    if ended:
        note_sign_in_act(int(request.user.pk or 0), "sessions_ended", now=clock()(), sessions=ended)


def _factors(request: HttpRequest) -> dict[str, object]:
    """What they have set up, in one read."""
    found = list(Authenticator.objects.filter(user_id=request.user.pk).order_by("created_at", "pk"))
    kinds = {one.type: one for one in found}
    codes = kinds.get(Authenticator.Type.RECOVERY_CODES)
    return {
        "app": kinds.get(Authenticator.Type.TOTP),
        "passkeys": [one for one in found if one.type == Authenticator.Type.WEBAUTHN],
        "has_factor": any(one.type != Authenticator.Type.RECOVERY_CODES for one in found),
        "codes_left": None if codes is None else len(RecoveryCodes(codes).get_unused_codes()),
    }


def _zone(request: HttpRequest) -> str:
    """In which moments are told: their partner's."""
    number = int(request.user.pk or 0)
    person = team_person(EVERYTHING, number) or administrator(EVERYTHING, number)
    return person.timezone if person else "UTC"
