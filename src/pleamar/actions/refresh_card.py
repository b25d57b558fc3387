"""Bring what is known of a card to what the provider knows: banks renew cards, and forget them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.plan_charges import plan_charges
from pleamar.actions.record_act import record_act
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.actions.review_standing import review_standing
from pleamar.models import Card, Invoice
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.ports.payments import CardDesk, CardDetails
from pleamar.rules.causes import Cause

_TOLD: Final = Cause(actor="payment provider", means="event")


def refresh_card(reference: str, desk: CardDesk, *, now: datetime, jobs: Jobs = NOBODY) -> bool:
    """Whether it is a card of ours. One that is no customer's any more cannot be charged; its partner needs another.

    One that was set aside after a decline and that its bank has renewed since is a working card again: what the partner
    owes is charged to it at once, as to a new one (rule M13).
    """
    known = Card.unscoped.filter(provider=desk.provider, provider_reference=reference).first()
    if known is None:
        return False
    refuse_open_transaction()
    details = desk.retrieve_card(reference)
    with transaction.atomic():
        lock_meter(known.partner_id)
        card = Card.unscoped.select_for_update().get(pk=known.pk)
        works_again = False
        if details is None:
            card.usable, card.removed_at = False, card.removed_at or now
            act = "lose card"
        else:
            works_again = card.in_use and not card.usable and _face(card) != _face(details)
            card.brand, card.last4 = details.brand, details.last4
            card.expires_month, card.expires_year = details.expires_month, details.expires_year
            if works_again:
                card.usable, card.removed_at = True, None
            act = "renew card"
        card.save(update_fields=["usable", "removed_at", "brand", "last4", "expires_month", "expires_year"])
        record_act(act, card.public_id, cause=_TOLD, at=now, partner_id=card.partner_id, usable=card.usable)
        if works_again:
            _charge_at_once(card.partner_id, now, jobs)
        review_standing([card.partner_id], now=now, jobs=jobs)
    return True


def _face(card: Card | CardDetails) -> tuple[str, int, int]:
    """What is another on a card that was renewed."""
    return card.last4, card.expires_month, card.expires_year


def _charge_at_once(partner_id: int, now: datetime, jobs: Jobs) -> None:
    Invoice.unscoped.filter(partner_id=partner_id, state="open").update(first_declined_at=None, next_attempt_at=None)
    plan_charges([partner_id], now, jobs)
