"""A partner's cycles are numbered from 0 and leave no moment out, from its creation to its running one (rule M8)."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "cycles_are_contiguous"

_CYCLES = """
WITH ordered AS (
    SELECT cycle.*,
        row_number() OVER by_index - 1 AS expected_index,
        coalesce(lag(ends_at) OVER by_index, partner.created_at) AS expected_start,
        partner.name
    FROM cycle JOIN partner ON partner.id = cycle.partner_id
    WHERE {scope}
    WINDOW by_index AS (PARTITION BY cycle.partner_id ORDER BY cycle.index)
)
SELECT ordered.name, 'cycle ' || ordered.index, told.fact, told.stored, told.expected
FROM ordered
CROSS JOIN LATERAL (VALUES
    ('index', ordered.index::text, ordered.expected_index::text),
    ('start', ordered.starts_at::text, ordered.expected_start::text)
) AS told (fact, stored, expected)
WHERE told.stored <> told.expected
ORDER BY ordered.name, ordered.index
"""

# The meter is in the cycle after the last frozen one; or, when its partner is closed and done, still in that one.
_METERS = """
WITH latest AS (
    SELECT DISTINCT ON (partner_id) partner_id, index, starts_at, ends_at, closing
    FROM cycle WHERE {scope} ORDER BY partner_id, index DESC
)
SELECT partner.name, 'meter', told.fact, told.stored, told.expected
FROM partner
LEFT JOIN meter ON meter.partner_id = partner.id
LEFT JOIN latest ON latest.partner_id = partner.id
CROSS JOIN LATERAL (VALUES
    ('row', CASE WHEN meter.partner_id IS NULL THEN 'missing' ELSE 'there' END, 'there'),
    ('index', meter.index::text,
        CASE WHEN meter.ended THEN latest.index ELSE coalesce(latest.index + 1, 0) END::text),
    ('start', meter.starts_at::text,
        CASE WHEN meter.ended THEN latest.starts_at ELSE coalesce(latest.ends_at, partner.created_at) END::text),
    ('end', meter.ends_at::text, CASE WHEN meter.ended THEN latest.ends_at ELSE meter.ends_at END::text)
) AS told (fact, stored, expected)
WHERE {partner_scope} AND partner.kind = 'msp'
    AND told.stored IS DISTINCT FROM told.expected AND (told.fact = 'row' OR meter.partner_id IS NOT NULL)
ORDER BY partner.name
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """Index and start of every cycle against the one before it, and every meter against the last of them."""
    cycles = scope.sql("cycle.partner_id")
    yield from differences_of(TRUTH, _CYCLES.format(scope=cycles))
    yield from differences_of(TRUTH, _METERS.format(scope=cycles, partner_scope=scope.sql("partner.id")))
