"""How lately somebody has shown that it is them."""

from __future__ import annotations

from typing import Any, Final

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from pleamar.wiring.clock import real_seconds

# allauth's name of coming by single sign-on: a provider may let in who showed there in the morning who they are.
_SINGLE_SIGN_ON: Final = "socialaccount"
_SHOWN_THERE: Final = "shown_to_provider_at"
_CLOCKS_APART: Final = 60


def is_fresh(request: HttpRequest) -> bool:
    """Whether they have signed in, or shown it again, within the last minutes (`ACCOUNT_REAUTHENTICATION_TIMEOUT`).

    Of single sign-on that moment counts at which the provider says that they showed it there; one that does not say
    when counts for nothing.
    """
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    shown = [record["at"] for record in records if record["method"] != _SINGLE_SIGN_ON]
    shown.append(request.session.get(_SHOWN_THERE, 0))
    return bool(real_seconds() - max(shown) < app_settings.REAUTHENTICATION_TIMEOUT)


def note_shown_to_provider(request: HttpRequest, social_login: Any) -> None:
    """Remember in the session when somebody who came by single sign-on showed there who they are (`auth_time`)."""
    token = social_login.account.extra_data.get("id_token")
    at, now = token.get("auth_time") if isinstance(token, dict) else None, real_seconds()
    if isinstance(at, int) and at <= now + _CLOCKS_APART:
        request.session[_SHOWN_THERE] = min(at, now)
