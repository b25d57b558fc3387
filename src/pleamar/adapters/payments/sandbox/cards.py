"""The sandbox's test cards, and what each does when it is charged."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pleamar.ports.payments import CardDetails, Decline, GatewayRefused, IntentStatus
from pleamar.ports.stores import KeptCard

# Numbers as the trade knows them; those ending in 9961, 9953 and 9946 are our own.
TEST_CARDS: Final[dict[str, str]] = {
    "4242424242424242": "succeeds",
    "4000000000000002": "generic_decline",
    "4000000000009995": "insufficient_funds",
    "4000000000000069": "expired_card",
    "4000000000009987": "lost_card",
    "4000000000009979": "stolen_card",
    "4000000000009961": "do_not_honor",
    "4000002760003184": "authentication_required",
    "4000000000009953": "insufficient_then_succeeds",
    "4000000000009946": "processing_then_succeeds",
    "4000000000000259": "succeeds_then_disputed",
}
# So often `insufficient_then_succeeds` is declined for insufficient funds, over all its payments, before it succeeds.
DECLINES_FIRST: Final = 2
# `processing_then_succeeds` has succeeded when it is looked at this much later.
PROCESSING_TAKES: Final = timedelta(minutes=1)

_NUMBERS: Final = {behaviour: number for number, behaviour in TEST_CARDS.items()}
_SUCCEED: Final = frozenset({"succeeds", "succeeds_then_disputed"})
_HARD_DECLINES: Final = frozenset({"expired_card", "lost_card", "stolen_card", "do_not_honor"})


def behaviour_of(number: str) -> str:
    """What the card of this number does, however it is grouped. Refuses `card_number_unknown`."""
    behaviour = TEST_CARDS.get("".join(character for character in number if not character.isspace()))
    if behaviour is None:
        raise GatewayRefused("card_number_unknown")
    return behaviour


def outcome(card: KeptCard) -> tuple[IntentStatus, Decline | None]:
    """What becomes of a payment that is charged to this card now."""
    behaviour = card.behaviour
    if behaviour == "insufficient_then_succeeds":
        behaviour = "insufficient_funds" if card.declines < DECLINES_FIRST else "succeeds"
    if behaviour in _SUCCEED:
        return "succeeded", None
    if behaviour == "authentication_required":
        return "requires_action", None
    if behaviour == "processing_then_succeeds":
        return "processing", None
    return "declined", Decline(behaviour, behaviour in _HARD_DECLINES)


def details(card: KeptCard, now: datetime) -> CardDetails:
    """What may be shown of it. A test card never gets old: it always expires in the third year from now."""
    number = _NUMBERS.get(card.behaviour, "")
    return CardDetails(card.customer, card.reference, "Visa", number[-4:], 12, now.year + 3)
