"""How an invoice stands, in a word or two; a badge only where somebody should look."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from pleamar.rules.invoice_standing import InvoiceStanding


class StandingWords(NamedTuple):
    """`badge` is how it is marked: `bad`, `accent`, `plain`, or empty for what is as it should be."""

    text: str
    badge: str = ""


_WORDS: Final[dict[InvoiceStanding, tuple[Promise, str]]] = {
    "nothing_due": (gettext_lazy("Nothing to pay"), ""),
    "paid": (pgettext_lazy("an invoice", "Paid"), ""),
    "credited": (gettext_lazy("Settled with credit"), ""),
    "void": (gettext_lazy("Void"), "plain"),
    "held": (gettext_lazy("On hold"), "plain"),
    "charging": (gettext_lazy("Being charged"), "accent"),
    "confirm": (gettext_lazy("Waits for you to confirm it"), "bad"),
    "retried": (gettext_lazy("Declined"), "bad"),
    "declined": (gettext_lazy("Declined"), "bad"),
    "open": (gettext_lazy("Open"), ""),
}


def standing_words(standing: InvoiceStanding) -> StandingWords:
    """The words for it, in the reader's language."""
    text, badge = _WORDS[standing]
    return StandingWords(str(text), badge)
