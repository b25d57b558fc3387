"""Disputes, and refunds made at the provider, are booked as they stand, and took back what they say (M11, P3)."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "disputes_and_ledger"

# What each entry of a dispute puts on the account of disputed money; none where it should not be there.
_DISPUTES = """
WITH booked AS (
    SELECT ledger_entry.key, ledger_entry.partner_id, ledger_entry.currency,
        sum(amount) FILTER (WHERE account = 'disputed') AS disputed
    FROM ledger_entry LEFT JOIN ledger_posting ON ledger_posting.entry_id = ledger_entry.id
    WHERE {entry_scope} AND ledger_entry.kind IN ('dispute_opened', 'dispute_won', 'dispute_lost')
    GROUP BY ledger_entry.id
), wanted AS (
    SELECT dispute.id, dispute.partner_id, dispute.currency, dispute.provider_reference,
        format('dispute:%s:%s:%s', dispute.provider, dispute.provider_reference, step.kind) AS key,
        step.sign * dispute.amount AS disputed
    FROM dispute
    CROSS JOIN LATERAL (VALUES ('opened', 1), ('won', -1), ('lost', -1)) AS step (kind, sign)
    WHERE {dispute_scope} AND step.kind IN ('opened', dispute.state)
)
SELECT partner.name, coalesce('dispute ' || wanted.provider_reference, 'entry') || ', ' ||
    coalesce(wanted.key, booked.key), told.fact, told.stored, told.expected
FROM wanted
FULL JOIN booked ON booked.key = wanted.key
LEFT JOIN partner ON partner.id = coalesce(wanted.partner_id, booked.partner_id)
CROSS JOIN LATERAL (VALUES
    ('entries', CASE WHEN booked.key IS NULL THEN '0' ELSE '1' END,
        CASE WHEN wanted.key IS NULL THEN '0' ELSE '1' END),
    ('partner of its entry', booked.partner_id::text, wanted.partner_id::text),
    ('currency of its entry', booked.currency::text, wanted.currency::text),
    ('booked as disputed', CASE WHEN booked.key IS NOT NULL THEN coalesce(booked.disputed, 0)::text END,
        wanted.disputed::text)
) AS told (fact, stored, expected)
WHERE told.stored <> told.expected
ORDER BY wanted.id, 2
"""

_CHARGES = """
WITH lost AS (
    SELECT dispute.charge_id, coalesce(sum(ledger_posting.amount), 0) AS owed_again
    FROM dispute
    LEFT JOIN ledger_entry ON {entry_scope} AND ledger_entry.key
        = format('dispute:%s:%s:lost', dispute.provider, dispute.provider_reference)
    LEFT JOIN ledger_posting ON ledger_posting.entry_id = ledger_entry.id AND ledger_posting.account = 'receivable'
    WHERE {dispute_scope} GROUP BY dispute.charge_id
), reversed AS (
    SELECT charge_id, sum(reversed) AS amount FROM charge_allocation WHERE {allocation_scope} GROUP BY charge_id
), given_back AS (
    SELECT charge_id, sum(amount) AS amount FROM outside_refund WHERE {refund_scope} GROUP BY charge_id
)
SELECT partner.name, 'charge ' || charge.id, told.fact, told.stored, told.expected
FROM charge
JOIN partner ON partner.id = charge.partner_id
LEFT JOIN lost ON lost.charge_id = charge.id
LEFT JOIN reversed ON reversed.charge_id = charge.id
LEFT JOIN given_back ON given_back.charge_id = charge.id
CROSS JOIN LATERAL (VALUES
    ('taken back from its invoices', coalesce(reversed.amount, 0)::text, coalesce(lost.owed_again, 0)::text),
    ('given back', CASE WHEN given_back.amount > charge.amount THEN given_back.amount::text END,
        charge.amount || ' or less')
) AS told (fact, stored, expected)
WHERE {charge_scope} AND told.stored <> told.expected
ORDER BY charge.id
"""

_REFUNDS = """
WITH booked AS (
    SELECT ledger_entry.key, ledger_entry.partner_id, ledger_entry.currency,
        coalesce(sum(amount) FILTER (WHERE account = 'refunded_outside'), 0) AS amount
    FROM ledger_entry LEFT JOIN ledger_posting ON ledger_posting.entry_id = ledger_entry.id
    WHERE {entry_scope} AND ledger_entry.kind = 'outside_refund'
    GROUP BY ledger_entry.id
)
SELECT partner.name, coalesce('refund ' || refund.provider_reference, 'entry ' || booked.key), told.fact, told.stored,
    told.expected
FROM (SELECT * FROM outside_refund WHERE {refund_scope}) AS refund
FULL JOIN booked ON booked.key = format('outside_refund:%s:%s', refund.provider, refund.provider_reference)
LEFT JOIN partner ON partner.id = coalesce(refund.partner_id, booked.partner_id)
CROSS JOIN LATERAL (VALUES
    ('entries', CASE WHEN booked.key IS NULL THEN '0' ELSE '1' END, CASE WHEN refund.id IS NULL THEN '0' ELSE '1' END),
    ('partner of its entry', booked.partner_id::text, refund.partner_id::text),
    ('currency of its entry', booked.currency::text, refund.currency::text),
    ('booked as refunded', booked.amount::text, refund.amount::text)
) AS told (fact, stored, expected)
WHERE told.stored <> told.expected
ORDER BY refund.id
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """Disputes and refunds against their entries; what charges' invoices gave back against disputes that were lost."""
    scopes = {
        "charge_scope": scope.sql("charge.partner_id"),
        "allocation_scope": scope.sql("charge_allocation.partner_id"),
        "dispute_scope": scope.sql("dispute.partner_id"),
        "refund_scope": scope.sql("outside_refund.partner_id"),
        "entry_scope": scope.sql("ledger_entry.partner_id"),
    }
    for statement in (_DISPUTES, _CHARGES, _REFUNDS):
        yield from differences_of(TRUTH, statement.format(**scopes))
