"""How a charge stands, in a word or two, and how grave that is."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.utils.translation import gettext, gettext_noop


class ChargeWords(NamedTuple):
    """`badge` is how it is marked: `bad`, `accent`, or empty for what is as it should be."""

    text: str
    badge: str = ""


_STATES: Final[dict[str, ChargeWords]] = {
    "planned": ChargeWords(gettext_noop("Being charged"), "accent"),
    "creating": ChargeWords(gettext_noop("Being charged"), "accent"),
    "ready": ChargeWords(gettext_noop("Being charged"), "accent"),
    "confirming": ChargeWords(gettext_noop("Being charged"), "accent"),
    "processing": ChargeWords(gettext_noop("Your bank is working on it"), "accent"),
    "action_required": ChargeWords(gettext_noop("Waits for you to confirm it"), "bad"),
    "succeeded": ChargeWords(gettext_noop("Paid")),
}
_DISPUTES: Final[dict[str, ChargeWords]] = {
    "open": ChargeWords(gettext_noop("Paid, and disputed with the bank"), "bad"),
    "won": ChargeWords(gettext_noop("Paid, a dispute was decided")),
    "lost": ChargeWords(gettext_noop("Taken back by the bank"), "bad"),
}
_DECLINED: Final = ChargeWords(gettext_noop("Declined"), "bad")
_GIVEN_UP: Final = ChargeWords(gettext_noop("Given up, nothing was charged"))


def charge_words(state: str, *, decline_class: str = "", disputed: str = "") -> ChargeWords:
    """The words for a charge in this state."""
    if state == "succeeded" and disputed:
        found = _DISPUTES.get(disputed, _STATES["succeeded"])
    elif state in ("failed", "canceled"):
        found = _DECLINED if decline_class in ("soft", "hard") else _GIVEN_UP
    else:
        found = _STATES.get(state, _STATES["planned"])
    return ChargeWords(gettext(found.text), found.badge)
