"""Billing cycles: when each one ends (rule M8)."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from pleamar.rules.refusals import Refused


def checked_zone(name: str) -> str:
    """The IANA time zone called `name`. Refuses `timezone_unknown`."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError) as unknown:  # a missing key, a directory, a path outside: all of them
        raise Refused("timezone_unknown", timezone=name) from unknown
    return name


def anchor(created: datetime, zone: str) -> date:
    """The local day on which the partner was created: its day of the month is the cycle day for ever (rule M8)."""
    return created.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=65_536)
def cycle_end(anchored: date, index: int, zone: str) -> datetime:
    """The instant, in UTC, at which cycle `index` (from 0) ends and cycle `index + 1` begins.

    It is 00:00 in `zone` of the cycle day, `index + 1` months after the anchor's month; a cycle day that the month
    lacks is its last day, always reckoned from the original anchor: 31 January, 28 February, 31 March. A midnight that
    the zone skips or repeats is read with `fold=0`. The bound is counted in months from the anchor, not from where the
    last cycle ended, so a partner that changes its zone keeps its day and never gets a cycle of a few hours.
    """
    months = anchored.month + index  # zero-based month of the bound, counted from January of the anchor's year
    year, month = anchored.year + months // 12, months % 12 + 1
    day = min(anchored.day, monthrange(year, month)[1])
    midnight = datetime.combine(date(year, month, day), time(), tzinfo=ZoneInfo(zone))
    return midnight.astimezone(UTC)


def local_date(moment: datetime, zone: str) -> date:
    """The calendar day of `moment` in `zone`."""
    return moment.astimezone(ZoneInfo(zone)).date()


def is_shadow(starts_at: datetime, invoiced_from: datetime | None) -> bool:
    """Whether the cycle that starts then is only priced to be compared: it is before the first one that is invoiced.

    A partner with no such first one (None) runs in shadow altogether.
    """
    return invoiced_from is None or starts_at < invoiced_from


# Before any MSP was billed for anything; an earlier date is a slip of the keyboard.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def checked_creation(created: datetime, now: datetime) -> datetime:
    """When a partner was created, in UTC. Refuses `time_in_future` and `time_too_early`."""
    if created > now:
        raise Refused("time_in_future", time=created.isoformat(), now=now.isoformat())
    if created < EARLIEST:
        raise Refused("time_too_early", time=created.isoformat(), earliest=EARLIEST.isoformat())
    return created.astimezone(UTC)
