"""Write down what the provider says of a charge's payment: the one way, for whoever drives it, webhooks and polls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from pleamar.actions.add_credit import add_credit
from pleamar.actions.book_entry import book_entry
from pleamar.actions.decline_charge import decline_charge
from pleamar.actions.lock_charge import lock_charge
from pleamar.actions.note_problem import note_problem
from pleamar.actions.plan_charges import plan_charges
from pleamar.actions.record_act import record_act
from pleamar.actions.recover_charge import recover_charge
from pleamar.actions.review_standing import review_standing
from pleamar.actions.write_message import write_message
from pleamar.models import Card, Charge, ChargeAllocation, Invoice
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.ports.payments import Decline, Intent
from pleamar.rules.causes import Cause
from pleamar.rules.charging import LONGEST_ACTION, told
from pleamar.rules.ledger import for_charge
from pleamar.rules.money import Money

COLLECTING: Final = Cause(actor="pleamar", means="collect")
# The provider tells when something happens; this is how often it is asked nevertheless.
_LOOK_AGAIN: Final = {"processing": timedelta(hours=1), "action_required": timedelta(days=1)}


def settle_charge(charge_id: int, intent: Intent, *, now: datetime, jobs: Jobs = NOBODY) -> Charge:
    """Bring the charge to what the provider says of its payment. Saying it twice, late or out of order changes nothing.

    Succeeded: ledger entry, invoices paid and state in one transaction; what its invoices owe no more becomes the
    partner's credit (rule M16), and where nothing overdue is left a suspension ends (rule M14). Declined: `failed`, to
    be cancelled at the provider. Cancelled: its invoices are free and planned anew where they are due. A word that
    cannot be true of this charge (another amount, a payment that succeeded after it was cancelled) is kept as its
    `problem` for a person, and nothing is booked. Another payment that names this charge and took money was paid twice:
    it becomes the partner's credit (rule M16).
    """
    with transaction.atomic():
        charge = lock_charge(charge_id)
        if not _is_its_own(charge, intent):
            _hear_of_another(charge, intent, now)
            return charge
        if (problem := _contradiction(charge, intent)) is not None:
            note_problem(charge, problem, now=now)
            return charge
        following = told(charge.state, intent.status)
        if following is None:
            return charge
        charge.state, charge.stuck_because = following, ""
        if following == "succeeded":
            _succeed(charge, now, jobs)
        elif following == "failed":
            decline_charge(charge, intent.decline or Decline("declined", hard=False), now=now, jobs=jobs)
        elif following == "canceled":
            release_charge(charge, now=now, jobs=jobs)
        else:
            _wait(charge, now, jobs)
        return charge


def release_charge(charge: Charge, *, now: datetime, jobs: Jobs = NOBODY) -> None:
    """End a locked charge as cancelled: no payment of it exists that could still succeed.

    Its invoices are free again; those that are due (it was withdrawn, or cancelled by somebody else) are planned anew.
    """
    ChargeAllocation.unscoped.filter(charge=charge, live=True).update(live=False)
    charge.state, charge.settled_at, charge.due_at = "canceled", now, None
    charge.save(update_fields=["state", "settled_at", "due_at", "decline_code", "decline_class", "stuck_because"])
    decline = {"decline": charge.decline_code, "class": charge.decline_class}
    _record("give up charge", charge, now, **decline)
    plan_charges([charge.partner_id], now, jobs)


def _is_its_own(charge: Charge, intent: Intent) -> bool:
    """Whether it is the payment that is written down; another that names the charge was left by a lost answer."""
    return charge.provider_id == intent.id


def _hear_of_another(charge: Charge, intent: Intent, now: datetime) -> None:
    """Money that a stray payment took is the partner's (rule M16): it was paid twice. Else it is nothing to us.

    While it is not known which payment is the charge's, only what was given up for good can be a stray one.
    """
    if intent.status == "succeeded" and (charge.provider_id is not None or charge.state == "canceled"):
        note_problem(charge, f"another payment, {intent.id}, names this charge and has succeeded", now=now)
        recover_charge(intent, provider=charge.card.provider, now=now)


def _contradiction(charge: Charge, intent: Intent) -> str | None:
    if intent.amount != Money(charge.amount, charge.currency):
        return f"its payment is of {intent.amount.decimal} {intent.amount.currency}"
    if charge.state == "canceled" and intent.status == "succeeded":
        return f"its payment {intent.id} has succeeded after it was cancelled"
    return None


def _succeed(charge: Charge, now: datetime, jobs: Jobs) -> None:
    amount = Money(charge.amount, charge.currency)
    allocations = ChargeAllocation.unscoped.filter(charge=charge, live=True).select_related("invoice")
    applied = [_pay(one) for one in allocations.order_by("invoice__issued_at", "invoice_id")]
    in_all = Money(sum(applied), charge.currency)
    book_entry(
        charge.partner_id, f"charge:{charge.card.provider}:{charge.provider_id}", for_charge(amount, in_all), now=now
    )
    charge.settled_at, charge.due_at, charge.decline_code, charge.decline_class = now, None, "", ""
    charge.save(update_fields=["state", "settled_at", "due_at", "stuck_because", "decline_code", "decline_class"])
    # It works after all, whatever an earlier word of this payment made of it.
    Card.unscoped.filter(pk=charge.card_id, in_use=True, removed_at=None).update(usable=True)
    _record("collect charge", charge, now)
    facts: dict[str, str | int] = {"amount": charge.amount, "currency": charge.currency, "card": str(charge.card)}
    write_message(
        charge.partner_id,
        "charge_succeeded",
        f"charge_succeeded:{charge.uid}",
        facts | _numbers(charge),
        now=now,
        jobs=jobs,
    )
    if amount != in_all:
        add_credit(charge.partner_id, amount - in_all, now)
    plan_charges([charge.partner_id], now, jobs)  # the rest of what was too large for one charge
    review_standing([charge.partner_id], now=now, jobs=jobs)


def _pay(allocation: ChargeAllocation) -> int:
    """Pay what the invoice still owes of it; an allocation stays live where that is all, so that no other is made."""
    invoice = allocation.invoice
    applied: int = min(allocation.amount, invoice.outstanding)
    left = invoice.outstanding - applied
    if applied:
        Invoice.unscoped.filter(pk=invoice.pk).update(
            paid=F("paid") + applied,
            state="open" if left else "paid",
            first_declined_at=None,
            next_attempt_at=None,
        )
    ChargeAllocation.unscoped.filter(pk=allocation.pk).update(applied=applied, live=not left)
    return applied


def _wait(charge: Charge, now: datetime, jobs: Jobs) -> None:
    """For the provider, or for the cardholder: who is told so, once."""
    if charge.state == "action_required":
        charge.action_since = charge.action_since or now
        facts: dict[str, str | int] = {"amount": charge.amount, "currency": charge.currency, "charge": charge.public_id}
        facts["until"] = (charge.action_since + LONGEST_ACTION).isoformat()
        write_message(
            charge.partner_id,
            "action_required",
            f"action_required:{charge.uid}",
            facts | _numbers(charge),
            now=now,
            jobs=jobs,
        )
    charge.due_at = now + _LOOK_AGAIN[charge.state]
    charge.save(update_fields=["state", "action_since", "due_at", "stuck_because"])


def _numbers(charge: Charge) -> dict[str, str | int]:
    numbers = ChargeAllocation.unscoped.filter(charge=charge).order_by("invoice_id")
    return {"invoices": " ".join(numbers.values_list("invoice__number", flat=True))}


def _record(act: str, charge: Charge, now: datetime, **facts: str) -> None:
    about = {"amount": charge.amount, "currency": charge.currency, **_numbers(charge), **facts}
    record_act(act, charge.public_id, cause=COLLECTING, at=now, partner_id=charge.partner_id, **about)
