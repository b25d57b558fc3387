"""When a notice is due: so many days before something ends (rules M12, M20)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta


def due_notice(ends_at: datetime, days: Iterable[int], *, since: datetime, now: datetime) -> int | None:
    """Which notice is to be given at `now`: so many `days` (of 24 hours) before `ends_at`; None if none is.

    The latest one that has come due: whoever was away is not told of yesterday's. None for what has ended; none for
    what was only set up, at `since`, when the notice's moment had come: whoever did so knows.
    """
    due = [number for number in days if since < ends_at - timedelta(days=number) <= now < ends_at]
    return min(due, default=None)
