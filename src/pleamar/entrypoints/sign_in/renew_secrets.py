"""After the secret key was changed: second factors are encrypted by the one of now, so that the old one can go."""

from __future__ import annotations

from typing import Final

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from pleamar.entrypoints.sign_in.mfa_adapter import encrypted_anew

# Where each kind keeps its secret; passkeys keep none here.
_SECRETS: Final = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def renew_secrets() -> int:
    """How many were encrypted anew; none where no key of before is named. Each is held while it is, for it may be used.

    Raises InvalidToken for one that no key fits.
    """
    if not settings.SECRET_KEY_FALLBACKS:
        return 0
    numbers = list(Authenticator.objects.filter(type__in=_SECRETS).order_by("pk").values_list("pk", flat=True))
    for number in numbers:
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=number).first()
            if row is not None:
                place = _SECRETS[row.type]
                row.data[place] = encrypted_anew(row.data[place])
                row.save(update_fields=["data"])
    return len(numbers)
