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
