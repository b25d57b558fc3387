"""Addresses that stand in mails: signed, so that they need no sign-in and tell nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.core import signing

from pleamar.ports.mail import Letter, LetterWriter, MailUndelivered, Message
from pleamar.queries.invitations import find_own_invitation
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock, is_sandbox
from pleamar.wiring.password_links import forgotten_password_link, password_link
from pleamar.wiring.served_address import served_address

CONFIRM: Final = "confirm-payment"
CARD_SAVED: Final = "card-saved"
PAYMENT: Final = "payment"
INVITATION: Final = "invitation"
_SALT: Final = "pleamar.confirm-payment"
_INVITATION_SALT: Final = "pleamar.invitation"
# A payment waits for a week; who comes later is told that it is over.
_GOOD_FOR: Final = timedelta(days=60)
_SANDBOX_ADDRESS: Final = "http://localhost:8000"


def with_links(write: LetterWriter) -> LetterWriter:
    """The same words, with the link to the page on which the reader does what they are told of, where there is one.

    Links that let somebody in are made here, when the mail is sent, so that none is ever written down.
    """

    def written(message: Message) -> Letter:
        make = _LINK_OF.get(message.topic)
        link = make(message, os.environ) if make else None
        page = payment_page(os.environ) if message.topic in _ABOUT_CARDS else None
        told = {name: address for name, address in (("link", link), ("payment_page", page)) if address}
        return write(replace(message, facts={**message.facts, **told}) if told else message)

    return written


def _payment(message: Message, environ: Mapping[str, str]) -> str | None:
    charge = message.facts.get("charge")
    return payment_link(str(charge), environ) if charge else None


def _invitation(message: Message, environ: Mapping[str, str]) -> str | None:
    """Raises MailUndelivered, for good, for an invitation that there is not, or is no more."""
    invitation = str(message.facts.get("invitation", ""))
    try:
        over = find_own_invitation(EVERYTHING, invitation, now=clock()()).state in {"accepted", "withdrawn"}
    except Refused:
        over = True
    if over:
        raise MailUndelivered("the invitation was accepted or withdrawn meanwhile", for_good=True)
    return invitation_link(invitation, environ, site=str(message.facts.get("site", "")))


# Topic → how its link is made.
_LINK_OF: Final[Mapping[str, Callable[[Message, Mapping[str, str]], str | None]]] = {
    "action_required": _payment,
    "administrator_invited": _invitation,
    "invitation": _invitation,
    "password_reset": password_link,
    "sign_in_changed": forgotten_password_link,
}


# What may ask for a card.
_ABOUT_CARDS: Final = frozenset(
    {"access_suspended", "card_expiring", "charge_declined", "invoice_issued", "no_card", "payment_overdue"}
)


def payment_page(environ: Mapping[str, str]) -> str | None:
    """Where a partner adds or replaces its card; None where nobody has said at which address we are reached."""
    base = public_address(environ)
    return None if base is None else f"{base}/{PAYMENT}"


def payment_link(charge: str, environ: Mapping[str, str]) -> str | None:
    """The page of the charge with this public id; None where nobody has said at which address we are reached."""
    base = public_address(environ)
    return None if base is None else f"{base}{payment_path(charge)}"


def payment_path(charge: str) -> str:
    """The path of that page, for links on other pages."""
    return f"/{CONFIRM}/{signing.dumps(charge, salt=_SALT)}"


def charge_of(token: str) -> str | None:
    """The public id of the charge whose link this is; None for one that we did not give, or too long ago."""
    try:
        told = signing.loads(token, salt=_SALT, max_age=_GOOD_FOR)
    except signing.BadSignature:
        return None
    return told if isinstance(told, str) else None


def invitation_link(invitation: str, environ: Mapping[str, str], *, site: str = "") -> str | None:
    """The page of the invitation with this public id, at our address or else the `site` where it was asked for."""
    base = environ.get("PLEAMAR_ADDRESS", "").rstrip("/") or site.rstrip("/") or public_address(environ)
    return f"{base}/{INVITATION}/{signing.dumps(invitation, salt=_INVITATION_SALT)}" if base else None


def invitation_of(token: str) -> str | None:
    """The public id of the invitation whose link this is; None for one that we did not give."""
    try:
        told = signing.loads(token, salt=_INVITATION_SALT)
    except signing.BadSignature:
        return None
    return told if isinstance(told, str) else None


def page_address(path: str, seen: str, environ: Mapping[str, str]) -> str:
    """The address of the page at `path` as partners reach it; as the request has `seen` it where nobody has said."""
    told = environ.get("PLEAMAR_ADDRESS", "").rstrip("/")
    return f"{told}{path}" if told else seen


def public_address(environ: Mapping[str, str]) -> str | None:
    """Where partners reach us: `PLEAMAR_ADDRESS`; in a sandbox else where it was last served, or is by default."""
    told = environ.get("PLEAMAR_ADDRESS", "").rstrip("/")
    if told:
        return told
    return served_address() or _SANDBOX_ADDRESS if is_sandbox() else None
