"""Times and dates as they are typed at the console."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pleamar.rules.refusals import Refused


def typed_moment(text: str) -> datetime:
    """An ISO 8601 time with its offset, in UTC. Refuses `time_invalid` and `time_without_zone`."""
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            raise Refused("time_without_zone", time=text)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as unreadable:
        raise Refused("time_invalid", time=text) from unreadable


def typed_date(text: str) -> date:
    """An ISO 8601 date. Refuses `date_invalid`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as unreadable:
        raise Refused("date_invalid", date=text) from unreadable
