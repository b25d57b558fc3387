"""The seat log counts what is to count: after each batch an account's seats are its active members, or none (M2)."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "log_adds_up"

# `billable` and the deltas of accounts' rows are what a writer claims; here the seats are reckoned without them, from
# the members' rows and the accounts' states alone.
_SQL = """
WITH step AS (
    SELECT partner_id, account_id, at,
        coalesce(sum(delta) FILTER (WHERE member_id IS NOT NULL), 0) AS members,
        coalesce(sum(delta) FILTER (WHERE billable), 0) AS seats,
        max(state) AS state
    FROM seat_log WHERE {scope} GROUP BY partner_id, account_id, at
), counted AS (
    SELECT partner_id, account_id, at,
        sum(members) OVER up_to_now AS members,
        sum(seats) OVER up_to_now AS seats,
        state, count(state) OVER up_to_now AS turn
    FROM step
    WINDOW up_to_now AS (PARTITION BY account_id ORDER BY at)
), stated AS (
    SELECT *, max(state) OVER (PARTITION BY account_id, turn) AS state_then FROM counted
), reckoned AS (
    SELECT stated.*, account.name,
        CASE WHEN account.model = 'monthly' AND NOT account.internal AND stated.state_then = 'live'
             THEN stated.members ELSE 0 END AS expected
    FROM stated JOIN account ON account.id = stated.account_id
)
SELECT partner.name, format('account %s at %s', reckoned.name, reckoned.at), 'seats in the log',
    reckoned.seats::text, reckoned.expected::text
FROM reckoned LEFT JOIN partner ON partner.id = reckoned.partner_id
WHERE reckoned.seats <> reckoned.expected
ORDER BY partner.name, reckoned.account_id, reckoned.at
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """Every account's seats after each of its batches, as logged and as they follow from members and states."""
    return differences_of(TRUTH, _SQL.format(scope=scope.sql("seat_log.partner_id")))
