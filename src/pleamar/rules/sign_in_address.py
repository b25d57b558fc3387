"""The addresses of people who sign in."""

from __future__ import annotations

from pleamar.rules.refusals import Refused
from pleamar.rules.seats import checked_email


def checked_sign_in_address(text: str) -> str:
    """The address trimmed, in small letters. Refuses `email_invalid`, and `email_not_ascii` for letters beyond a to z.

    Case-folding makes of some of those another address, of somebody else: `ana@straße.example` would be mailed at
    `ana@strasse.example`. A domain can be told by its `xn--` name.
    """
    email = checked_email(text)
    if not text.strip().isascii():
        raise Refused("email_not_ascii", email=text.strip())
    return email


def typed_address(text: str) -> str:
    """What somebody typed to sign in, as addresses are kept; what is beyond ASCII is nobody's, and stays as it is."""
    typed = text.strip()
    return typed.casefold() if typed.isascii() else typed
