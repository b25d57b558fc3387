"""Whatever a row of the seat log names exists, belongs to the same partner, and is of the same moment."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "log_references"

# The database does not enforce these references: in a table of this size each would cost as much as writing the row.
_ROWS = """
SELECT partner.name, 'log row ' || seat_log.id, told.fact, told.stored, told.expected
FROM seat_log
LEFT JOIN partner ON partner.id = seat_log.partner_id
LEFT JOIN account ON account.id = seat_log.account_id
LEFT JOIN member ON member.id = seat_log.member_id
LEFT JOIN seat_batch ON seat_batch.id = seat_log.batch_id
CROSS JOIN LATERAL (VALUES
    ('partner', CASE WHEN partner.id IS NULL THEN 'missing' END, NULL),
    ('account', CASE WHEN account.id IS NULL THEN 'missing' END, NULL),
    ('partner of its account', account.partner_id::text, seat_log.partner_id::text),
    ('member', CASE WHEN seat_log.member_id IS NOT NULL AND member.id IS NULL THEN 'missing' END, NULL),
    ('account of its member', member.account_id::text, seat_log.account_id::text),
    ('batch', CASE WHEN seat_batch.id IS NULL THEN 'missing' END, NULL),
    ('partner of its batch', seat_batch.partner_id::text, seat_log.partner_id::text),
    ('time', CASE WHEN seat_batch.id IS NOT NULL THEN seat_log.at::text END, seat_batch.at::text)
) AS told (fact, stored, expected)
WHERE {scope}
    AND (account.id IS NULL OR seat_batch.id IS NULL OR partner.id IS NULL
        OR account.partner_id <> seat_log.partner_id OR seat_batch.partner_id <> seat_log.partner_id
        OR seat_batch.at <> seat_log.at
        OR (seat_log.member_id IS NOT NULL
            AND (member.id IS NULL OR member.account_id <> seat_log.account_id)))
    AND told.stored IS NOT NULL AND told.stored IS DISTINCT FROM told.expected
ORDER BY seat_log.id
"""

_BATCHES = """
SELECT partner.name, 'batch ' || seat_batch.id, 'rows in the log', '0', '1 or more'
FROM seat_batch LEFT JOIN partner ON partner.id = seat_batch.partner_id
WHERE {scope} AND NOT EXISTS (SELECT FROM seat_log WHERE seat_log.batch_id = seat_batch.id AND {log_scope})
ORDER BY seat_batch.id
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """Every row against its account, member and batch; every batch against its rows."""
    log_scope = scope.sql("seat_log.partner_id")
    yield from differences_of(TRUTH, _ROWS.format(scope=log_scope))
    yield from differences_of(TRUTH, _BATCHES.format(scope=scope.sql("seat_batch.partner_id"), log_scope=log_scope))
