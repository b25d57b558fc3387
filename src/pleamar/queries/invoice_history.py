"""What became of an invoice: each try to collect it, what was credited, and why it is on hold (rules M13, M16, M27)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pleamar.models import ChargeAllocation, CreditNote, InvoiceCredit
from pleamar.queries.invoice_facts import find_invoice
from pleamar.queries.scopes import Scope
from pleamar.rules.invoice_standing import InvoiceStanding, invoice_standing
from pleamar.rules.money import Money


@dataclass(frozen=True, slots=True)
class Attempt:
    """A charge of which `amount` was for this invoice; `whole` is all that it charged to the card.

    `decline_code` is the provider's word; `disputed` the state of a dispute, or empty.
    """

    planned_at: datetime
    settled_at: datetime | None
    amount: Money
    whole: Money
    brand: str
    last4: str
    state: str
    decline_class: str
    decline_code: str
    disputed: str


@dataclass(frozen=True, slots=True)
class CreditApplied:
    """So much of the invoice was settled without money; by a credit note, or (`note` empty) by the partner's credit."""

    at: datetime
    amount: Money
    note: str


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """A credit note of the invoice; `kept` is what of it became the partner's credit."""

    number: str
    issue_date: date
    total: Money
    kept: Money
    reason: str


@dataclass(frozen=True, slots=True)
class InvoiceHistory:
    """The oldest first. `held_at` is None unless it is on hold; `retried_at` as in `ListedInvoice`."""

    standing: InvoiceStanding
    issued_at: datetime
    held_at: datetime | None
    held_because: str
    retried_at: datetime | None
    attempts: tuple[Attempt, ...]
    credits: tuple[CreditApplied, ...]
    notes: tuple[NoteFacts, ...]


def invoice_history(scope: Scope, number: str) -> InvoiceHistory:
    """Of the invoice named by its number or public id; in five queries. Refuses like `invoice_facts`."""
    invoice = find_invoice(scope, number)
    currency = invoice.currency
    parts = list(
        scope.rows(ChargeAllocation)
        .filter(invoice=invoice)
        .select_related("charge__card")
        .prefetch_related("charge__disputes")
        .order_by("charge__planned_at", "charge_id")
    )
    live = next((part.charge.state for part in parts if part.live), "")
    retried_at = invoice.next_attempt_at if invoice.state == "open" and not live else None
    applied = scope.rows(InvoiceCredit).filter(invoice=invoice).select_related("credit_note").order_by("applied_at")
    notes = scope.rows(CreditNote).filter(invoice=invoice).order_by("sequence")
    return InvoiceHistory(
        standing=invoice_standing(
            invoice.state,
            total=invoice.total,
            paid=invoice.paid,
            held=invoice.held_at is not None,
            charge=live,
            declined=invoice.first_declined_at is not None,
            retried=retried_at is not None,
        ),
        issued_at=invoice.issued_at,
        held_at=invoice.held_at,
        held_because=invoice.held_because,
        retried_at=retried_at,
        attempts=tuple(_attempt(part) for part in parts if _was_sent(part)),
        credits=tuple(
            CreditApplied(
                one.applied_at, Money(one.amount, currency), one.credit_note.number if one.credit_note else ""
            )
            for one in applied
        ),
        notes=tuple(
            NoteFacts(
                note.number,
                note.issue_date,
                Money(note.total, currency),
                Money(note.total - note.applied, currency),
                note.reason,
            )
            for note in notes
        ),
    )


def _was_sent(part: ChargeAllocation) -> bool:
    """What was withdrawn before anything was sent to the provider was no try."""
    charge = part.charge
    return not (charge.state == "canceled" and charge.decline_class == "withdrawn" and charge.create_attempt == 0)


def _attempt(part: ChargeAllocation) -> Attempt:
    charge = part.charge
    return Attempt(
        planned_at=charge.planned_at,
        settled_at=charge.settled_at,
        amount=Money(part.amount, charge.currency),
        whole=Money(charge.amount, charge.currency),
        brand=charge.card.brand,
        last4=charge.card.last4,
        state=charge.state,
        decline_class=charge.decline_class,
        decline_code=charge.decline_code,
        disputed=next((one.state for one in charge.disputes.all()), ""),
    )
