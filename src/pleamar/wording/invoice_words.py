"""How an invoice stands, in a word or two; a badge only where somebody should look."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.utils.translation import gettext, gettext_noop

from pleamar.rules.invoice_standing import InvoiceStanding


class StandingWords(NamedTuple):
    """`badge` is how it is marked: `bad`, `accent`, `plain`, or empty for what is as it should be."""

    text: str
    badge: str = ""


_WORDS: Final[dict[InvoiceStanding, StandingWords]] = {
    "nothing_due": StandingWords(gettext_noop("Nothing to pay")),
    "paid": StandingWords(gettext_noop("Paid")),
    "credited": StandingWords(gettext_noop("Settled with credit")),
    "void": StandingWords(gettext_noop("Void"), "plain"),
    "held": StandingWords(gettext_noop("On hold"), "plain"),
    "charging": StandingWords(gettext_noop("Being charged"), "accent"),
    "confirm": StandingWords(gettext_noop("Waits for you to confirm it"), "bad"),
    "retried": StandingWords(gettext_noop("Declined"), "bad"),
    "declined": StandingWords(gettext_noop("Declined"), "bad"),
    "open": StandingWords(gettext_noop("Open")),
}


def standing_words(standing: InvoiceStanding) -> StandingWords:
    """The words for it, in the reader's language."""
    found = _WORDS[standing]
    return StandingWords(gettext(found.text), found.badge)
