"""What was billed, and why: one row a closed cycle, with what set its peak and how it was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pleamar.models import Charge, Cycle, Invoice, SeatBatch
from pleamar.queries.scopes import Scope
from pleamar.rules.money import Money


@dataclass(frozen=True, slots=True)
class BillRow:
    """`set_by` says who set the peak and how; empty when it is the count the cycle began with.

    `payment` is the invoice's state, with the decline where its latest charge was declined.
    """

    partner: str
    timezone: str
    cycle_start: datetime
    cycle_end: datetime
    peak: int
    peak_at: datetime
    set_by: str
    unit_price: Decimal | None
    net: Money
    invoice: str
    payment: str


def bills(scope: Scope, *, ended_after: datetime | None = None) -> list[BillRow]:
    """Every closed cycle in scope, or those that ended later, by partner and time; in a fixed number of queries."""
    cycles = scope.rows(Cycle).filter(statement__isnull=False).select_related("partner", "statement__invoice")
    if ended_after is not None:
        cycles = cycles.filter(ends_at__gt=ended_after)
    cycles = cycles.order_by("partner_id", "index")
    batches = scope.rows(SeatBatch).in_bulk({cycle.peak_batch_id for cycle in cycles if cycle.peak_batch_id})
    declines = _declines(scope)
    return [_row(cycle, batches.get(cycle.peak_batch_id or 0), declines) for cycle in cycles]


def _declines(scope: Scope) -> dict[int, str]:
    """Invoice id → why its latest charge was declined."""
    charges = scope.rows(Charge).exclude(decline_code="").order_by("pk")
    return {number: code for number, code in charges.values_list("allocations__invoice", "decline_code") if number}


def _row(cycle: Cycle, batch: SeatBatch | None, declines: dict[int, str]) -> BillRow:
    statement = cycle.statement
    invoice: Invoice | None = getattr(statement, "invoice", None)
    return BillRow(
        partner=cycle.partner.name,
        timezone=cycle.timezone,
        cycle_start=cycle.starts_at,
        cycle_end=cycle.ends_at,
        peak=cycle.peak,
        peak_at=cycle.peak_at,
        set_by="" if batch is None else f"{batch.actor}, {batch.means}{batch.reason and f': {batch.reason}'}",
        unit_price=statement.unit_price,
        net=Money(statement.net, statement.currency),
        invoice="" if invoice is None else invoice.number,
        payment=_payment(invoice, declines),
    )


def _payment(invoice: Invoice | None, declines: dict[int, str]) -> str:
    if invoice is None:
        return "nothing to pay"
    declined = declines.get(invoice.pk)
    return f"declined: {declined.replace('_', ' ')}" if declined and invoice.state == "open" else invoice.state
