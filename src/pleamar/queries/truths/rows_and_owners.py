"""A row says the same owner as the row it hangs on: else a scope would hide it, or show it to others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "rows_and_owners"

# Table, the column that names its neighbour, and the neighbour. The log has a truth of its own.
_NEIGHBOURS: Final = (
    ("member", "account_id", "account"),
    ("cycle_share", "cycle_id", "cycle"),
    ("cycle_share", "account_id", "account"),
    ("statement", "cycle_id", "cycle"),
    ("invoice", "statement_id", "statement"),
    ("invoice_line", "invoice_id", "invoice"),
    ("invoice_document", "invoice_id", "invoice"),
    ("charge", "card_id", "card"),
    ("charge_allocation", "charge_id", "charge"),
    ("charge_allocation", "invoice_id", "invoice"),
    ("ledger_posting", "entry_id", "ledger_entry"),
    ("credit_note", "invoice_id", "invoice"),
    ("invoice_credit", "invoice_id", "invoice"),
    ("invoice_credit", "credit_note_id", "credit_note"),
    ("dispute", "charge_id", "charge"),
    ("outside_refund", "charge_id", "charge"),
)

_SQL = """
SELECT partner.name, '{table} ' || {table}.id, 'partner', {table}.partner_id::text,
    coalesce({neighbour}.partner_id::text, 'that of {neighbour} ' || {table}.{column} || ', which is missing')
FROM {table}
LEFT JOIN {neighbour} ON {neighbour}.id = {table}.{column}
LEFT JOIN partner ON partner.id = {neighbour}.partner_id
WHERE {table}.{column} IS NOT NULL AND ({scope} OR {neighbour_scope})
    AND {table}.partner_id IS DISTINCT FROM {neighbour}.partner_id
ORDER BY {table}.id
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """The partner on every such row, against the one on its neighbour, which must exist."""
    for table, column, neighbour in _NEIGHBOURS:
        statement = _SQL.format(
            table=table,
            column=column,
            neighbour=neighbour,
            scope=scope.sql(f"{table}.partner_id"),
            neighbour_scope=scope.sql(f"{neighbour}.partner_id"),
        )
        yield from differences_of(TRUTH, statement)
