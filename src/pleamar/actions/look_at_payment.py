"""Ask how a payment stands that the provider works on, or that waits for its cardholder."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from pleamar.actions.decline_charge import decline_charge
from pleamar.actions.lease_charge import Lease
from pleamar.actions.lock_charge import lock_charge
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.actions.settle_charge import settle_charge
from pleamar.ports.jobs import Jobs
from pleamar.ports.payments import Decline, PaymentGateway
from pleamar.rules.charging import LONGEST_ACTION

_A_DAY: Final = timedelta(days=1)


def look_at_payment(lease: Lease, gateway: PaymentGateway, *, now: datetime, jobs: Jobs) -> None:
    """From `processing` or `action_required` to what became of it; one that waited for its customer too long fails.

    That is after seven days, and then as after a hard decline (rule M11).
    """
    charge = lease.charge
    refuse_open_transaction()
    intent = gateway.retrieve(charge.provider_id or "")
    if intent.status == "requires_action" and charge.action_since is not None:
        end = charge.action_since + LONGEST_ACTION
        if now >= end:
            _give_up(lease, now, jobs)
            return
        if charge.state == "action_required":
            lease.move(due_at=min(end, now + _A_DAY))
            return
    settle_charge(charge.pk, intent, now=now, jobs=jobs)
    charge.refresh_from_db()


def _give_up(lease: Lease, now: datetime, jobs: Jobs) -> None:
    with transaction.atomic():
        charge = lock_charge(lease.charge.pk)
        lease.move("failed")
        charge.state = "failed"
        decline_charge(charge, Decline("authentication_required", hard=True), now=now, jobs=jobs)
    lease.charge.refresh_from_db()
