"""Links by which somebody sets a new password: made when their mail is sent, good for a while, and once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str

from pleamar.models import User
from pleamar.ports.mail import MailUndelivered, Message
from pleamar.rules.public_ids import from_public
from pleamar.wiring.clock import clock

NEW_PASSWORD: Final = "sign-in/password/reset/key"  # noqa: S105 - an address
FORGOTTEN_PASSWORD: Final = "sign-in/password/reset/"  # noqa: S105 - the same
# Mail that could not be delivered for so long is not waited for any more.
_WAITED_FOR: Final = timedelta(days=1)


def password_link(message: Message, environ: Mapping[str, str]) -> str:
    """The link of a mail that names its `user`. Raises MailUndelivered, for good, where it would let in whoever else.

    That is: the user is gone or may not sign in, their address is another one by now, or they asked too long ago.
    """
    uid = from_public(User.public_prefix, str(message.facts.get("user", "")))
    user = User.objects.filter(uid=uid, is_active=True, email=message.to).first() if uid else None
    if user is None:
        raise MailUndelivered("nobody signs in with this address any more", for_good=True)
    if clock()() > message.written_at + _WAITED_FOR:
        raise MailUndelivered("it was asked for too long ago", for_good=True)
    base = _base(message, environ)
    if not base:
        raise MailUndelivered("nobody has said at which address we are reached (PLEAMAR_ADDRESS)", for_good=True)
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return f"{base}/{NEW_PASSWORD}/{user_pk_to_url_str(user)}-{token}/"


def forgotten_password_link(message: Message, environ: Mapping[str, str]) -> str | None:
    """The page on which one asks for a new password; None where nobody has said at which address we are reached."""
    base = _base(message, environ)
    return f"{base}/{FORGOTTEN_PASSWORD}" if base else None


def _base(message: Message, environ: Mapping[str, str]) -> str:
    """Where we are reached: as the vendor says, else as whoever asked for the mail reached us (fact `site`)."""
    return environ.get("PLEAMAR_ADDRESS", "").rstrip("/") or str(message.facts.get("site", "")).rstrip("/")
