"""Write down how a charge ended at the provider."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.models import Card, Charge, ChargeAllocation, Invoice, LedgerEntry, LedgerPosting
from pleamar.ports.payments import Decline, Intent
from pleamar.rules.causes import Cause
from pleamar.rules.ledger import for_charge
from pleamar.rules.money import Money

_COLLECTING: Final = Cause(actor="pleamar", means="collect")
_NEXT_ATTEMPT: Final = timedelta(days=1)


class SettledOtherwise(Exception):
    """The provider collected a payment that was given up here. Nothing is written; a person has to look at it."""


def settle_charge(charge_id: int, intent: Intent, *, now: datetime, given_up_because: Decline | None = None) -> Charge:
    """Bring the charge to what the provider says of its payment. Saying it twice changes nothing more.

    Succeeded: the ledger entry, the invoices paid, the state, in one transaction. Declined: `failed`, to be cancelled
    at the provider. Cancelled: the invoices are free again; after a decline (or `given_up_because`) to be tried a day
    later, and after a hard one the card is no longer used. Raises SettledOtherwise when a payment has succeeded whose
    charge was cancelled: that is never passed over in silence.
    """
    with transaction.atomic():
        charge = _locked(charge_id)
        if charge.state == "canceled" and intent.status == "succeeded":
            message = f"charge {charge.uid} was given up, but its payment {intent.id} has succeeded"
            raise SettledOtherwise(message)
        if charge.state in ("succeeded", "canceled"):
            return charge
        if intent.status == "succeeded":
            _succeed(charge, now)
        elif intent.status == "declined" and intent.decline is not None:
            charge.state = "failed"
            _decline(charge, intent.decline)
        elif intent.status == "canceled":
            if given_up_because is not None:
                _decline(charge, given_up_because)
            _release(charge, now)
        elif intent.status in ("processing", "requires_action"):
            charge.state = "processing" if intent.status == "processing" else "action_required"
            charge.save(update_fields=["state"])
        return charge


def release_charge(charge_id: int, code: str, *, now: datetime, card_is_to_blame: bool = False) -> Charge:
    """Give up a charge of which no payment exists: it was never sent, or the provider refused to create it (`code`).

    The invoices are free again. A charge that has a payment by now, because somebody else drove it on meanwhile, is
    left alone.
    """
    with transaction.atomic():
        charge = _locked(charge_id)
        if charge.state not in ("planned", "creating") or charge.provider_id is not None:
            return charge
        if code:
            _decline(charge, Decline(code, hard=card_is_to_blame))
        _release(charge, now)
        return charge


def _decline(charge: Charge, decline: Decline) -> None:
    charge.decline_code = decline.code
    charge.save(update_fields=["state", "decline_code"])
    if decline.hard:
        Card.unscoped.filter(pk=charge.card_id).update(usable=False)


def _locked(charge_id: int) -> Charge:
    partner_id = Charge.unscoped.values_list("partner_id", flat=True).get(pk=charge_id)
    lock_meter(partner_id)
    return Charge.unscoped.select_for_update().get(pk=charge_id)


def _succeed(charge: Charge, now: datetime) -> None:
    entry = for_charge(Money(charge.amount, charge.currency))
    written = LedgerEntry.unscoped.create(
        partner_id=charge.partner_id,
        key=f"charge:{charge.card.provider}:{charge.provider_id}",
        kind=entry.kind,
        currency=entry.currency,
        booked_at=now,
    )
    LedgerPosting.unscoped.bulk_create(
        LedgerPosting(partner_id=charge.partner_id, entry=written, account=posting.account.value, amount=posting.minor)
        for posting in entry.postings
    )
    for allocation in ChargeAllocation.unscoped.filter(charge=charge, live=True).order_by("invoice_id"):
        _pay(allocation)
    charge.state, charge.settled_at = "succeeded", now
    charge.save(update_fields=["state", "settled_at"])
    record_act("collect charge", charge.public_id, cause=_COLLECTING, at=now, partner_id=charge.partner_id)


def _pay(allocation: ChargeAllocation) -> None:
    invoice = Invoice.unscoped.get(pk=allocation.invoice_id)
    left = invoice.outstanding - allocation.amount
    Invoice.unscoped.filter(pk=invoice.pk).update(
        paid=F("paid") + allocation.amount, state="open" if left else "paid", next_attempt_at=None
    )


def _release(charge: Charge, now: datetime) -> None:
    invoices = list(ChargeAllocation.unscoped.filter(charge=charge, live=True).values_list("invoice_id", flat=True))
    ChargeAllocation.unscoped.filter(charge=charge).update(live=False)
    if charge.decline_code:
        Invoice.unscoped.filter(pk__in=invoices).update(next_attempt_at=now + _NEXT_ATTEMPT)
    charge.state, charge.settled_at = "canceled", now
    charge.save(update_fields=["state", "settled_at", "decline_code"])
    record_act(
        "give up charge",
        charge.public_id,
        cause=_COLLECTING,
        at=now,
        partner_id=charge.partner_id,
        decline=charge.decline_code,
    )
