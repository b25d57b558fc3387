"""The sandbox's test cards as they are offered to people: what each of them does."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from pleamar.adapters.payments.sandbox.cards import TEST_CARDS


class CardToTry(NamedTuple):
    """A number, and what happens when it is charged."""

    number: str
    name: Promise
    text: Promise

    @property
    def spaced(self) -> str:
        """The number as it stands on a card."""
        return " ".join(self.number[start : start + 4] for start in range(0, len(self.number), 4))


_NUMBERS: Final = {behaviour: number for number, behaviour in TEST_CARDS.items()}
_WORDS: Final = (
    ("succeeds", gettext_lazy("Works"), gettext_lazy("Every charge succeeds.")),
    (
        "authentication_required",
        gettext_lazy("Asks for 3-D Secure"),
        gettext_lazy("The bank wants each payment confirmed by you."),
    ),
    (
        "insufficient_then_succeeds",
        gettext_lazy("No money at first"),
        gettext_lazy("Declined twice, tried again on later days, and then it succeeds."),
    ),
    (
        "insufficient_funds",
        gettext_lazy("No money on any day"),
        gettext_lazy("Declined each time; tried again on days 1, 3, 5 and 7."),
    ),
    ("generic_decline", gettext_lazy("Declined without a reason"), gettext_lazy("Tried again on days 1, 3, 5 and 7.")),
    (
        "expired_card",
        gettext_lazy("Expired"),
        gettext_lazy("Declined for good: another card is needed."),
    ),
    ("lost_card", gettext_lazy("Reported lost"), gettext_lazy("Declined for good: another card is needed.")),
    ("stolen_card", gettext_lazy("Reported stolen"), gettext_lazy("Declined for good: another card is needed.")),
    (
        "do_not_honor",
        gettext_lazy("Refused by the bank"),
        gettext_lazy("Declined for good: another card is needed."),
    ),
    (
        "processing_then_succeeds",
        gettext_lazy("Slow bank"),
        gettext_lazy("The payment is being worked on for a minute, and then it succeeds."),
    ),
    (
        "succeeds_then_disputed",
        gettext_lazy("Disputed"),
        gettext_lazy("Every charge succeeds, and the cardholder then disputes it."),
    ),
)


def cards_to_try() -> list[CardToTry]:
    """All of them, what is wanted most often first."""
    return [CardToTry(_NUMBERS[behaviour], name, text) for behaviour, name, text in _WORDS]
