"""Addresses that stand in mails: signed, so that they need no sign-in and tell nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.core import signing

from pleamar.models import Installation
from pleamar.ports.mail import Letter, LetterWriter, Message

CONFIRM: Final = "confirm-payment"
CARD_SAVED: Final = "card-saved"
_SALT: Final = "pleamar.confirm-payment"
# A payment waits for a week; who comes later is told that it is over.
_GOOD_FOR: Final = timedelta(days=60)
_SANDBOX_ADDRESS: Final = "http://localhost:8000"


def with_links(write: LetterWriter) -> LetterWriter:
    """The same words, with the link to the payment's page where there is something to confirm."""

    def written(message: Message) -> Letter:
        charge = message.facts.get("charge")
        link = payment_link(str(charge), os.environ) if message.topic == "action_required" and charge else None
        return write(replace(message, facts={**message.facts, "link": link}) if link else message)

    return written


def payment_link(charge: str, environ: Mapping[str, str]) -> str | None:
    """The page of the charge with this public id; None where nobody has said at which address we are reached."""
    base = public_address(environ)
    return None if base is None else f"{base}/{CONFIRM}/{signing.dumps(charge, salt=_SALT)}"


def charge_of(token: str) -> str | None:
    """The public id of the charge whose link this is; None for one that we did not give, or too long ago."""
    try:
        told = signing.loads(token, salt=_SALT, max_age=_GOOD_FOR)
    except signing.BadSignature:
        return None
    return told if isinstance(told, str) else None


def page_address(path: str, seen: str, environ: Mapping[str, str]) -> str:
    """The address of the page at `path` as partners reach it; as the request has `seen` it where nobody has said."""
    told = environ.get("PLEAMAR_ADDRESS", "").rstrip("/")
    return f"{told}{path}" if told else seen


def public_address(environ: Mapping[str, str]) -> str | None:
    """Where partners reach us: `PLEAMAR_ADDRESS`, in a sandbox also without it."""
    told = environ.get("PLEAMAR_ADDRESS", "").rstrip("/")
    if told:
        return told
    return _SANDBOX_ADDRESS if Installation.objects.filter(mode="sandbox").exists() else None
