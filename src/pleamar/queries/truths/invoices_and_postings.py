"""Every invoice is booked once, with its own amounts, and every entry of the ledger balances (rule P3)."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "invoices_and_postings"

_ENTRIES = """
SELECT partner.name, 'entry ' || ledger_entry.key, told.fact, told.stored, told.expected
FROM ledger_entry
LEFT JOIN partner ON partner.id = ledger_entry.partner_id
LEFT JOIN (
    SELECT entry_id, sum(amount) AS balance, count(*) AS postings, count(*) FILTER (WHERE amount = 0) AS empty
    FROM ledger_posting WHERE {posting_scope} GROUP BY entry_id
) AS added_up ON added_up.entry_id = ledger_entry.id
CROSS JOIN LATERAL (VALUES
    ('balance', coalesce(added_up.balance, 0)::text, '0'),
    ('postings', CASE WHEN added_up.postings IS NULL THEN '0' END, '2 or more'),
    ('postings of zero', coalesce(added_up.empty, 0)::text, '0')
) AS told (fact, stored, expected)
WHERE {entry_scope} AND told.stored <> told.expected
ORDER BY ledger_entry.id
"""

# An entry off balance is told of as such, once; here its amounts are compared one by one.
_INVOICES = """
WITH booked AS (
    SELECT ledger_entry.key, ledger_entry.partner_id, ledger_entry.currency,
        coalesce(sum(amount) FILTER (WHERE account = 'receivable'), 0) AS receivable,
        coalesce(sum(amount) FILTER (WHERE account = 'revenue'), 0) AS revenue,
        coalesce(sum(amount) FILTER (WHERE account = 'tax_payable'), 0) AS tax_payable,
        coalesce(sum(amount) FILTER (WHERE account NOT IN ('receivable', 'revenue', 'tax_payable')), 0) AS other
    FROM ledger_entry LEFT JOIN ledger_posting ON ledger_posting.entry_id = ledger_entry.id
    WHERE {entry_scope} AND ledger_entry.kind = 'invoice'
    GROUP BY ledger_entry.id
)
SELECT partner.name, coalesce('invoice ' || invoice.number, 'entry ' || booked.key), told.fact, told.stored,
    told.expected
FROM (SELECT * FROM invoice WHERE {invoice_scope}) AS invoice
FULL JOIN booked ON booked.key = 'invoice:' || invoice.id
LEFT JOIN partner ON partner.id = coalesce(invoice.partner_id, booked.partner_id)
CROSS JOIN LATERAL (VALUES
    ('entries', CASE WHEN booked.key IS NULL THEN '0' ELSE '1' END,
        CASE WHEN invoice.id IS NULL OR (invoice.total = 0 AND invoice.net = 0 AND invoice.tax = 0) THEN '0'
             ELSE '1' END),
    ('partner of its entry', booked.partner_id::text, invoice.partner_id::text),
    ('currency of its entry', booked.currency::text, invoice.currency::text),
    ('booked as receivable', booked.receivable::text, invoice.total::text),
    ('booked as revenue', booked.revenue::text, (-invoice.net)::text),
    ('booked as tax payable', booked.tax_payable::text, (-invoice.tax)::text),
    ('booked elsewhere', booked.other::text, '0')
) AS told (fact, stored, expected)
WHERE told.stored <> told.expected
ORDER BY invoice.id
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """Every entry's balance; every invoice's entry and its amounts, in minor units."""
    scopes = {
        "entry_scope": scope.sql("ledger_entry.partner_id"),
        "posting_scope": scope.sql("ledger_posting.partner_id"),
        "invoice_scope": scope.sql("invoice.partner_id"),
    }
    yield from differences_of(TRUTH, _ENTRIES.format(**scopes))
    yield from differences_of(TRUTH, _INVOICES.format(**scopes))
