"""How days, moments and cycles are written. A moment never goes without the zone it is told in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from pleamar.rules.invoicing import tax_point
from pleamar.wording.locales import full_locale

# The month in letters: 4/3 is a day in April or in March, depending on who reads it.
_DAY: Final = "d MMM y"
_TIME: Final = "HH:mm"


def day(value: date, language: str) -> str:
    """`14 Mar 2026`, `14 mar 2026`."""
    return format_date(value, _DAY, locale=full_locale(language))


def instant(value: datetime, timezone: str, language: str) -> str:
    """A moment as the clocks of `timezone` showed it: `14 Mar 2026, 09:32 (Europe/Madrid)`."""
    local = value.astimezone(ZoneInfo(timezone))
    # Babel would convert the time once more if it saw its zone.
    time = format_time(local.time(), _TIME, locale=full_locale(language))
    return f"{day(local.date(), language)}, {time} ({timezone})"


def period(start: datetime, end: datetime, timezone: str, language: str) -> str:
    """The cycle `[start, end)` by its first and last local day: `8 Mar 2026 – 7 Apr 2026 (Europe/Madrid)`."""
    zone = ZoneInfo(timezone)
    first, last = start.astimezone(zone).date(), tax_point(end, zone)
    days = day(first, language) if first == last else f"{day(first, language)} – {day(last, language)}"
    return f"{days} ({timezone})"


def short_day(value: date, language: str) -> str:
    """`14 Mar`, `14 mar`: where the year goes without saying."""
    return format_date(value, _DAY.removesuffix(" y"), locale=full_locale(language))


def long_day(value: date, language: str) -> str:
    """`14 March`, `14 de marzo`: in a sentence."""
    pattern = "d 'de' MMMM" if language == "es" else "d MMMM"
    return format_date(value, pattern, locale=full_locale(language))


def month(value: date, language: str) -> str:
    """`March 2026`, `marzo de 2026`: the calendar month of a day."""
    pattern = "MMMM 'de' y" if language == "es" else "MMMM y"
    return format_date(value, pattern, locale=full_locale(language))


def short_instant(value: datetime, timezone: str, language: str) -> str:
    """`14 Mar, 09:32`: where the year and the zone are told beside it."""
    local = value.astimezone(ZoneInfo(timezone))
    return f"{short_day(local.date(), language)}, {format_time(local.time(), _TIME, locale=full_locale(language))}"


def clock_time(value: datetime, timezone: str, language: str) -> str:
    """`09:32`: where the day and the zone are told beside it."""
    return format_time(value.astimezone(ZoneInfo(timezone)).time(), _TIME, locale=full_locale(language))


def last_day(end: datetime, timezone: str) -> date:
    """The last local day of a period that ends at `end`, exclusive."""
    return tax_point(end, ZoneInfo(timezone))
