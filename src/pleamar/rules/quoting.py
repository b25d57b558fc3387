"""What a partner may ask a quote for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pleamar.rules.names import checked_name
from pleamar.rules.refusals import Refused

MOST_QUOTED: Final = 1_000_000
LONGEST_MESSAGE: Final = 2_000
# Whoever asks for the same within a day sent a form twice.
SAME_WITHIN: Final = timedelta(days=1)
MOST_A_DAY: Final = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """A quote that is asked for: whom it is for, how many members, and what is to be said beside that."""

    customer: str
    members: int
    message: str = ""


def checked_wish(wish: Wish) -> Wish:
    """The wish without odd characters. Refuses `name_invalid`, `quote_out_of_range` and `quote_message_too_long`."""
    customer = checked_name(" ".join(wish.customer.split()))
    if not 1 <= wish.members <= MOST_QUOTED:
        raise Refused("quote_out_of_range", members=wish.members, most=MOST_QUOTED)
    lines = wish.message.strip().splitlines()
    message = "\n".join("".join(one for one in line if one.isprintable()) for line in lines)
    if len(message) > LONGEST_MESSAGE:
        raise Refused("quote_message_too_long", longest=LONGEST_MESSAGE)
    return Wish(customer, wish.members, message)
