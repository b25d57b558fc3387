"""How a cycle's peak came about: each change of the count up to it, the newest first (rule P1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from pleamar.queries.batch_facts import BatchFacts
from pleamar.queries.cycle_frames import CycleFrame
from pleamar.queries.scopes import Scope

_TICK = timedelta(microseconds=1)


class PeakStep(NamedTuple):
    """A batch that changed the partner's count by `delta`, to `seats`."""

    facts: BatchFacts
    delta: int
    seats: int


class PeakSteps(NamedTuple):
    """Some of the steps; the older ones came `before` that moment, None: the first of the cycle is among these."""

    rows: list[PeakStep]
    before: datetime | None


# What happened at exactly the cycle's start is in its opening count (rule M5).
_STEPS = """
SELECT batch.at, batch.actor, batch.means, batch.reference, batch.reason, batch.occurred_at,
    batch.seats_after - earlier.seats, batch.seats_after
FROM seat_batch AS batch
CROSS JOIN LATERAL (
    SELECT coalesce((
        SELECT seats_after FROM seat_batch
        WHERE {scope} AND partner_id = %(partner)s AND at > %(start)s AND at < batch.at
        ORDER BY at DESC LIMIT 1
    ), %(opening)s) AS seats
) AS earlier
WHERE {batch_scope} AND batch.partner_id = %(partner)s AND batch.at > %(start)s AND batch.at <= %(until)s
    AND batch.seats_after <> earlier.seats
ORDER BY batch.at DESC
LIMIT %(most)s
"""


def peak_steps(scope: Scope, frame: CycleFrame, *, before: datetime | None = None, most: int = 50) -> PeakSteps:
    """At `most` so many steps up to the peak's moment, all of them earlier than `before`; one query."""
    until = frame.peak_at if before is None else min(frame.peak_at, max(before, frame.starts_at + _TICK) - _TICK)
    with connection.cursor() as cursor:
        cursor.execute(
            _STEPS.format(scope=scope.sql("partner_id"), batch_scope=scope.sql("batch.partner_id")),
            {
                "partner": frame.partner_id,
                "start": frame.starts_at,
                "until": until,
                "opening": frame.opening,
                "most": most + 1,
            },
        )
        found = cursor.fetchall()
    rows = [PeakStep(BatchFacts(*facts), delta, seats) for *facts, delta, seats in found[:most]]
    return PeakSteps(rows, rows[-1].facts.at if len(found) > most else None)
