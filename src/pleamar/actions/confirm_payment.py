"""Have the provider collect a charge's payment: from here on only its outcome counts."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.decline_charge import decline_charge
from pleamar.actions.lease_charge import Lease
from pleamar.actions.lock_charge import lock_charge
from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.put_off_charge import put_off_charge
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.actions.settle_charge import settle_charge
from pleamar.actions.withdraw_charge import reason_to_withdraw, withdraw_charge
from pleamar.ports.jobs import Jobs
from pleamar.ports.payments import Decline, GatewayFailed, GatewayRefused, Intent, PaymentGateway


def confirm_payment(lease: Lease, gateway: PaymentGateway, *, now: datetime, jobs: Jobs) -> None:
    """From `ready` or `confirming` to what the provider makes of it, or `failed` where it should not be collected now.

    Whether it still should is asked in the transaction that writes down that it is sent. A charge that is found
    `confirming` was sent by somebody whose answer is not known: how it stands is asked before anything else.
    """
    charge = lease.charge
    if charge.state == "confirming":
        refuse_open_transaction()
        intent = gateway.retrieve(charge.provider_id or "")
        if intent.status != "requires_confirmation":
            _settle(lease, intent, now, jobs)
            return
    if not _begin(lease, now):
        return
    refuse_open_transaction()
    try:
        intent = gateway.confirm(charge.provider_id or "", key=f"{charge.uid}:confirm:{charge.confirm_attempt}")
    except GatewayFailed:
        # For this key it will answer so for ever; how it stands is asked before the next one is sent.
        lease.move(confirm_attempt=charge.confirm_attempt + 1)
        raise
    except GatewayRefused as refusal:
        _refused(lease, gateway, refusal, now, jobs)
        return
    _settle(lease, intent, now, jobs)


def _begin(lease: Lease, now: datetime) -> bool:
    charge = lease.charge
    with transaction.atomic():
        lock_meter(charge.partner_id)
        if (why := reason_to_withdraw(charge)) is not None:
            withdraw_charge(lease, why)
            return False
        if charge.state == "ready":
            lease.move("confirming", confirm_attempt=max(charge.confirm_attempt, 1), confirm_sent_at=now)
        else:
            lease.move()
        return True


def _settle(lease: Lease, intent: Intent, now: datetime, jobs: Jobs) -> None:
    settle_charge(lease.charge.pk, intent, now=now, jobs=jobs)
    lease.charge.refresh_from_db()


def _refused(lease: Lease, gateway: PaymentGateway, refusal: GatewayRefused, now: datetime, jobs: Jobs) -> None:
    """It will not collect it. What became of the payment decides; one that still could be collected is given up."""
    intent = gateway.retrieve(lease.charge.provider_id or "")
    if intent.status != "requires_confirmation":
        _settle(lease, intent, now, jobs)
        return
    with transaction.atomic():
        charge = lock_charge(lease.charge.pk)
        lease.move("failed")
        charge.state = "failed"
        if refusal.card_is_to_blame:
            decline_charge(charge, Decline(refusal.code, hard=True), now=now, jobs=jobs)
        else:
            put_off_charge(charge, refusal.code, now=now)
    lease.charge.refresh_from_db()
