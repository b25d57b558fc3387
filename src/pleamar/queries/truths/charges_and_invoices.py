"""What was charged is booked and paid off its invoices, and the receivables are just what is outstanding (M11, P3)."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "charges_and_invoices"

# A charge that was never created from here was recovered from the provider's list: it says only what invoices took.
_CHARGES = """
WITH allotted AS (
    SELECT charge_id, sum(amount) AS amount, sum(applied) AS applied, count(*) FILTER (WHERE live) AS live
    FROM charge_allocation WHERE {allocation_scope} GROUP BY charge_id
), booked AS (
    SELECT ledger_entry.key, ledger_entry.partner_id, ledger_entry.currency,
        coalesce(sum(amount) FILTER (WHERE account = 'gateway_clearing'), 0) AS clearing,
        coalesce(sum(amount) FILTER (WHERE account = 'receivable'), 0) AS receivable,
        coalesce(sum(amount) FILTER (WHERE account = 'partner_credit'), 0) AS credit
    FROM ledger_entry LEFT JOIN ledger_posting ON ledger_posting.entry_id = ledger_entry.id
    WHERE {entry_scope} AND ledger_entry.kind = 'charge'
    GROUP BY ledger_entry.id
), known AS (
    SELECT charge.*, 'charge:' || card.provider || ':' || charge.provider_id AS key,
        coalesce(allotted.amount, 0) AS allotted, coalesce(allotted.applied, 0) AS applied,
        coalesce(allotted.live, 0) AS live
    FROM charge JOIN card ON card.id = charge.card_id
    LEFT JOIN allotted ON allotted.charge_id = charge.id
    WHERE {charge_scope}
)
SELECT partner.name, coalesce('charge ' || known.id, 'entry ' || booked.key), told.fact, told.stored, told.expected
FROM known
FULL JOIN booked ON booked.key = known.key
LEFT JOIN partner ON partner.id = coalesce(known.partner_id, booked.partner_id)
CROSS JOIN LATERAL (VALUES
    ('entries', CASE WHEN booked.key IS NULL THEN '0' ELSE '1' END,
        CASE WHEN known.state = 'succeeded' THEN '1' ELSE '0' END),
    ('partner of its entry', booked.partner_id::text, known.partner_id::text),
    ('currency of its entry', booked.currency::text, known.currency::text),
    ('booked as collected', booked.clearing::text, known.amount::text),
    ('booked off the receivables', booked.receivable::text, (-known.applied)::text),
    ('booked as the partner''s credit', booked.credit::text, (known.applied - known.amount)::text),
    ('allocated to invoices', known.allotted::text,
        CASE WHEN known.state = 'succeeded' AND known.create_attempt = 0
            THEN known.applied ELSE known.amount END::text),
    ('taken by invoices', CASE WHEN known.state <> 'succeeded' THEN known.applied::text END, '0'),
    ('live allocations', CASE WHEN known.state = 'canceled' THEN known.live::text END, '0')
) AS told (fact, stored, expected)
WHERE told.stored <> told.expected
ORDER BY known.id
"""

# A charge that succeeded blocks none that would collect what an invoice still owes, or owes again.
_INVOICES = """
WITH collected AS (
    SELECT charge_allocation.invoice_id, sum(charge_allocation.applied - charge_allocation.reversed) AS amount,
        count(*) FILTER (WHERE charge.partner_id <> invoice.partner_id) AS strangers,
        count(*) FILTER (WHERE charge.currency <> invoice.currency) AS foreign_money,
        count(*) FILTER (WHERE charge_allocation.live AND invoice.state = 'open') AS blocking
    FROM charge_allocation
    JOIN charge ON charge.id = charge_allocation.charge_id AND charge.state = 'succeeded'
    JOIN invoice ON invoice.id = charge_allocation.invoice_id
    WHERE {allocation_scope}
    GROUP BY charge_allocation.invoice_id
)
SELECT partner.name, 'invoice ' || invoice.number, told.fact, told.stored, told.expected
FROM invoice
JOIN partner ON partner.id = invoice.partner_id
LEFT JOIN collected ON collected.invoice_id = invoice.id
CROSS JOIN LATERAL (VALUES
    ('paid', invoice.paid::text, coalesce(collected.amount, 0)::text),
    ('charges of other partners', coalesce(collected.strangers, 0)::text, '0'),
    ('charges in other currencies', coalesce(collected.foreign_money, 0)::text, '0'),
    ('settled charges that block it', coalesce(collected.blocking, 0)::text, '0')
) AS told (fact, stored, expected)
WHERE {invoice_scope} AND told.stored <> told.expected
ORDER BY partner.name, invoice.id
"""

_RECEIVABLES = """
WITH owed AS (
    SELECT partner_id, currency, sum(total - paid - credited) AS amount
    FROM invoice WHERE state <> 'void' AND {invoice_scope} GROUP BY partner_id, currency
), booked AS (
    SELECT ledger_entry.partner_id, ledger_entry.currency, sum(ledger_posting.amount) AS amount
    FROM ledger_entry JOIN ledger_posting ON ledger_posting.entry_id = ledger_entry.id
    WHERE ledger_posting.account = 'receivable' AND {entry_scope}
    GROUP BY ledger_entry.partner_id, ledger_entry.currency
)
SELECT partner.name, 'receivables in ' || coalesce(owed.currency, booked.currency), 'balance',
    coalesce(booked.amount, 0)::text, coalesce(owed.amount, 0)::text
FROM owed
FULL JOIN booked ON booked.partner_id = owed.partner_id AND booked.currency = owed.currency
LEFT JOIN partner ON partner.id = coalesce(owed.partner_id, booked.partner_id)
WHERE coalesce(owed.amount, 0) <> coalesce(booked.amount, 0)
ORDER BY partner.name
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """Charges against their entries and allocations, invoices against what was collected, receivables against both."""
    scopes = {
        "charge_scope": scope.sql("charge.partner_id"),
        "allocation_scope": scope.sql("charge_allocation.partner_id"),
        "entry_scope": scope.sql("ledger_entry.partner_id"),
        "invoice_scope": scope.sql("invoice.partner_id"),
    }
    for statement in (_CHARGES, _INVOICES, _RECEIVABLES):
        yield from differences_of(TRUTH, statement.format(**scopes))
