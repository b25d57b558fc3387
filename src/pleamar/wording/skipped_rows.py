"""Why a row of a list of people made nobody active."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, gettext_noop

_REASONS: Final = {
    "denied": gettext_noop("on the deny list"),
    "over_limit": gettext_noop("over the user limit"),
    "deleted": gettext_noop("deleted in the directory"),
    "duplicate": gettext_noop("the same address comes again further down"),
    "inactive": gettext_noop("inactive in the list that the portal gave out"),
    "guest_without_email": gettext_noop("a guest without an e-mail address"),
}


def skipped_row(reason: str) -> str:
    """In a few words; a reason without any by its own name."""
    words = _REASONS.get(reason)
    return gettext(words) if words else reason.replace("_", " ")
