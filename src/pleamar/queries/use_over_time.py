"""How a partner's count went over a cycle: the points of its chart (rules M2, M12)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from pleamar.queries.scopes import Scope


class Point(NamedTuple):
    """The partner's seats from `at` on."""

    at: datetime
    seats: int


# Of the batches of a local hour, the one with the highest count and the last: a chart shows no more, and a day's
# highest count, its last one and the peak are always among them.
_POINTS = """
WITH step AS (
    SELECT at, seats_after, date_trunc('hour', at, %(zone)s) AS hour
    FROM seat_batch WHERE {scope} AND partner_id = %(partner)s AND at > %(start)s AND at < %(end)s
)
(SELECT DISTINCT ON (hour) at, seats_after FROM step ORDER BY hour, seats_after DESC, at)
UNION
(SELECT DISTINCT ON (hour) at, seats_after FROM step ORDER BY hour, at DESC)
ORDER BY at
"""


def use_over_time(
    scope: Scope, partner_id: int, *, starts_at: datetime, ends_at: datetime, opening: int, timezone: str
) -> tuple[Point, ...]:
    """The steps of the cycle `[starts_at, ends_at)`, which began with `opening` seats, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _POINTS.format(scope=scope.sql("partner_id")),
            {"partner": partner_id, "start": starts_at, "end": ends_at, "zone": timezone},
        )
        return (Point(starts_at, opening), *(Point(*row) for row in cursor.fetchall()))
