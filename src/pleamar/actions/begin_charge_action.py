"""Send a cardholder to where the bank has them confirm a payment that waits for it (3-D Secure)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from pleamar.actions.lock_charge import lock_charge
from pleamar.actions.pause_collection import refuse_paused
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.models import Charge
from pleamar.ports.payments import PaymentGateway


def begin_charge_action(charge_id: int, gateway: PaymentGateway, *, return_to: str) -> str | None:
    """The address of the bank's page for this very payment; None when it does not wait for its cardholder (any more).

    Every try has a key of its own, on disk before it is used: the one before may have failed for good. Raises as
    `PaymentGateway` does; the payment then waits on. Refuses `collection_paused`.
    """
    refuse_paused()
    with transaction.atomic():
        charge = lock_charge(charge_id)
        if charge.state != "action_required" or charge.card.provider != gateway.provider:
            return None
        Charge.unscoped.filter(pk=charge.pk).update(confirm_attempt=F("confirm_attempt") + 1)
        charge.refresh_from_db(fields=["confirm_attempt"])
    refuse_open_transaction()
    key = f"{charge.uid}:action:{charge.confirm_attempt}"
    return gateway.begin_action(charge.provider_id or "", return_to=return_to, key=key)
