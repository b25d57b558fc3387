"""Have the provider make a charge's payment, unconfirmed: no money moves by it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from pleamar.actions.decline_charge import decline_charge
from pleamar.actions.lease_charge import Lease
from pleamar.actions.lock_charge import lock_charge
from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.put_off_charge import put_off_charge
from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.actions.settle_charge import release_charge, settle_charge
from pleamar.actions.withdraw_charge import reason_to_withdraw
from pleamar.models import Charge, ChargeAllocation, Installation
from pleamar.ports.jobs import Jobs
from pleamar.ports.payments import Decline, GatewayFailed, GatewayRefused, Intent, IntentRequest, PaymentGateway
from pleamar.rules.charging import KEYS_ARE_KEPT
from pleamar.rules.money import Money

# The provider's clock and ours may differ.
_CLOCKS_DIFFER: Final = timedelta(hours=1)


def create_payment(lease: Lease, gateway: PaymentGateway, *, now: datetime, jobs: Jobs) -> None:
    """From `planned` or `creating` to `ready`, the payment's id written down; or `canceled` where none is to be made.

    The request is frozen and its key committed before it is sent. One whose answer got lost is sent again with the same
    key while the provider keeps keys; later, and after it answered that it failed, its list is looked through first.
    """
    charge = lease.charge
    if charge.state == "planned" and not _begin(lease, now, jobs):
        return
    if charge.create_sent_at is None or now - charge.create_sent_at >= KEYS_ARE_KEPT:
        if _adopt(lease, gateway, now, jobs):
            return
        lease.move(create_attempt=charge.create_attempt + 1, create_sent_at=now)
    refuse_open_transaction()
    try:
        intent = gateway.create(_request(charge), key=f"{charge.uid}:create:{charge.create_attempt}")
    except GatewayFailed:
        # For this key it will answer so for ever. The next one is looked up and sent when it had time to recover.
        lease.move(create_sent_at=None)
        raise
    except GatewayRefused as refusal:
        _refused(lease, refusal, now, jobs)
        return
    lease.move("ready", provider_id=intent.id, due_at=now)


def _begin(lease: Lease, now: datetime, jobs: Jobs) -> bool:
    with transaction.atomic():
        lock_meter(lease.charge.partner_id)
        if (why := reason_to_withdraw(lease.charge)) is not None:
            lease.move(decline_code=why, decline_class="withdrawn")
            release_charge(lock_charge(lease.charge.pk), now=now, jobs=jobs)
            lease.charge.refresh_from_db()
            return False
        lease.move("creating", request=_written(lease.charge), create_attempt=1, create_sent_at=now)
        return True


def _written(charge: Charge) -> dict[str, object]:
    """The request as it is kept: the same to the letter however often it is sent."""
    numbers = ChargeAllocation.unscoped.filter(charge=charge).order_by("invoice__issued_at", "invoice_id")
    return {
        "amount": charge.amount,
        "currency": charge.currency,
        "customer": charge.card.provider_customer,
        "card": charge.card.provider_reference,
        "metadata": {
            "charge": str(charge.uid),
            "installation": str(Installation.objects.get().uid),
            "invoices": _shortened(list(numbers.values_list("invoice__number", flat=True))),
        },
    }


def _shortened(numbers: list[str]) -> str:
    """As many numbers as a provider's field of 500 characters takes; ours are in the allocations anyhow."""
    text = ""
    for number in numbers:
        if len(text) + len(number) > 490:
            return f"{text} …"
        text = f"{text} {number}".strip()
    return text


def _request(charge: Charge) -> IntentRequest:
    kept = charge.request or {}
    amount = Money(kept["amount"], kept["currency"])
    # The column keeps no order of names, and a provider may compare requests of one key to the letter.
    metadata = dict(sorted(kept["metadata"].items()))
    return IntentRequest(amount, kept["customer"], kept["card"], metadata)


def _adopt(lease: Lease, gateway: PaymentGateway, now: datetime, jobs: Jobs) -> bool:
    """Take up the payment that an earlier request made after all, if it did; any others of ours are cancelled."""
    charge = lease.charge
    refuse_open_transaction()
    since = charge.planned_at - _CLOCKS_DIFFER
    listed = gateway.list_intents(charge.card.provider_customer, since=since)
    ours = [intent for intent in listed if intent.metadata.get("charge") == str(charge.uid)]
    if not ours:
        return False
    adopted, *others = sorted(ours, key=_usefulness)
    # Whose payment it is stands there first: what is then told of the others is not told of this charge.
    lease.move("ready", provider_id=adopted.id)
    for other in others:
        if other.status != "canceled":
            stands = gateway.cancel(other.id, key=f"{charge.uid}:orphan:{other.id}:{lease.number}")
            settle_charge(charge.pk, stands, now=now, jobs=jobs)
    return True


def _usefulness(intent: Intent) -> int:
    """What has gone furthest first; a cancelled one only where there is no other."""
    order = ("succeeded", "processing", "requires_action", "requires_confirmation", "declined", "canceled")
    return order.index(intent.status)


def _refused(lease: Lease, refusal: GatewayRefused, now: datetime, jobs: Jobs) -> None:
    """No payment was made and none will be: its invoices are free again, a day later, or for another card."""
    with transaction.atomic():
        charge = lock_charge(lease.charge.pk)
        lease.move()
        if refusal.card_is_to_blame:
            decline_charge(charge, Decline(refusal.code, hard=True), now=now, jobs=jobs)
        else:
            put_off_charge(charge, refusal.code, now=now)
        release_charge(charge, now=now, jobs=jobs)
    lease.charge.refresh_from_db()
