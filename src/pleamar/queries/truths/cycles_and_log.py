"""Every frozen cycle can be recomputed from the seat log alone, and gives the same figures (M2, M3, M5, M6, P2)."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "cycles_and_log"

# The starts of the cycles (and of the running one, which ends the last of them) are put among the batches as moments
# without a change, and merged with a batch of that very moment: so a silent cycle has a count too, and what was just
# before a start is in no cycle but the one it ends. One running sum then serves all cycles of all partners.
_PARTNERS = """
WITH moment AS (
    SELECT partner_id, at, sum(delta) AS delta, max(batch_id) AS batch_id, count(start) AS starts
    FROM (
        SELECT partner_id, at, sum(delta) AS delta, batch_id, NULL AS start
        FROM seat_log WHERE billable AND {log_scope} GROUP BY partner_id, at, batch_id
        UNION ALL SELECT partner_id, starts_at, 0, NULL, 1 FROM cycle WHERE {scope}
        UNION ALL SELECT partner_id, starts_at, 0, NULL, 1 FROM meter WHERE NOT ended AND {meter_scope}
    ) AS known
    GROUP BY partner_id, at
), counted AS (
    SELECT partner_id, at, batch_id, starts,
        sum(delta) OVER by_time AS seats, sum(starts) OVER by_time AS ordinal
    FROM moment
    WINDOW by_time AS (PARTITION BY partner_id ORDER BY at)
), replayed AS (
    SELECT partner_id, ordinal, max(seats) AS peak,
        max(seats) FILTER (WHERE starts > 0) AS opening,
        (array_agg(seats ORDER BY at DESC))[1] AS closing,
        (array_agg(at ORDER BY seats DESC, at))[1] AS peak_at,
        (array_agg(CASE WHEN starts = 0 THEN batch_id END ORDER BY seats DESC, at))[1] AS peak_batch
    FROM counted GROUP BY partner_id, ordinal
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY partner_id ORDER BY starts_at) AS ordinal FROM cycle WHERE {scope}
)
SELECT partner.name, format('cycle %s from %s', numbered.index, numbered.starts_at), told.fact, told.stored,
    told.expected
FROM numbered
JOIN partner ON partner.id = numbered.partner_id
JOIN replayed ON replayed.partner_id = numbered.partner_id AND replayed.ordinal = numbered.ordinal
CROSS JOIN LATERAL (VALUES
    ('opening count', numbered.opening::text, replayed.opening::text),
    ('closing count', numbered.closing::text, replayed.closing::text),
    ('peak', numbered.peak::text, replayed.peak::text),
    ('moment of the peak', numbered.peak_at::text, replayed.peak_at::text),
    ('batch of the peak', numbered.peak_batch_id::text, replayed.peak_batch::text)
) AS told (fact, stored, expected)
WHERE told.stored IS DISTINCT FROM told.expected
ORDER BY partner.name, numbered.index
"""

# The same for each account, with the moments of the cycles at which it has no change.
_ACCOUNTS = """
WITH start AS (
    SELECT partner_id, starts_at FROM cycle WHERE {scope}
    UNION ALL SELECT partner_id, starts_at FROM meter WHERE NOT ended AND {meter_scope}
), moment AS (
    SELECT partner_id, account_id, at, sum(delta) AS delta, sum(starts) AS starts
    FROM (
        SELECT partner_id, account_id, at, delta, 0 AS starts FROM seat_log WHERE billable AND {log_scope}
        UNION ALL
        SELECT start.partner_id, account.id, start.starts_at, 0, 1
        FROM start JOIN account ON account.partner_id = start.partner_id
    ) AS known
    GROUP BY partner_id, account_id, at
), counted AS (
    SELECT partner_id, account_id, at, sum(delta) OVER by_time AS seats, sum(starts) OVER by_time AS ordinal
    FROM moment
    WINDOW by_time AS (PARTITION BY account_id ORDER BY at)
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY partner_id ORDER BY starts_at) AS ordinal FROM cycle WHERE {scope}
), replayed AS (
    SELECT numbered.id AS cycle_id, counted.account_id, max(counted.seats) AS own_peak,
        (array_agg(counted.seats ORDER BY counted.at DESC) FILTER (WHERE counted.at <= numbered.peak_at))[1] AS seats
    FROM counted
    JOIN numbered ON numbered.partner_id = counted.partner_id AND numbered.ordinal = counted.ordinal
    GROUP BY numbered.id, counted.account_id
), stored AS (
    SELECT cycle_id, account_id, seats, own_peak FROM cycle_share WHERE {share_scope}
), compared AS (
    SELECT coalesce(stored.cycle_id, replayed.cycle_id) AS cycle_id,
        coalesce(stored.account_id, replayed.account_id) AS account_id,
        coalesce(stored.seats, 0) AS seats, coalesce(replayed.seats, 0) AS seats_expected,
        coalesce(stored.own_peak, 0) AS own_peak, coalesce(replayed.own_peak, 0) AS own_peak_expected
    FROM replayed
    FULL JOIN stored ON stored.cycle_id = replayed.cycle_id AND stored.account_id = replayed.account_id
)
SELECT partner.name, format('account %s in cycle %s', coalesce(account.name, compared.account_id::text), cycle.index),
    told.fact, told.stored, told.expected
FROM compared
JOIN cycle ON cycle.id = compared.cycle_id
JOIN partner ON partner.id = cycle.partner_id
LEFT JOIN account ON account.id = compared.account_id
CROSS JOIN LATERAL (VALUES
    ('share of the peak', compared.seats::text, compared.seats_expected::text),
    ('own peak', compared.own_peak::text, compared.own_peak_expected::text)
) AS told (fact, stored, expected)
WHERE (compared.seats <> compared.seats_expected OR compared.own_peak <> compared.own_peak_expected)
    AND told.stored <> told.expected
ORDER BY partner.name, cycle.index, compared.account_id
"""

_SUMS = """
SELECT partner.name, format('cycle %s from %s', cycle.index, cycle.starts_at), 'sum of the shares',
    coalesce(sum(cycle_share.seats), 0)::text, cycle.peak::text
FROM cycle
JOIN partner ON partner.id = cycle.partner_id
LEFT JOIN cycle_share ON cycle_share.cycle_id = cycle.id
WHERE {scope}
GROUP BY partner.name, cycle.id
HAVING coalesce(sum(cycle_share.seats), 0) <> cycle.peak
ORDER BY partner.name, cycle.index
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """Counts, peak and moment of every cycle, and every account's share and own peak in it, against the log."""
    scopes = {
        "scope": scope.sql("cycle.partner_id"),
        "log_scope": scope.sql("seat_log.partner_id"),
        "meter_scope": scope.sql("meter.partner_id"),
        "share_scope": scope.sql("cycle_share.partner_id"),
    }
    for statement in (_PARTNERS, _ACCOUNTS, _SUMS):
        yield from differences_of(TRUTH, statement.format(**scopes))
