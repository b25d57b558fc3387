"""The peaks that the meters kept live, against those that the seat log alone gives (rule P2)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from bench.plan import Plan, timed
from bench.report import Measured, Row, Target

# The bounds of the cycles are put among the batches as steps of nothing, so that silent cycles have a count too. A
# partner's batches and bounds of one moment are one step: what happens at exactly the start of a cycle is in it (M5).
_DIFFERENCES = """
WITH bound AS (
    SELECT partner_id, index, starts_at, peak, peak_at FROM cycle
    UNION ALL
    SELECT partner_id, index, starts_at, peak, peak_at FROM meter WHERE NOT ended
), batch AS (
    SELECT partner_id, batch_id, at, sum(delta) FILTER (WHERE billable) AS delta
    FROM seat_log GROUP BY partner_id, batch_id, at
), step AS (
    SELECT partner_id, at, sum(delta) AS delta, max(index) AS index
    FROM (
        SELECT partner_id, at, coalesce(delta, 0) AS delta, NULL::int AS index FROM batch
        UNION ALL
        SELECT partner_id, starts_at, 0, index FROM bound
    ) AS moment
    GROUP BY partner_id, at
), counted AS (
    SELECT partner_id, at, sum(delta) OVER passed AS seats, max(index) OVER passed AS index
    FROM step WINDOW passed AS (PARTITION BY partner_id ORDER BY at)
), metered AS (
    SELECT DISTINCT ON (partner_id, index) partner_id, index, seats AS peak, at AS peak_at
    FROM counted ORDER BY partner_id, index, seats DESC, at
)
SELECT count(*), count(*) FILTER (WHERE (bound.peak, bound.peak_at) IS DISTINCT FROM (metered.peak, metered.peak_at))
FROM bound FULL JOIN metered USING (partner_id, index)
"""


def live_peaks(_: Plan) -> Iterator[Row]:
    """Every cycle of every partner of this run, ended or running: the peak and its moment."""
    found = (0, 0)

    def act() -> None:
        nonlocal found
        with connection.cursor() as cursor:
            cursor.execute("SET work_mem = '256MB'")
            cursor.execute(_DIFFERENCES)
            found = cursor.fetchone() or found
            cursor.execute("RESET work_mem")

    seconds = timed(act)
    cycles, differences = found
    metered = Measured("", (seconds,), cycles, "cycles")
    yield Row(
        "live peak against re-metered", f"{cycles:,} cycles", differences, " differences", Target("=", 0, ""), metered
    )
