"""Write down how a dispute of a charge stands at the provider: opened, won or lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from pleamar.actions.book_entry import book_entry
from pleamar.actions.lock_charge import lock_settled_charge
from pleamar.actions.note_problem import note_problem
from pleamar.actions.record_act import record_act
from pleamar.models import Charge, ChargeAllocation, Invoice, OutsideRefund
from pleamar.models import Dispute as KeptDispute
from pleamar.ports.payments import Dispute
from pleamar.rules.causes import Cause
from pleamar.rules.collecting import Part, take_back, total
from pleamar.rules.ledger import for_dispute_lost, for_dispute_opened, for_dispute_won
from pleamar.rules.money import Money

_COLLECTING: Final = Cause(actor="pleamar", means="collect")
_REOPENED: Final = ("paid", "state", "first_declined_at", "next_attempt_at", "held_at", "held_because", "held_for")


def record_dispute(dispute: Dispute, charge_id: int, *, now: datetime) -> None:
    """Bring our record to what the provider says of it: in any order, and saying it twice changes nothing more.

    Opened: the amount is disputed money. Won: it came back. Lost: invoices that the charge had paid owe again, oldest
    first, and are put on hold, neither charged nor ageing until staff release them; what had become the partner's
    credit is a loss (rules M11, M27, P3). Where some of the charge was given back besides, that is booked all the same,
    and noted as its problem: the partner does not owe all of it again. What cannot be (another currency, more than was
    collected, a charge that was given up, a decided dispute decided otherwise) is noted as its problem too, and nothing
    is booked. Raises NotSettledYet: the caller settles the charge by the provider's word first.
    """
    with transaction.atomic():
        charge = lock_settled_charge(charge_id)
        kept = (
            KeptDispute.unscoped.filter(provider=charge.card.provider, provider_reference=dispute.id)
            .select_for_update()
            .first()
        )
        impossible = _impossible(charge, kept, dispute)
        if impossible:
            problem = f"dispute {dispute.id} ({dispute.status}) was not booked: {impossible}"
            note_problem(charge, problem, now=now, amount=dispute.amount.minor, currency=dispute.amount.currency)
            return
        if kept is None:
            kept = _open(charge, dispute, now)
        if kept.state == "open" and dispute.status == "won":
            _win(kept, now)
        elif kept.state == "open" and dispute.status == "lost":
            _lose(kept, charge, now)


def _impossible(charge: Charge, kept: KeptDispute | None, dispute: Dispute) -> str:
    """Why it cannot be of this charge, or not follow on what is known; empty when it can."""
    if charge.state != "succeeded":
        return f"the charge is {charge.state}"
    if dispute.amount.currency != charge.currency:
        return f"it is in {dispute.amount.currency}, the charge in {charge.currency}"
    if not 0 < dispute.amount.minor <= charge.amount:
        return f"it is about {dispute.amount.minor} minor units of {charge.amount}"
    if kept is None:
        return ""
    if kept.charge_id != charge.pk:
        return "it is known as another charge's"
    if kept.amount != dispute.amount.minor:
        return f"it was about {kept.amount} minor units and is told as {dispute.amount.minor}"
    if "open" not in (kept.state, dispute.status) and kept.state != dispute.status:
        return f"it was {kept.state} already"
    return ""


def _open(charge: Charge, dispute: Dispute, now: datetime) -> KeptDispute:
    kept = KeptDispute.unscoped.create(
        partner_id=charge.partner_id,
        charge=charge,
        provider=charge.card.provider,
        provider_reference=dispute.id,
        currency=dispute.amount.currency,
        amount=dispute.amount.minor,
        state="open",
        opened_at=now,
    )
    book_entry(charge.partner_id, f"{_key(kept)}:opened", for_dispute_opened(dispute.amount), now=now)
    _record(kept, "dispute opened", now)
    return kept


def _win(kept: KeptDispute, now: datetime) -> None:
    book_entry(kept.partner_id, f"{_key(kept)}:won", for_dispute_won(Money(kept.amount, kept.currency)), now=now)
    _close(kept, "won", now)


def _lose(kept: KeptDispute, charge: Charge, now: datetime) -> None:
    allocations = list(
        ChargeAllocation.unscoped.filter(charge=charge)
        .exclude(invoice__state="void")
        .order_by("invoice__issued_at", "invoice_id")
    )
    standing = [Part(one.invoice_id, one.applied - one.reversed) for one in allocations]
    reopened, _ = take_back(standing, kept.amount)
    lost = for_dispute_lost(Money(kept.amount, kept.currency), Money(total(reopened), kept.currency))
    book_entry(kept.partner_id, f"{_key(kept)}:lost", lost, now=now)
    taken = {part.invoice: part.amount for part in reopened}
    for allocation in allocations:
        if allocation.invoice_id in taken:
            allocation.reversed += taken[allocation.invoice_id]
            allocation.save(update_fields=["reversed"])
    # Of those invoices no charge that has succeeded may stand in the way of the next.
    ChargeAllocation.unscoped.filter(invoice_id__in=taken, charge__state="succeeded", live=True).update(live=False)
    _reopen(kept, reopened, now)
    _close(kept, "lost", now)
    _note_refunds(kept, charge, now)


def _note_refunds(kept: KeptDispute, charge: Charge, now: datetime) -> None:
    refunds = OutsideRefund.unscoped.filter(charge=charge).order_by("id")
    for reference in refunds.values_list("provider_reference", flat=True):
        problem = f"dispute {kept.provider_reference} was lost beside the refund {reference}: the money is gone twice"
        note_problem(charge, problem, now=now)


def _reopen(kept: KeptDispute, parts: Sequence[Part], now: datetime) -> None:
    """They owe again, on hold until staff release them; then all days are counted anew."""
    invoices = Invoice.unscoped.select_for_update().in_bulk([part.invoice for part in parts])
    for part in parts:
        invoice = invoices[part.invoice]
        invoice.paid -= part.amount
        invoice.state = "open"
        invoice.first_declined_at = invoice.next_attempt_at = None
        if invoice.held_at is None:
            invoice.held_at, invoice.held_because = now, f"dispute {kept.provider_reference} of its charge was lost"
        # While it was paid it did not age: it is as old as if it had been on hold from its issue on.
        invoice.held_for = invoice.held_at - invoice.issued_at
        invoice.save(update_fields=_REOPENED)
        record_act(
            "hold invoice",
            invoice.number,
            cause=Cause("pleamar", "collect", reference=kept.public_id, reason=invoice.held_because),
            at=now,
            partner_id=kept.partner_id,
            owed_again=part.amount,
        )


def _close(kept: KeptDispute, state: str, now: datetime) -> None:
    kept.state, kept.closed_at = state, now
    kept.save(update_fields=["state", "closed_at"])
    _record(kept, f"dispute {state}", now)


def _record(kept: KeptDispute, act: str, now: datetime) -> None:
    record_act(
        act,
        kept.public_id,
        cause=_COLLECTING,
        at=now,
        partner_id=kept.partner_id,
        charge=kept.charge.public_id,
        amount=kept.amount,
        currency=kept.currency,
        provider_reference=kept.provider_reference,
    )


def _key(kept: KeptDispute) -> str:
    return f"dispute:{kept.provider}:{kept.provider_reference}"
