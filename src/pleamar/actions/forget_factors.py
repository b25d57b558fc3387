"""Take away all of somebody's second factors and passkeys."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from pleamar.models import User


def forget_factors(user: User) -> None:
    """Passkeys, authenticator apps and recovery codes of until now open nothing any more."""
    Authenticator.objects.filter(user_id=user.pk).delete()
