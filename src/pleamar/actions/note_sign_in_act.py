"""Write into the audit trail what somebody changed of how they themselves sign in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from pleamar.actions.record_act import record_act
from pleamar.models import AccountAdministrator, TeamMember, User
from pleamar.rules.causes import Cause

# What changed, as allauth's notices call it → the act.
_ACTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "password_changed": "change password",
        "password_set": "reset password",
        "password_reset": "reset password",
        "totp_activated": "add authenticator app",
        "totp_deactivated": "remove authenticator app",
        "webauthn_added": "add passkey",
        "webauthn_removed": "remove passkey",
        "recovery_codes_generated": "make recovery codes",
        "sessions_ended": "end sessions",
    }
)


def note_sign_in_act(user_id: int, changed: str, *, now: datetime, **facts: int) -> None:
    """Who, what and when, and never a secret: `facts` are counts. What has no name here is not written.

    The act is their partner's, also that of an administrator of one of its accounts; of whoever belongs to none it is
    the installation's alone.
    """
    if changed not in _ACTS:
        return
    user = User.objects.get(pk=user_id)
    partner_id, told = _whose(user_id)
    cause = Cause(user.email, "sign-in")
    record_act(_ACTS[changed], user.public_id, cause=cause, at=now, partner_id=partner_id, **told, **facts)


def _whose(user_id: int) -> tuple[int | None, dict[str, str]]:
    """The partner, and the account of which they are an administrator."""
    partner_id = TeamMember.unscoped.filter(user_id=user_id).values_list("partner_id", flat=True).first()
    if partner_id is not None:
        return partner_id, {}
    found = AccountAdministrator.unscoped.select_related("account").filter(user_id=user_id).first()
    return (found.partner_id, {"account": found.account.public_id}) if found else (None, {})
