"""Take away the second factors of somebody who lost them, so that a password lets them in and they set up others."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from pleamar.actions.mail_person import mail_person
from pleamar.actions.record_act import record_act
from pleamar.models import AccountAdministrator, TeamMember, User
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def reset_sign_in(email: str, *, cause: Cause, now: datetime, jobs: Jobs = NOBODY) -> int:
    """How many were removed, passkeys and recovery codes with them. Every session of theirs ends, and they are mailed.

    Whoever does this has made sure, outside of Pleamar, that it is them who ask. Refuses `nobody_signs_in`.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(email=email.strip().casefold()).first()
        if user is None:
            raise Refused("nobody_signs_in", email=email.strip()[:254])
        removed: int = (
            Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).count()
        )
        Authenticator.objects.filter(user_id=user.pk).delete()
        for session in UserSession.objects.filter(user_id=user.pk):
            session.end()
        told = {"email": user.email, "factors": removed}
        record_act("reset sign-in", user.public_id, cause=cause, at=now, partner_id=_partner_of(user), **told)
        facts = {"change": "reset_by_staff", "at": now.isoformat()}
        mail_person(user.email, "sign_in_changed", facts, language="", now=now, jobs=jobs)
    return removed


def _partner_of(user: User) -> int | None:
    """The partner who reads of it: the one that they sign in for, or whose customer they look after."""
    for place in (TeamMember, AccountAdministrator):
        if found := place.unscoped.filter(user=user).values_list("partner_id", flat=True).first():
            return found
    return None
