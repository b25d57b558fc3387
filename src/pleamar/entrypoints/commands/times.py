"""Times and dates as they are typed at the console."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from pleamar.rules.cycles import EARLIEST
from pleamar.rules.refusals import Refused

# A sandbox's clock never goes back, and calendars end with the year 9999: a slip of the keyboard must not use it up.
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


def typed_moment(text: str) -> datetime:
    """An ISO 8601 time with its offset, in UTC.

    Refuses `time_invalid` and `time_without_zone`, and `time_too_early` and `time_too_late` for what nobody can mean.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            raise Refused("time_without_zone", time=text)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as unreadable:
        raise Refused("time_invalid", time=text) from unreadable
    if moment < EARLIEST:
        raise Refused("time_too_early", time=moment.isoformat(), earliest=EARLIEST.isoformat())
    if moment > LATEST:
        raise Refused("time_too_late", time=moment.isoformat(), latest=LATEST.isoformat())
    return moment


def typed_date(text: str) -> date:
    """An ISO 8601 date. Refuses `date_invalid`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as unreadable:
        raise Refused("date_invalid", date=text) from unreadable
