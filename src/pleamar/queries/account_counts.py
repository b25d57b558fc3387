"""Each account's users over any stretch of time, counted from the seat log (rules M2 to M6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from pleamar.queries.scopes import Scope
from pleamar.rules.rebill import Use


@dataclass(frozen=True, slots=True)
class AccountCounts:
    """The partner's highest count in the stretch, when it was first reached, and each account's use by its id."""

    peak: int
    peak_at: datetime
    uses: dict[int, Use]


# Counted backwards from the seats of now, so that only the log since the start is read. What happened at exactly the
# start is in the opening (M5); a batch is one step of each of its accounts (M6) and knows the partner's seats after.
_COUNTS = """
WITH step AS (
    SELECT account_id, at, sum(delta) AS delta FROM seat_log
    WHERE {scope} AND partner_id = %(partner)s AND billable AND at > %(start)s
    GROUP BY account_id, at
), opened AS (
    SELECT account.id AS account_id, account.seats - coalesce(sum(step.delta), 0) AS opening
    FROM account LEFT JOIN step ON step.account_id = account.id
    WHERE {scope_of_accounts} AND account.partner_id = %(partner)s
    GROUP BY account.id
), peak AS (
    SELECT at, seats FROM (
        SELECT %(start)s::timestamptz AS at, coalesce(sum(opening), 0) AS seats FROM opened
        UNION ALL
        SELECT at, seats_after FROM seat_batch
        WHERE {scope} AND partner_id = %(partner)s AND at > %(start)s AND at < %(end)s
    ) AS count ORDER BY seats DESC, at LIMIT 1
), counted AS (
    SELECT account_id, at, delta, sum(delta) OVER (PARTITION BY account_id ORDER BY at) AS gained
    FROM step WHERE at < %(end)s
)
SELECT peak.seats::bigint, peak.at, account_id,
    (opening + coalesce(sum(delta) FILTER (WHERE counted.at <= peak.at), 0))::bigint,
    (opening + greatest(coalesce(max(gained), 0), 0))::bigint,
    (opening + coalesce(sum(delta) FILTER (WHERE counted.at < %(moment)s), 0))::bigint
FROM peak LEFT JOIN (opened LEFT JOIN counted USING (account_id)) ON TRUE
GROUP BY peak.seats, peak.at, account_id, opening
"""


def account_counts(
    scope: Scope, partner_id: int, start: datetime, end: datetime, *, moment: datetime | None = None
) -> AccountCounts:
    """Of the stretch `[start, end)`, of which what has not happened yet is empty; `on_date` is the count just before
    `moment`, by default before the end. One statement. Accounts that have nothing in it are there, with zeros.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTS.format(scope=scope.sql("partner_id"), scope_of_accounts=scope.sql("account.partner_id")),
            {"partner": partner_id, "start": start, "end": end, "moment": moment or end},
        )
        rows = cursor.fetchall()
    peak, peak_at, *_ = rows[0]
    return AccountCounts(peak, peak_at, {account: Use(*use) for _, _, account, *use in rows if account is not None})
