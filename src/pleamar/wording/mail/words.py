"""What a mail is made of, and how the facts of a message are written in its reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from babel.dates import format_skeleton
from babel.lists import format_list
from django.utils.translation import gettext

from pleamar.ports.mail import Message
from pleamar.rules.cycles import local_date
from pleamar.rules.money import Money
from pleamar.wording import dates
from pleamar.wording.locales import full_locale
from pleamar.wording.money import count, money, percent


class Figure(NamedTuple):
    """A line of a small table; the figure that the reader came for is `strong`."""

    label: str
    value: str
    strong: bool = False


class Figures(NamedTuple):
    """A small table."""

    rows: tuple[Figure, ...]


class Button(NamedTuple):
    """Where to act."""

    words: str
    address: str


Block: TypeAlias = str | Figures | Button


class Words(NamedTuple):
    """What a mail says, in order, between its greeting and its closing; a text is a paragraph."""

    subject: str
    blocks: Sequence[Block]


Topic: TypeAlias = Callable[[Message], Words]


def add_a_card(message: Message) -> list[Block]:
    """What to do where there is nothing to charge."""
    link = payment_page(message)
    if link is None:
        return [
            gettext(
                "Please reply to this mail, and we send you a page on which to enter a card. All that is outstanding is"
                " then charged to it at once."
            )
        ]
    return [
        gettext("Please add a card. All that is outstanding is then charged to it at once; the page says how much."),
        Button(gettext("Add a card"), link),
        without_sign_in(),
    ]


def payment_page(message: Message) -> str | None:
    """Where a card is added or replaced; None where nobody has said at which address we are reached."""
    return str(message.facts.get("payment_page") or "") or None


def without_sign_in() -> str:
    """For whoever gets bills and is in nobody's team."""
    return gettext("If you cannot sign in there, reply to this mail.")


def text(message: Message, fact: str) -> str:
    """The fact as it is. This and what follows raise KeyError for one that is missing, ValueError for rubbish."""
    return str(message.facts[fact])


def number(message: Message, fact: str) -> int:
    """A whole number, to be reckoned with."""
    return int(message.facts[fact])


def counted(message: Message, fact: str) -> str:
    """A whole number as it is read: `1,234`."""
    return count(number(message, fact), message.language)


def amount(message: Message, fact: str = "amount") -> str:
    """Minor units of the fact `currency`: `$1,234.56`."""
    return money(Money(number(message, fact), text(message, "currency")), message.language)


def amounts(message: Message, fact: str = "amounts") -> str:
    """`12300 USD 4500 EUR`, so many minor units of each, as `$123.00 and €45.00`."""
    told = text(message, fact).split()
    each = [
        money(Money(int(minor), currency), message.language)
        for minor, currency in zip(told[::2], told[1::2], strict=True)
    ]
    if not each:
        raise ValueError(fact)
    return format_list(each, locale=full_locale(message.language))


def share(message: Message, fact: str) -> str:
    """A whole number of percent: `25%`."""
    return percent(Decimal(number(message, fact)), message.language)


def moment(message: Message, fact: str) -> datetime:
    """An ISO text as a moment."""
    told = datetime.fromisoformat(text(message, fact))
    if told.tzinfo is None:
        raise ValueError(fact)
    return told


def local_day(message: Message, fact: str) -> date:
    """The moment's day, in the zone of the fact `timezone` (a cycle keeps its own) or else of the message's reader."""
    return local_date(moment(message, fact), _zone(message))


def day(message: Message, fact: str) -> str:
    """That day as it is read: `8 Dec 2026`."""
    return dates.day(local_day(message, fact), message.language)


def last_day(message: Message, fact: str) -> str:
    """The last day of what ends at that moment: `7 Dec 2026`."""
    return dates.day(dates.last_day(moment(message, fact), _zone(message)), message.language)


def instant(message: Message, fact: str) -> str:
    """The moment as clocks there show it: `8 Dec 2026, 00:00 (Europe/Madrid)`."""
    return dates.instant(moment(message, fact), _zone(message), message.language)


def span(message: Message, first: str, end: str) -> str:
    """From one moment to another, as days there: `8 Nov 2026 – 7 Dec 2026 (Europe/Madrid)`."""
    return dates.period(moment(message, first), moment(message, end), _zone(message), message.language)


def month(message: Message) -> date:
    """The first day of the facts `month` and `year`."""
    return date(number(message, "year"), number(message, "month"), 1)


def named_month(message: Message) -> str:
    """Those facts as they are read: `November 2026`."""
    return format_skeleton("yMMMM", month(message), locale=full_locale(message.language))


def _zone(message: Message) -> str:
    return str(message.facts.get("timezone") or message.timezone)
