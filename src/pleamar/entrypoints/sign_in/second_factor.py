"""Whose role asks for a second factor, and who has one."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator

from pleamar.queries.settings import current_settings


def needs_second_factor(user: Any, role: str) -> bool:
    """Whether somebody of this role must set up a second factor before anything else; asked anew for every page.

    So it holds at once when the vendor asks for more, and when the last second factor is removed in another window.
    """
    return role in current_settings().second_factor_roles and not has_second_factor(user)


def has_second_factor(user: Any) -> bool:
    """Whether they have an authenticator app or a passkey; recovery codes alone are none."""
    found = Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return bool(found.exists())
