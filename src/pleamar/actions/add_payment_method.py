"""Put a card on file; what the partner owes is charged to it at once (rule M13)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.plan_charges import plan_charges
from pleamar.actions.record_act import Act, record_act, record_acts
from pleamar.actions.review_standing import review_standing
from pleamar.models import Card, Charge, ChargeAllocation, Invoice
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.ports.payments import CardDetails
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def add_payment_method(
    partner_id: int, details: CardDetails, *, provider: str, cause: Cause, now: datetime, jobs: Jobs = NOBODY
) -> Card:
    """The card, in use from now on in place of any other, with one charge a currency planned for all that is owed.

    Charges of the card before are given up: those of which nothing was sent at once, those that wait for their
    cardholder when the provider has confirmed it, others that were sent by whoever drives them, before money moves;
    what the provider is processing goes on. Adding the same card again makes it usable again and plans what is owed. A
    card that is another partner's refuses `card_unknown`: nobody learns whose it is.
    """
    with transaction.atomic():
        lock_meter(partner_id)
        known = Card.unscoped.filter(provider=provider, provider_reference=details.reference)
        if known.exclude(partner_id=partner_id).exists():
            raise Refused("card_unknown")
        _withdraw(partner_id, cause, now, jobs)
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
                "removed_at": None,
            },
        )
        # A new card is a new chance: what was put off after a decline is due at once.
        Invoice.unscoped.filter(partner_id=partner_id, state="open").update(
            first_declined_at=None, next_attempt_at=None
        )
        plan_charges([partner_id], now, jobs)
        record_act("add card", card.public_id, cause=cause, at=now, partner_id=partner_id, last4=details.last4)
        review_standing([partner_id], now=now, jobs=jobs)
        return card


def _withdraw(partner_id: int, cause: Cause, now: datetime, jobs: Jobs) -> None:
    mine = Charge.unscoped.filter(partner_id=partner_id)
    unsent = list(mine.filter(state="planned").values_list("pk", flat=True))
    mine.filter(pk__in=unsent).update(
        state="canceled", decline_class="withdrawn", decline_code="card_replaced", settled_at=now, due_at=None
    )
    ChargeAllocation.unscoped.filter(charge_id__in=unsent).update(live=False)
    facts = {"decline": "card_replaced", "class": "withdrawn"}
    record_acts([Act("give up charge", f"charge {one}", partner_id, facts) for one in unsent], cause=cause, at=now)
    mine.filter(state="action_required").update(
        state="failed", decline_class="withdrawn", decline_code="card_replaced", due_at=now
    )
    under_way = mine.filter(state__in=("creating", "ready", "failed"))
    under_way.update(due_at=now)
    jobs.wake_each("collect_charge", [{"charge_id": number} for number in under_way.values_list("pk", flat=True)])
