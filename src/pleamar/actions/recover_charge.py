"""Book a payment that has succeeded at the provider and is no charge's here: forgotten, or paid twice."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F

from pleamar.actions.add_credit import add_credit
from pleamar.actions.book_entry import book_entry
from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.actions.review_standing import review_standing
from pleamar.models import Card, Charge, ChargeAllocation, GatewayCustomer, Invoice
from pleamar.ports.payments import Intent
from pleamar.rules.causes import Cause
from pleamar.rules.collecting import Part, apply_credit, total
from pleamar.rules.ledger import for_charge
from pleamar.rules.money import Money

_RECOVERING: Final = Cause(actor="pleamar", means="resume after restore")


def recover_charge(intent: Intent, *, provider: str, now: datetime) -> Charge | None:
    """The charge as it must have been; None where nobody here is that customer, or the one who is has no card here.

    It pays the invoices that the payment names and that are here, as far as they owe anything, oldest first; what is
    left becomes the partner's credit, for the invoice it was meant for may be issued once more (rule M16). A payment
    that is a charge's already is not booked again: that charge is answered, whatever its state.
    """
    partner_id = whose_payment(intent, provider=provider)
    if partner_id is None:
        return _known(intent)
    with transaction.atomic():
        lock_meter(partner_id)
        if (known := _known(intent)) is not None:
            return known
        card = _card(intent, partner_id, provider)
        if card is None:
            return None
        numbers = intent.metadata.get("invoices", "").split()
        owing = Invoice.unscoped.filter(partner_id=partner_id, number__in=numbers, state="open")
        owed = {
            invoice.pk: invoice.outstanding
            for invoice in owing.filter(currency=intent.amount.currency).order_by("issued_at", "pk")
        }
        parts = apply_credit(intent.amount.minor, [Part(number, amount) for number, amount in owed.items()])
        charge = _write(card, intent, now)
        for part in parts:
            _pay(charge, part, owed[part.invoice])
        applied = Money(total(parts), charge.currency)
        book_entry(charge.partner_id, f"charge:{provider}:{intent.id}", for_charge(intent.amount, applied), now=now)
        add_credit(charge.partner_id, intent.amount - applied, now)
        record_act("recover charge", charge.public_id, cause=_RECOVERING, at=now, partner_id=charge.partner_id)
        review_standing([charge.partner_id], now=now)
        return charge


def whose_payment(intent: Intent, *, provider: str) -> int | None:
    """The partner that is the provider's customer: by a card, or because it was made known there to enter one."""
    owner: int | None = (
        Card.unscoped.filter(provider=provider, provider_customer=intent.customer)
        .order_by("-added_at")
        .values_list("partner_id", flat=True)
        .first()
    )
    if owner is None:
        made_known = GatewayCustomer.unscoped.filter(provider=provider, reference=intent.customer)
        owner = made_known.values_list("partner_id", flat=True).first()
    return owner


def _known(intent: Intent) -> Charge | None:
    return Charge.unscoped.filter(provider_id=intent.id).first()


def _card(intent: Intent, partner_id: int, provider: str) -> Card | None:
    """A card of that customer, else any of the partner's with the provider: the one that paid may be forgotten."""
    newest_first = Card.unscoped.filter(partner_id=partner_id, provider=provider).order_by("-added_at")
    return newest_first.filter(provider_customer=intent.customer).first() or newest_first.first()


def _write(card: Card, intent: Intent, now: datetime) -> Charge:
    return Charge.unscoped.create(
        uid=_uid(intent),
        partner_id=card.partner_id,
        card=card,
        currency=intent.amount.currency,
        amount=intent.amount.minor,
        state="succeeded",
        provider_id=intent.id,
        planned_at=now,
        settled_at=now,
    )


def _uid(intent: Intent) -> UUID:
    """The one that the payment names, unless a charge here has it: that one went another way, without this payment."""
    try:
        named = UUID(intent.metadata.get("charge", ""))
    except ValueError:
        return uuid4()
    return uuid4() if Charge.unscoped.filter(uid=named).exists() else named


def _pay(charge: Charge, part: Part, owed: int) -> None:
    """The allocation is not live: another charge's may be, which is withdrawn when it finds the amount changed."""
    ChargeAllocation.unscoped.create(
        partner_id=charge.partner_id,
        charge=charge,
        invoice_id=part.invoice,
        amount=part.amount,
        owed=owed,
        applied=part.amount,
        live=False,
    )
    Invoice.unscoped.filter(pk=part.invoice).update(
        paid=F("paid") + part.amount,
        state="paid" if part.amount == owed else "open",
        first_declined_at=None,
        next_attempt_at=None,
    )
