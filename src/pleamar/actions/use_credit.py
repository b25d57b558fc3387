"""Settle invoices with what their partners have to their name, before a card is charged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

from pleamar.actions.record_act import Act, record_acts
from pleamar.actions.review_standing import review_standing
from pleamar.models import InvoiceCredit, LedgerEntry, LedgerPosting
from pleamar.models.bulk import array, copy_rows, quick_cursor, reserve_ids
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.rules.causes import Cause
from pleamar.rules.collecting import Part, apply_credit, total
from pleamar.rules.ledger import for_credit_used
from pleamar.rules.money import Money

_USING: Final = Cause(actor="pleamar", means="plan charges")


class _Owed(NamedTuple):
    credit_id: int
    partner_id: int
    currency: str
    balance: int
    invoice_id: int
    outstanding: int


class _Used(NamedTuple):
    """`amount` of the credit `credit_id` goes to an invoice; `id` is that of its InvoiceCredit."""

    id: int
    credit_id: int
    partner_id: int
    invoice_id: int
    amount: Money


def use_credit(partner_ids: Sequence[int], now: datetime, jobs: Jobs = NOBODY) -> int:
    """How many of the partners' open invoices got something of their partner's credit, oldest first (rule M16).

    An invoice on hold, or in a charge that is under way, gets none. A currency's credit goes to invoices in it only.
    Where that pays the last that was overdue, a suspension ends (rule M14). The caller holds the partners' locks. Where
    nobody has any credit this is one statement.
    """
    owed = _owed(partner_ids) if partner_ids else []
    parts: list[tuple[_Owed, Part]] = []
    for _, group in groupby(owed, key=lambda row: row.credit_id):
        rows = list(group)
        applied = apply_credit(rows[0].balance, [Part(row.invoice_id, row.outstanding) for row in rows])
        parts += [(rows[0], part) for part in applied]
    if not parts:
        return 0
    used = [
        _Used(number, row.credit_id, row.partner_id, part.invoice, Money(part.amount, row.currency))
        for number, (row, part) in zip(reserve_ids(InvoiceCredit, len(parts)), parts, strict=True)
    ]
    _write(used, now)
    _book(used, now)
    _settle(used)
    record_acts(
        [Act("use credit", f"invoice {one.invoice_id}", one.partner_id, {"amount": one.amount.minor}) for one in used],
        cause=_USING,
        at=now,
    )
    review_standing(sorted({one.partner_id for one in used}), now=now, jobs=jobs)
    return len(used)


def _owed(partner_ids: Sequence[int]) -> list[_Owed]:
    """The free open invoices of partners with credit in their currency, by partner and currency, oldest first."""
    with quick_cursor() as cursor:
        cursor.execute(
            "SELECT credit.id, credit.partner_id, credit.currency, credit.balance, invoice.id, "
            "invoice.total - invoice.paid - invoice.credited "
            "FROM partner_credit AS credit JOIN invoice ON invoice.partner_id = credit.partner_id "
            "AND invoice.currency = credit.currency AND invoice.state = 'open' AND invoice.held_at IS NULL "
            "WHERE credit.partner_id = ANY(%s::bigint[]) AND credit.balance > 0 "
            "AND NOT EXISTS (SELECT FROM charge_allocation WHERE invoice_id = invoice.id AND live) "
            "ORDER BY credit.id, invoice.issued_at, invoice.id",
            [array(partner_ids)],
        )
        return [_Owed(*row) for row in cursor.fetchall()]


def _write(used: Sequence[_Used], now: datetime) -> None:
    copy_rows(
        InvoiceCredit,
        ["id", "partner_id", "invoice_id", "source", "amount", "applied_at"],
        ((one.id, one.partner_id, one.invoice_id, "partner_credit", one.amount.minor, now) for one in used),
    )


def _book(used: Sequence[_Used], now: datetime) -> None:
    entries = [
        (number, one, for_credit_used(one.amount))
        for number, one in zip(reserve_ids(LedgerEntry, len(used)), used, strict=True)
    ]
    copy_rows(
        LedgerEntry,
        ["id", "partner_id", "key", "kind", "currency", "booked_at"],
        (
            (number, one.partner_id, f"credit_used:{one.id}", entry.kind, entry.currency, now)
            for number, one, entry in entries
        ),
    )
    copy_rows(
        LedgerPosting,
        ["partner_id", "entry_id", "account", "amount"],
        (
            (one.partner_id, number, posting.account.value, posting.minor)
            for number, one, entry in entries
            for posting in entry.postings
        ),
    )


def _settle(used: Sequence[_Used]) -> None:
    """The invoices are credited, and paid where nothing is left; the balances are lower by as much."""
    by_credit = {
        credit_id: total([Part(one.invoice_id, one.amount.minor) for one in group])
        for credit_id, group in groupby(used, key=lambda one: one.credit_id)
    }
    with quick_cursor() as cursor:
        cursor.execute(
            "UPDATE invoice SET credited = credited + used.amount, "
            "state = CASE WHEN total = paid + credited + used.amount THEN 'paid' ELSE 'open' END "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS used (invoice_id, amount) WHERE invoice.id = used.invoice_id",
            [array(one.invoice_id for one in used), array(one.amount.minor for one in used)],
        )
        cursor.execute(
            "UPDATE partner_credit SET balance = balance - used.amount "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS used (credit_id, amount) "
            "WHERE partner_credit.id = used.credit_id",
            [array(by_credit), array(by_credit.values())],
        )
