"""What a partner has in its favour, kept at hand, is the balance of its ledger account (rules M16, P3)."""

from __future__ import annotations

from collections.abc import Iterator

from pleamar.queries.scopes import Scope
from pleamar.queries.truths.difference import Difference, differences_of

TRUTH = "partner_credit_and_ledger"

_SQL = """
WITH booked AS (
    SELECT ledger_entry.partner_id, ledger_entry.currency, -sum(ledger_posting.amount) AS balance
    FROM ledger_entry JOIN ledger_posting ON ledger_posting.entry_id = ledger_entry.id
    WHERE ledger_posting.account = 'partner_credit' AND {entry_scope}
    GROUP BY ledger_entry.partner_id, ledger_entry.currency
), kept AS (
    SELECT * FROM partner_credit WHERE {credit_scope}
)
SELECT partner.name, 'credit in ' || coalesce(kept.currency, booked.currency), 'balance',
    coalesce(kept.balance, 0)::text, coalesce(booked.balance, 0)::text
FROM kept
FULL JOIN booked ON booked.partner_id = kept.partner_id AND booked.currency = kept.currency
LEFT JOIN partner ON partner.id = coalesce(kept.partner_id, booked.partner_id)
WHERE coalesce(kept.balance, 0) <> coalesce(booked.balance, 0)
ORDER BY partner.name, 2
"""


def differences(scope: Scope) -> Iterator[Difference]:
    """Each partner's credit in each currency, in minor units, against the ledger."""
    scopes = {
        "entry_scope": scope.sql("ledger_entry.partner_id"),
        "credit_scope": scope.sql("partner_credit.partner_id"),
    }
    yield from differences_of(TRUTH, _SQL.format(**scopes))
