"""The meter is a cache of the seat log: replaying the log gives the same running cycle (rules M2, M3, M5, M6)."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "meters_and_log"

# Another road than `rules.peak`: sum by batch, then one running sum. The opening is the count after whatever happened
# at exactly the start; the count just before it is not in the cycle.
_SQL = """
WITH step AS (
    SELECT partner_id, batch_id, at, sum(delta) FILTER (WHERE billable) AS delta
    FROM seat_log WHERE {scope} GROUP BY partner_id, batch_id, at
), total AS (
    SELECT meter.partner_id,
        coalesce(sum(step.delta) FILTER (WHERE step.at <= meter.starts_at), 0) AS opening,
        coalesce(sum(step.delta), 0) AS seats,
        max(step.at) AS last_at
    FROM meter LEFT JOIN step ON step.partner_id = meter.partner_id
    WHERE {meter_scope}
    GROUP BY meter.partner_id
), counted AS (
    SELECT total.partner_id, step.at, step.batch_id,
        total.opening + sum(coalesce(step.delta, 0)) OVER (PARTITION BY step.partner_id ORDER BY step.at) AS seats
    FROM total
    JOIN meter ON meter.partner_id = total.partner_id
    JOIN step ON step.partner_id = meter.partner_id AND step.at > meter.starts_at
), highest AS (
    SELECT DISTINCT ON (partner_id) partner_id, seats, at, batch_id
    FROM counted ORDER BY partner_id, seats DESC, at
), replayed AS (
    SELECT total.*, greatest(total.opening, highest.seats) AS peak,
        CASE WHEN highest.seats > total.opening THEN highest.at ELSE meter.starts_at END AS peak_at,
        CASE WHEN highest.seats > total.opening THEN highest.batch_id END AS peak_batch
    FROM total
    JOIN meter ON meter.partner_id = total.partner_id
    LEFT JOIN highest ON highest.partner_id = total.partner_id
)
SELECT partner.name, 'meter', told.fact, told.stored, told.expected
FROM replayed
JOIN meter ON meter.partner_id = replayed.partner_id
JOIN partner ON partner.id = meter.partner_id
CROSS JOIN LATERAL (VALUES
    ('seats', meter.seats::text, replayed.seats::text),
    ('opening count', meter.opening::text, replayed.opening::text),
    ('peak', meter.peak::text, replayed.peak::text),
    ('moment of the peak', meter.peak_at::text, replayed.peak_at::text),
    ('batch of the peak', meter.peak_batch_id::text, replayed.peak_batch::text),
    ('last change', meter.last_at::text, replayed.last_at::text)
) AS told (fact, stored, expected)
WHERE told.stored IS DISTINCT FROM told.expected
ORDER BY partner.name
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """Seats, opening, peak and its moment, and the time of the last change of every meter, against the log."""
    return differences_of(TRUTH, _SQL.format(scope=scope.sql("partner_id"), meter_scope=scope.sql("meter.partner_id")))
