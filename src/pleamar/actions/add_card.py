"""Put a card on file; what the partner owes is charged to it at once (rule M13)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.plan_charges import plan_charges
from pleamar.actions.record_act import record_act
from pleamar.actions.settle_charge import release_charge
from pleamar.models import Card, Charge, Invoice
from pleamar.ports.payments import CardDetails
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def add_card(partner_id: int, details: CardDetails, *, provider: str, cause: Cause, now: datetime) -> Card:
    """The card, in use from now on in place of any other, with one charge a currency planned for all that is owed.

    Adding the same card again makes it usable again and plans what is owed. A card that is another partner's refuses
    `card_unknown`: nobody learns whose it is.
    """
    with transaction.atomic():
        lock_meter(partner_id)
        known = Card.unscoped.filter(provider=provider, provider_reference=details.reference)
        if known.exclude(partner_id=partner_id).exists():
            raise Refused("card_unknown")
        # Charges that were not sent yet go; one that was sent is given up by whoever drives it, before money moves.
        for charge_id in Charge.unscoped.filter(partner_id=partner_id, state="planned").values_list("pk", flat=True):
            release_charge(charge_id, "", now=now)
        Card.unscoped.filter(partner_id=partner_id, in_use=True).update(in_use=False)
        card, _ = Card.unscoped.update_or_create(
            provider=provider,
            provider_reference=details.reference,
            defaults={
                "partner_id": partner_id,
                "provider_customer": details.customer,
                "brand": details.brand,
                "last4": details.last4,
                "expires_month": details.expires_month,
                "expires_year": details.expires_year,
                "in_use": True,
                "usable": True,
                "added_at": now,
            },
        )
        # A new card is a new chance: what was put off after a decline is due at once.
        Invoice.unscoped.filter(partner_id=partner_id, state="open").update(next_attempt_at=None)
        plan_charges([partner_id], now)
        record_act("add card", card.public_id, cause=cause, at=now, partner_id=partner_id, last4=details.last4)
        return card
