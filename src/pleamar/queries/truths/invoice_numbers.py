"""Numbers of a seller's series, of invoices and credit notes, run from 1 without a gap, and their dates with them."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "invoice_numbers"

_NUMBERED = """
numbered AS (
    SELECT 'invoice ' AS kind, number, seller_id, series, sequence, issue_date FROM invoice
    UNION ALL
    SELECT 'credit note ', number, seller_id, series, sequence, issue_date FROM credit_note
)"""

_GAPS = f"""
WITH {_NUMBERED}, ordered AS (
    SELECT kind || number AS name, number, seller_id, series, sequence, issue_date,
        lag(sequence, 1, 0::bigint) OVER in_series AS before,
        lag(issue_date) OVER in_series AS date_before
    FROM numbered
    WINDOW in_series AS (PARTITION BY seller_id, series ORDER BY sequence)
)
SELECT '', format('%s of seller %s', ordered.name, coalesce(seller.name, ordered.seller_id::text)),
    told.fact, told.stored, told.expected
FROM ordered LEFT JOIN seller ON seller.id = ordered.seller_id
CROSS JOIN LATERAL (VALUES
    ('sequence', ordered.sequence::text, (ordered.before + 1)::text),
    ('number', ordered.number, ordered.series || '-' || lpad(ordered.sequence::text,
        greatest(6, length(ordered.sequence::text)), '0')),
    ('issue date', CASE WHEN ordered.issue_date < ordered.date_before THEN ordered.issue_date::text END,
        ordered.date_before || ' or later')
) AS told (fact, stored, expected)
WHERE told.stored <> told.expected
ORDER BY ordered.seller_id, ordered.series, ordered.sequence
"""

_COUNTERS = f"""
WITH {_NUMBERED}, issued AS (
    SELECT seller_id, series, max(sequence) AS newest, max(issue_date) AS newest_date
    FROM numbered GROUP BY seller_id, series
)
SELECT '', format('series %s of seller %s', coalesce(number_series.series, issued.series),
        coalesce(seller.name, issued.seller_id::text)),
    told.fact, told.stored, told.expected
FROM number_series
FULL JOIN issued ON issued.seller_id = number_series.seller_id AND issued.series = number_series.series
LEFT JOIN seller ON seller.id = coalesce(number_series.seller_id, issued.seller_id)
CROSS JOIN LATERAL (VALUES
    ('next number', coalesce(number_series.next_number::text, 'missing'), (coalesce(issued.newest, 0) + 1)::text),
    ('newest issue date', coalesce(number_series.newest_issue_date::text, 'none'),
        coalesce(issued.newest_date::text, 'none'))
) AS told (fact, stored, expected)
WHERE told.stored <> told.expected
ORDER BY 2
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """Gaps, wrongly written numbers, dates that run back, counters that are off.

    The partners of a seller share its series, so only whoever sees them all can tell a gap.
    """
    if scope.is_everything:
        yield from differences_of(TRUTH, _GAPS)
        yield from differences_of(TRUTH, _COUNTERS)
