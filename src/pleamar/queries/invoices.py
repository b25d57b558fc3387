"""Invoices, one row each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pleamar.models import Invoice
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import Scope
from pleamar.rules.money import Money


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice and what of it is still owed, with tax. `held`: staff hold it, it is not charged (rule M27)."""

    number: str
    partner: str
    issued_at: datetime
    cycle_start: datetime | None
    cycle_end: datetime | None
    state: str
    held: bool
    currency: str
    total: Money
    outstanding: Money


def invoices(scope: Scope, partner_name: str | None = None) -> list[InvoiceRow]:
    """The invoices in scope, or one partner's, in the order of their numbers. Refuses `partner_unknown`."""
    found = scope.rows(Invoice)
    if partner_name is not None:
        found = found.filter(partner_id=find_partner(scope, partner_name).id)
    return [_row(invoice) for invoice in found.select_related("partner").order_by("seller_id", "series", "sequence")]


def _row(invoice: Invoice) -> InvoiceRow:
    return InvoiceRow(
        number=invoice.number,
        partner=invoice.partner.name,
        issued_at=invoice.issued_at,
        cycle_start=invoice.cycle_start,
        cycle_end=invoice.cycle_end,
        state=invoice.state,
        held=invoice.held_at is not None,
        currency=invoice.currency,
        total=Money(invoice.total, invoice.currency),
        outstanding=Money(invoice.outstanding, invoice.currency),
    )


def invoices_on_hold(scope: Scope) -> int:
    """How many open invoices in scope are held (rule M27)."""
    return scope.rows(Invoice).filter(state="open", held_at__isnull=False).count()
