"""Take a partner's card off file (rule M13)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.actions.review_standing import review_standing
from pleamar.models import Card, Invoice
from pleamar.ports.payments import CardDesk
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def remove_card(partner_id: int, desk: CardDesk, *, cause: Cause, now: datetime) -> None:
    """The card in use is used no more, here and at the provider; the next cycles wait for another.

    Refuses `card_needed` while anything is outstanding, and `card_missing` where there is none.
    """
    with transaction.atomic():
        lock_meter(partner_id)
        card = Card.unscoped.filter(partner_id=partner_id, in_use=True).first()
        if card is None:
            raise Refused("card_missing")
        if Invoice.unscoped.filter(partner_id=partner_id, state="open").exists():
            raise Refused("card_needed")
        card.in_use, card.usable, card.removed_at = False, False, now
        card.save(update_fields=["in_use", "usable", "removed_at"])
        record_act("remove card", card.public_id, cause=cause, at=now, partner_id=partner_id, last4=card.last4)
        review_standing([partner_id], now=now)
    refuse_open_transaction()
    # Here it is gone already; a provider that cannot be reached keeps one that nobody uses.
    desk.detach_card(card.provider_reference)
