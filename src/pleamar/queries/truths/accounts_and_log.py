"""What an account says of itself follows from its rows in the seat log: its state, its members, its seats."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "accounts_and_log"

_SQL = """
WITH counted AS (
    SELECT account_id, sum(delta) FILTER (WHERE member_id IS NOT NULL) AS members,
        sum(delta) FILTER (WHERE billable) AS seats
    FROM seat_log WHERE {log_scope} GROUP BY account_id
), latest AS (
    SELECT DISTINCT ON (account_id) account_id, state
    FROM seat_log WHERE {log_scope} AND member_id IS NULL ORDER BY account_id, at DESC, id DESC
)
SELECT partner.name, 'account ' || account.name, told.fact, told.stored, told.expected
FROM account
JOIN partner ON partner.id = account.partner_id
LEFT JOIN counted ON counted.account_id = account.id
LEFT JOIN latest ON latest.account_id = account.id
CROSS JOIN LATERAL (VALUES
    ('state', account.state, coalesce(latest.state, 'closed')),
    ('active members', account.active_members::text, coalesce(counted.members, 0)::text),
    ('seats', account.seats::text, coalesce(counted.seats, 0)::text)
) AS told (fact, stored, expected)
WHERE {scope} AND told.stored IS DISTINCT FROM told.expected
ORDER BY partner.name, account.id
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """State, active members and seats of every account, against the log."""
    return differences_of(
        TRUTH, _SQL.format(log_scope=scope.sql("seat_log.partner_id"), scope=scope.sql("account.partner_id"))
    )
