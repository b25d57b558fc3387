"""Let somebody sign in no longer, and end all that they have open."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from pleamar.actions.forget_factors import forget_factors
from pleamar.models import User


def end_access(user: User) -> None:
    """At once, in every browser. What they did stays theirs in the trail; invited again, they are the same user.

    Without a password no session is good any more, also one that is written down nowhere. Nor is a second factor: a
    passkey of before would open what they are invited to later, whoever has it by then.
    """
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    forget_factors(user)
    for session in UserSession.objects.filter(user=user):
        session.end()
