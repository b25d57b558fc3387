"""Write down what was given back of a charge at the provider, past Pleamar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from pleamar.actions.book_entry import book_entry
from pleamar.actions.lock_charge import lock_settled_charge
from pleamar.actions.note_problem import note_problem
from pleamar.models import Charge, Dispute, OutsideRefund
from pleamar.ports.payments import Refund
from pleamar.rules.ledger import for_outside_refund
from pleamar.rules.money import Money


def record_refunds(refunds: Iterable[Refund], charge_id: int, *, now: datetime) -> int:
    """How many of them are new: each is noted and booked once, however often it is told; its invoices stay paid.

    The charge is flagged (`problem`) either way, for staff to explain (rule P3). What cannot be, another currency, more
    than was collected, a charge that was given up, is only flagged: nothing is booked on a guess. So is one that was
    booked and is told as failed later, and one beside a dispute that was lost: staff put right what the books say of
    them. Raises NotSettledYet: the caller settles the charge by the provider's word first.
    """
    with transaction.atomic():
        charge = lock_settled_charge(charge_id)
        return sum(_record(charge, refund, now) for refund in refunds)


def _record(charge: Charge, refund: Refund, now: datetime) -> bool:
    provider = charge.card.provider
    known = OutsideRefund.unscoped.filter(provider=provider, provider_reference=refund.id).first()
    if known is not None:
        same = (known.charge_id, known.amount, known.currency) == (
            charge.pk,
            refund.amount.minor,
            refund.amount.currency,
        )
        if not same:
            note_problem(
                charge, f"refund {refund.id} is told otherwise than it was before", now=now, amount=refund.amount.minor
            )
        if refund.failed:
            note_problem(charge, f"refund {refund.id} was booked, and has failed since at the provider", now=now)
        return False
    if refund.failed:
        return False
    impossible = _impossible(charge, refund.amount)
    if impossible:
        note_problem(
            charge,
            f"refund {refund.id} of {refund.amount.decimal} {refund.amount.currency} was not booked: {impossible}",
            now=now,
        )
        return False
    OutsideRefund.unscoped.create(
        partner_id=charge.partner_id,
        charge=charge,
        provider=provider,
        provider_reference=refund.id,
        currency=refund.amount.currency,
        amount=refund.amount.minor,
        noted_at=now,
    )
    entry = for_outside_refund(refund.amount)
    book_entry(charge.partner_id, f"outside_refund:{provider}:{refund.id}", entry, now=now)
    note_problem(
        charge,
        f"refund {refund.id}: {refund.amount.decimal} {refund.amount.currency} given back at the provider",
        now=now,
    )
    lost = Dispute.unscoped.filter(charge=charge, state="lost").order_by("id")
    for reference in lost.values_list("provider_reference", flat=True):
        problem = f"refund {refund.id} is beside the dispute {reference}, which was lost: the money is gone twice"
        note_problem(charge, problem, now=now)
    return True


def _impossible(charge: Charge, amount: Money) -> str:
    """Why it cannot be of this charge; empty when it can."""
    if charge.state != "succeeded":
        return f"the charge is {charge.state}"
    if amount.currency != charge.currency:
        return f"the charge is in {charge.currency}"
    before = OutsideRefund.unscoped.filter(charge=charge).aggregate(amount=Sum("amount"))["amount"] or 0
    if not 0 < amount.minor <= charge.amount - before:
        return f"of {charge.amount} minor units collected {before} are given back already"
    return ""
