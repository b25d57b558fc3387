"""Collect a planned charge from its card, through the payment gateway.

Creating a payment and confirming it are two calls, each with a commit before and after it, so that the provider's id is
on disk before money can move; whoever finds a charge half-way goes on from what is written. No transaction is open
while the gateway is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.plan_charges import partners_to_charge, plan_charges
from pleamar.actions.settle_charge import release_charge, settle_charge
from pleamar.models import Card, Charge, ChargeAllocation, Installation
from pleamar.ports.payments import Decline, GatewayRefused, GatewayUnreachable, IntentRequest, PaymentGateway
from pleamar.rules.money import Money

_FINAL = ("succeeded", "canceled")


# A payment that waits for its customer this long is given up, as after a hard decline.
_LONGEST_WAIT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What a run of `collect_charges` did.

    `canceled` charges were given up before any money moved, because of a hold or another card; what they were for is
    planned anew. `unanswered` are left as they are, for the next run.
    """

    planned: int
    succeeded: int
    declined: int
    canceled: int
    unanswered: int


def collect_charges(gateway: PaymentGateway, *, now: datetime, partner_id: int | None = None) -> CollectReport:
    """Plan what is owed and can be charged, and drive every unsettled charge; of one partner, or of all.

    It ends when nothing new can be planned: an invoice whose charge was given up gets its next one in the same run.
    """
    planned, driven = 0, list[Charge]()
    while True:
        planned += _plan(partner_id, now)
        known = {charge.pk for charge in driven}
        waiting = [number for number in _unsettled(partner_id) if number not in known]
        if not waiting:
            break
        driven += [collect_charge(number, gateway, now=now) for number in waiting]
    succeeded = sum(charge.state == "succeeded" for charge in driven)
    given_up = [charge for charge in driven if charge.state == "canceled"]
    declined = sum(bool(charge.decline_code) for charge in given_up)
    return CollectReport(
        planned, succeeded, declined, len(given_up) - declined, len(driven) - succeeded - len(given_up)
    )


def collect_charge(charge_id: int, gateway: PaymentGateway, *, now: datetime) -> Charge:
    """Drive one charge as far as it goes; how it stands then.

    `succeeded` and `canceled` are final. When the gateway does not answer, or refuses to say, the charge stays as it
    is and the same call is made again the next time, with the same key.
    """
    charge = Charge.unscoped.get(pk=charge_id)
    try:
        if charge.state in ("planned", "creating"):
            charge = _create(charge, gateway, now)
        if charge.state == "ready":
            charge = _confirm(charge, gateway, now)
        elif charge.state in ("confirming", "processing", "action_required", "failed"):
            charge = _look_again(charge, gateway, now)
    except (GatewayUnreachable, GatewayRefused):
        # What became of it is asked again in the next run; the charges of others go on meanwhile.
        charge.refresh_from_db()
    return charge


def _plan(partner_id: int | None, now: datetime) -> int:
    """Partner by partner, each under its lock."""
    planned = 0
    for number in partners_to_charge(now, partner_id):
        with transaction.atomic():
            lock_meter(number)
            planned += plan_charges([number], now)
    return planned


def _unsettled(partner_id: int | None) -> list[int]:
    charges = Charge.unscoped.exclude(state__in=_FINAL)
    if partner_id is not None:
        charges = charges.filter(partner_id=partner_id)
    return list(charges.order_by("pk").values_list("pk", flat=True))


def _create(charge: Charge, gateway: PaymentGateway, now: datetime) -> Charge:
    with transaction.atomic():
        lock_meter(charge.partner_id)
        charge.refresh_from_db()
        if charge.state == "planned":
            if not _is_still_wanted(charge):
                return release_charge(charge.pk, "", now=now)
            charge.state, charge.create_attempt, charge.create_sent_at = "creating", 1, now
            charge.save(update_fields=["state", "create_attempt", "create_sent_at"])
    if charge.state != "creating":
        return charge
    request = _request(charge)
    _no_transaction_is_open()
    try:
        intent = gateway.create(request, key=f"{charge.uid}:create:{charge.create_attempt}")
    except GatewayRefused as refusal:
        return release_charge(charge.pk, refusal.code, card_is_to_blame=refusal.card_is_to_blame, now=now)
    with transaction.atomic():
        lock_meter(charge.partner_id)
        Charge.unscoped.filter(pk=charge.pk, state="creating", provider_id=None).update(
            state="ready", provider_id=intent.id
        )
    charge.refresh_from_db()
    return charge


def _request(charge: Charge) -> IntentRequest:
    return IntentRequest(
        amount=Money(charge.amount, charge.currency),
        customer=charge.card.provider_customer,
        card=charge.card.provider_reference,
        metadata={
            "charge": str(charge.uid),
            "installation": str(Installation.objects.get().uid),
            "invoices": " ".join(
                # In a fixed order: the same request must be the same to the letter when it is sent again.
                ChargeAllocation.unscoped.filter(charge=charge)
                .order_by("invoice__sequence")
                .values_list("invoice__number", flat=True)
            ),
        },
    )


def _confirm(charge: Charge, gateway: PaymentGateway, now: datetime) -> Charge:
    with transaction.atomic():
        lock_meter(charge.partner_id)
        charge.refresh_from_db()
        if charge.state != "ready":
            return charge
        still_wanted = _is_still_wanted(charge)
        if still_wanted:
            charge.state, charge.confirm_attempt, charge.confirm_sent_at = "confirming", 1, now
            charge.save(update_fields=["state", "confirm_attempt", "confirm_sent_at"])
    intent_id = charge.provider_id or ""
    _no_transaction_is_open()
    if not still_wanted:
        return settle_charge(charge.pk, gateway.cancel(intent_id, key=f"{charge.uid}:cancel"), now=now)
    intent = gateway.confirm(intent_id, key=f"{charge.uid}:confirm:{charge.confirm_attempt}")
    return _settled(charge, gateway, settle_charge(charge.pk, intent, now=now), now)


def _is_still_wanted(charge: Charge) -> bool:
    """Whether its card is the one in use, and each invoice still owes exactly what this charge has for it.

    Else it is given up before money moves, and what is owed is planned anew.
    """
    allocations = ChargeAllocation.unscoped.filter(charge=charge, live=True).select_related("invoice")
    return Card.unscoped.filter(pk=charge.card_id, in_use=True, usable=True).exists() and all(
        allocation.invoice.outstanding == allocation.amount and allocation.invoice.held_at is None
        for allocation in allocations
    )


def _look_again(charge: Charge, gateway: PaymentGateway, now: datetime) -> Charge:
    """It was sent for confirmation and no final answer was written down: ask how it stands before anything else."""
    _no_transaction_is_open()
    intent = gateway.retrieve(charge.provider_id or "")
    if intent.status == "requires_confirmation":
        intent = gateway.confirm(intent.id, key=f"{charge.uid}:confirm:{charge.confirm_attempt}")
    elif intent.status == "requires_action" and _waited_too_long(charge, now):
        intent = gateway.cancel(intent.id, key=f"{charge.uid}:cancel")
        return settle_charge(charge.pk, intent, now=now, given_up_because=Decline("authentication_required", hard=True))
    return _settled(charge, gateway, settle_charge(charge.pk, intent, now=now), now)


def _waited_too_long(charge: Charge, now: datetime) -> bool:
    return charge.confirm_sent_at is not None and now - charge.confirm_sent_at >= _LONGEST_WAIT


def _settled(charge: Charge, gateway: PaymentGateway, settled: Charge, now: datetime) -> Charge:
    """After a decline the payment is given up at the provider, so that nobody can still confirm it."""
    if settled.state != "failed":
        return settled
    _no_transaction_is_open()
    intent = gateway.cancel(charge.provider_id or "", key=f"{charge.uid}:cancel")
    return settle_charge(charge.pk, intent, now=now)


def _no_transaction_is_open() -> None:
    """Raises RuntimeError inside a transaction: money never moves while ours could still be rolled back."""
    with transaction.atomic(durable=True):
        pass
