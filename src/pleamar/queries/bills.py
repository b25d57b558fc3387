"""What was billed, and why: one row a closed cycle, with what set its peak and how it was paid."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from pleamar.models import Charge, ChargeAllocation, Cycle, Invoice, SeatBatch
from pleamar.queries.scopes import Scope
from pleamar.rules.money import Money


@dataclass(frozen=True, slots=True)
class Payment:
    """How an invoice stands: its `state`, how often a card was declined for it and why the last time.

    `together` is how many invoices the charge that paid it paid; `secured`: its cardholder had to confirm it (3-D
    Secure), or still has to (`waits`).
    """

    state: str
    declines: int = 0
    decline: str = ""
    together: int = 0
    secured: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class BillRow:
    """`set_by` says who set the peak and how; empty when it is the count the cycle began with.

    `payment` is none where there was nothing to pay.
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
    payment: Payment | None


class _For(NamedTuple):
    """A charge, and how many invoices it is for."""

    charge: Charge
    invoices: int


def bills(scope: Scope, *, ended_after: datetime | None = None) -> list[BillRow]:
    """Every closed cycle in scope, or those that ended later, by partner and time; in a fixed number of queries."""
    cycles = scope.rows(Cycle).filter(statement__isnull=False).select_related("partner", "statement__invoice")
    if ended_after is not None:
        cycles = cycles.filter(ends_at__gt=ended_after)
    cycles = cycles.order_by("partner_id", "index")
    batches = scope.rows(SeatBatch).in_bulk({cycle.peak_batch_id for cycle in cycles if cycle.peak_batch_id})
    charges = _charges(scope)
    return [_row(cycle, batches.get(cycle.peak_batch_id or 0), charges) for cycle in cycles]


def _charges(scope: Scope) -> dict[int, list[_For]]:
    """Invoice id → its charges, the oldest first."""
    charges = scope.rows(Charge).in_bulk()
    pairs = list(scope.rows(ChargeAllocation).order_by("charge_id").values_list("invoice_id", "charge_id"))
    invoices = Counter(charge_id for _, charge_id in pairs)
    found: dict[int, list[_For]] = {}
    for invoice_id, charge_id in pairs:
        found.setdefault(invoice_id, []).append(_For(charges[charge_id], invoices[charge_id]))
    return found


def _row(cycle: Cycle, batch: SeatBatch | None, charges: dict[int, list[_For]]) -> BillRow:
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
        payment=None if invoice is None else _payment(invoice.state, charges.get(invoice.pk, [])),
    )


def _payment(state: str, attempts: list[_For]) -> Payment:
    charges = [attempt.charge for attempt in attempts]
    declined = [charge for charge in charges if charge.decline_class in ("soft", "hard")]
    paying = [attempt for attempt in attempts if attempt.charge.state in ("succeeded", "action_required")]
    last, invoices = paying[-1] if paying else (None, 0)
    return Payment(
        state,
        declines=len(declined),
        decline=declined[-1].decline_code if declined else "",
        together=invoices if last is not None and last.state == "succeeded" else 0,
        secured=last is not None and last.action_since is not None,
        waits=last is not None and last.state == "action_required",
    )
