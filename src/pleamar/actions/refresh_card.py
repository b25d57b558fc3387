"""Bring what is known of a card to what the provider knows: banks renew cards, and forget them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.models import Card
from pleamar.ports.payments import CardDesk
from pleamar.rules.causes import Cause

_TOLD: Final = Cause(actor="payment provider", means="event")


def refresh_card(reference: str, desk: CardDesk, *, now: datetime) -> bool:
    """Whether it is a card of ours. One that is no customer's any more cannot be charged; its partner needs another."""
    known = Card.unscoped.filter(provider=desk.provider, provider_reference=reference).first()
    if known is None:
        return False
    refuse_open_transaction()
    details = desk.retrieve_card(reference)
    with transaction.atomic():
        lock_meter(known.partner_id)
        card = Card.unscoped.select_for_update().get(pk=known.pk)
        if details is None:
            card.usable, card.removed_at = False, card.removed_at or now
            act = "lose card"
        else:
            card.brand, card.last4 = details.brand, details.last4
            card.expires_month, card.expires_year = details.expires_month, details.expires_year
            act = "renew card"
        card.save(update_fields=["usable", "removed_at", "brand", "last4", "expires_month", "expires_year"])
        record_act(act, card.public_id, cause=_TOLD, at=now, partner_id=card.partner_id)
    return True
