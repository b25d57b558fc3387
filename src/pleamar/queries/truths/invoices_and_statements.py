"""What is to be invoiced is, once and whole: one invoice a billed statement, its lines its net, tax on it (M7, M25)."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "invoices_and_statements"

# Amounts are told in minor units: this is where whole numbers are compared with whole numbers.
_STATEMENTS = """
SELECT partner.name, format('statement of cycle %s', cycle.index), told.fact, told.stored, told.expected
FROM statement
JOIN cycle ON cycle.id = statement.cycle_id
JOIN partner ON partner.id = cycle.partner_id
LEFT JOIN invoice ON invoice.statement_id = statement.id
CROSS JOIN LATERAL (VALUES
    ('invoices', CASE WHEN invoice.id IS NULL THEN '0' ELSE '1' END,
        CASE WHEN statement.quantity > 0 AND NOT statement.shadow THEN '1' ELSE '0' END),
    ('net of its invoice', invoice.net::text, statement.net::text),
    ('currency of its invoice', invoice.currency::text, statement.currency::text),
    ('partner of its invoice', invoice.partner_id::text, cycle.partner_id::text),
    ('start on its invoice', invoice.cycle_start::text, cycle.starts_at::text),
    ('end on its invoice', invoice.cycle_end::text, cycle.ends_at::text)
) AS told (fact, stored, expected)
WHERE {statement_scope} AND told.stored <> told.expected
ORDER BY partner.name, cycle.index
"""

_TOTALS = """
WITH added_up AS (
    SELECT invoice_id, sum(amount) AS net FROM invoice_line WHERE {line_scope} GROUP BY invoice_id
)
SELECT partner.name, 'invoice ' || invoice.number, told.fact, told.stored, told.expected
FROM invoice
JOIN partner ON partner.id = invoice.partner_id
LEFT JOIN added_up ON added_up.invoice_id = invoice.id
CROSS JOIN LATERAL (VALUES
    ('sum of the lines', coalesce(added_up.net, 0)::text, invoice.net::text),
    ('total', invoice.total::text, (invoice.net + invoice.tax)::text)
) AS told (fact, stored, expected)
WHERE {scope} AND told.stored <> told.expected
ORDER BY partner.name, invoice.id
"""

# Half up: the tax lies less than half a unit above the exact amount, or just half, and less than half below it.
_TAX = """
SELECT partner.name, 'invoice ' || invoice.number, 'tax', invoice.tax::text,
    format('%s %% of %s', invoice.tax_rate, invoice.net)
FROM invoice JOIN partner ON partner.id = invoice.partner_id
WHERE {scope}
    AND NOT (invoice.tax - 0.5 <= invoice.net * invoice.tax_rate * 0.01
        AND invoice.net * invoice.tax_rate * 0.01 < invoice.tax + 0.5)
ORDER BY partner.name, invoice.id
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """One invoice where there is to be one, none elsewhere; its cycle, net, lines, tax and total."""
    scopes = {
        "statement_scope": scope.sql("statement.partner_id"),
        "scope": scope.sql("invoice.partner_id"),
        "line_scope": scope.sql("invoice_line.partner_id"),
    }
    for statement in (_STATEMENTS, _TOTALS, _TAX):
        yield from differences_of(TRUTH, statement.format(**scopes))
