"""A batch tells the partner's seats after it: the running sum of the log gives the same (rules M2, M6)."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "batches_and_log"

_SQL = """
WITH step AS (
    SELECT partner_id, batch_id, at, coalesce(sum(delta) FILTER (WHERE billable), 0) AS delta
    FROM seat_log WHERE {scope} GROUP BY partner_id, batch_id, at
), counted AS (
    SELECT partner_id, batch_id, sum(delta) OVER (PARTITION BY partner_id ORDER BY at) AS seats FROM step
)
SELECT partner.name, format('batch at %s', seat_batch.at), 'seats after it',
    seat_batch.seats_after::text, counted.seats::text
FROM counted
JOIN seat_batch ON seat_batch.id = counted.batch_id AND seat_batch.partner_id = counted.partner_id
LEFT JOIN partner ON partner.id = counted.partner_id
WHERE seat_batch.seats_after <> counted.seats
ORDER BY partner.name, seat_batch.at
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """The partner's seats after every batch, as told there and as the log adds up."""
    return differences_of(TRUTH, _SQL.format(scope=scope.sql("partner_id")))
