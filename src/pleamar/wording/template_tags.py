"""How templates write money, counts, days and moments: as everything else does, in the reader's language.

`{{ amount|money }}`, `{{ number|count }}`, `{{ moment|day:zone }}`. A date needs no zone, a moment always one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.template import Library
from django.utils.translation import get_language

from pleamar.rules.money import Money
from pleamar.wording import dates
from pleamar.wording import money as amounts
from pleamar.wording.means import actor_told

register = Library()


def _language() -> str:
    return get_language() or "en"


def _date(value: date | datetime, zone: str) -> date:
    return value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value


@register.filter
def money(amount: Money | None) -> str:
    """`$865.60`; nothing for nothing."""
    return "" if amount is None else amounts.money(amount, _language())


@register.filter
def all_amounts(several: Iterable[Money]) -> str:
    """One amount a currency: `$123.00 and €45.00`; nothing for none."""
    return amounts.amounts(several, _language())


@register.filter
def unit_price(price: Decimal | None, currency: str) -> str:
    """A price with all its decimals; nothing for nothing."""
    return "" if price is None else amounts.unit_price(price, currency, _language())


@register.filter
def percent(rate: Decimal | int) -> str:
    """A rate in percent."""
    return amounts.percent(Decimal(rate), _language())


@register.filter
def count(number: int | None) -> str:
    """A whole number with its thousands marked; nothing for nothing."""
    return "" if number is None else amounts.count(number, _language())


@register.filter
def day(value: date | datetime, zone: str = "UTC") -> str:
    """`8 Dec 2026`."""
    return dates.day(_date(value, zone), _language())


@register.filter
def short_day(value: date | datetime, zone: str = "UTC") -> str:
    """`8 Dec`, where the year goes without saying."""
    return dates.short_day(_date(value, zone), _language())


@register.filter
def long_day(value: date | datetime, zone: str = "UTC") -> str:
    """`8 December`, in a sentence."""
    return dates.long_day(_date(value, zone), _language())


@register.filter
def instant(value: datetime, zone: str) -> str:
    """`17 Nov 2026, 14:32 (Europe/Madrid)`."""
    return dates.instant(value, zone, _language())


@register.filter
def short_instant(value: datetime, zone: str) -> str:
    """`17 Nov, 14:32`, where year and zone stand beside it."""
    return dates.short_instant(value, zone, _language())


@register.filter
def clock_time(value: datetime, zone: str) -> str:
    """`14:32`, where day and zone stand beside it."""
    return dates.clock_time(value, zone, _language())


@register.filter
def last_day(end: datetime, zone: str) -> date:
    """The last local day of what ends at `end`, which is its first moment no more."""
    return dates.last_day(end, zone)


@register.filter
def actor(stored: str, vendor: str) -> str:
    """Who did something, as a partner's people are told it: `{{ row.actor|actor:frame.brand.name }}`."""
    return actor_told(stored, vendor=vendor)
