"""Invoices are credited with just what notes and the partner's credit gave them, and all of it is booked (M16, P3)."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "credits_and_invoices"

_INVOICES = """
WITH given AS (
    SELECT invoice_id, sum(amount) AS amount FROM invoice_credit WHERE {credit_scope} GROUP BY invoice_id
), noted AS (
    SELECT invoice_id, sum(net) AS net, sum(tax) AS tax, sum(total) AS total,
        string_agg(DISTINCT currency, ' ') AS currencies
    FROM credit_note WHERE {note_scope} GROUP BY invoice_id
)
SELECT partner.name, 'invoice ' || invoice.number, told.fact, told.stored, told.expected
FROM invoice
JOIN partner ON partner.id = invoice.partner_id
LEFT JOIN given ON given.invoice_id = invoice.id
LEFT JOIN noted ON noted.invoice_id = invoice.id
CROSS JOIN LATERAL (VALUES
    ('credited', invoice.credited::text, coalesce(given.amount, 0)::text),
    ('total of its credit notes', CASE WHEN noted.total > invoice.total THEN noted.total::text END,
        invoice.total || ' or less'),
    ('net of its credit notes', CASE WHEN noted.net > invoice.net OR (noted.total = invoice.total
        AND noted.net <> invoice.net) THEN noted.net::text END, invoice.net::text),
    ('tax of its credit notes', CASE WHEN noted.tax > invoice.tax OR (noted.total = invoice.total
        AND noted.tax <> invoice.tax) THEN noted.tax::text END, invoice.tax::text),
    ('currency of its credit notes', noted.currencies, invoice.currency::text)
) AS told (fact, stored, expected)
WHERE {invoice_scope} AND told.stored <> told.expected
ORDER BY partner.name, invoice.id
"""

_NOTES = """
WITH applied AS (
    SELECT invoice_credit.credit_note_id, sum(invoice_credit.amount) AS amount,
        count(*) FILTER (WHERE invoice_credit.invoice_id <> credit_note.invoice_id) AS elsewhere
    FROM invoice_credit JOIN credit_note ON credit_note.id = invoice_credit.credit_note_id
    WHERE {credit_scope} GROUP BY invoice_credit.credit_note_id
), booked AS (
    SELECT ledger_entry.key, ledger_entry.partner_id, ledger_entry.currency,
        coalesce(sum(amount) FILTER (WHERE account = 'revenue'), 0) AS revenue,
        coalesce(sum(amount) FILTER (WHERE account = 'tax_payable'), 0) AS tax_payable,
        coalesce(sum(amount) FILTER (WHERE account = 'receivable'), 0) AS receivable,
        coalesce(sum(amount) FILTER (WHERE account = 'partner_credit'), 0) AS credit
    FROM ledger_entry LEFT JOIN ledger_posting ON ledger_posting.entry_id = ledger_entry.id
    WHERE {entry_scope} AND ledger_entry.kind = 'credit_note'
    GROUP BY ledger_entry.id
)
SELECT partner.name, coalesce('credit note ' || note.number, 'entry ' || booked.key), told.fact, told.stored,
    told.expected
FROM (SELECT * FROM credit_note WHERE {note_scope}) AS note
FULL JOIN booked ON booked.key = 'credit_note:' || note.id
LEFT JOIN applied ON applied.credit_note_id = note.id
LEFT JOIN partner ON partner.id = coalesce(note.partner_id, booked.partner_id)
CROSS JOIN LATERAL (VALUES
    ('entries', CASE WHEN booked.key IS NULL THEN '0' ELSE '1' END, CASE WHEN note.id IS NULL THEN '0' ELSE '1' END),
    ('partner of its entry', booked.partner_id::text, note.partner_id::text),
    ('currency of its entry', booked.currency::text, note.currency::text),
    ('booked off the revenue', booked.revenue::text, note.net::text),
    ('booked off the tax payable', booked.tax_payable::text, note.tax::text),
    ('booked off the receivables', booked.receivable::text, (-note.applied)::text),
    ('booked as the partner''s credit', booked.credit::text, (note.applied - note.total)::text),
    ('applied', note.applied::text, coalesce(applied.amount, 0)::text),
    ('applied to other invoices', coalesce(applied.elsewhere, 0)::text, '0')
) AS told (fact, stored, expected)
WHERE told.stored <> told.expected
ORDER BY note.id
"""

_USED = """
WITH booked AS (
    SELECT ledger_entry.key, ledger_entry.partner_id, ledger_entry.currency,
        coalesce(sum(amount) FILTER (WHERE account = 'partner_credit'), 0) AS credit,
        coalesce(sum(amount) FILTER (WHERE account = 'receivable'), 0) AS receivable
    FROM ledger_entry LEFT JOIN ledger_posting ON ledger_posting.entry_id = ledger_entry.id
    WHERE {entry_scope} AND ledger_entry.kind = 'credit_used'
    GROUP BY ledger_entry.id
), used AS (
    SELECT invoice_credit.id, invoice_credit.partner_id, invoice_credit.amount, invoice.number, invoice.currency
    FROM invoice_credit JOIN invoice ON invoice.id = invoice_credit.invoice_id
    WHERE {credit_scope} AND invoice_credit.source = 'partner_credit'
)
SELECT partner.name, coalesce('credit ' || used.id || ' of invoice ' || used.number, 'entry ' || booked.key),
    told.fact, told.stored, told.expected
FROM used
FULL JOIN booked ON booked.key = 'credit_used:' || used.id
LEFT JOIN partner ON partner.id = coalesce(used.partner_id, booked.partner_id)
CROSS JOIN LATERAL (VALUES
    ('entries', CASE WHEN booked.key IS NULL THEN '0' ELSE '1' END, CASE WHEN used.id IS NULL THEN '0' ELSE '1' END),
    ('partner of its entry', booked.partner_id::text, used.partner_id::text),
    ('currency of its entry', booked.currency::text, used.currency::text),
    ('booked off the partner''s credit', booked.credit::text, used.amount::text),
    ('booked off the receivables', booked.receivable::text, (-used.amount)::text)
) AS told (fact, stored, expected)
WHERE told.stored <> told.expected
ORDER BY used.id
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """Invoices against their credits and notes; notes, and what was used of the partner's credit, against entries."""
    scopes = {
        "invoice_scope": scope.sql("invoice.partner_id"),
        "credit_scope": scope.sql("invoice_credit.partner_id"),
        "note_scope": scope.sql("credit_note.partner_id"),
        "entry_scope": scope.sql("ledger_entry.partner_id"),
    }
    for statement in (_INVOICES, _NOTES, _USED):
        yield from differences_of(TRUTH, statement.format(**scopes))
