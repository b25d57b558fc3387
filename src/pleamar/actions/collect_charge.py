"""Collect a planned charge from its card, through the payment gateway.

Creating a payment and confirming it are two calls, each with a commit before and after it, so that the provider's id is
on disk before money can move; whoever finds a charge half-way goes on from what is written. No transaction is open
while the gateway is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.plan_charges import plan_charges
from pleamar.actions.settle_charge import release_charge, settle_charge
from pleamar.models import Charge, ChargeAllocation, Installation, Partner
from pleamar.ports.payments import GatewayRefused, GatewayUnreachable, IntentRequest, PaymentGateway
from pleamar.rules.money import Money

_FINAL = ("succeeded", "canceled")


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What a run of `collect_charges` did. `unanswered` are left as they are, for the next run."""

    planned: int
    succeeded: int
    declined: int
    unanswered: int


def collect_charges(gateway: PaymentGateway, *, now: datetime, partner_id: int | None = None) -> CollectReport:
    """Plan what is owed and can be charged, then drive every unsettled charge; of one partner, or of all."""
    planned = _plan(partner_id, now)
    outcomes = [collect_charge(number, gateway, now=now) for number in _unsettled(partner_id)]
    return CollectReport(
        planned,
        succeeded=outcomes.count("succeeded"),
        declined=outcomes.count("canceled"),
        unanswered=len(outcomes) - outcomes.count("succeeded") - outcomes.count("canceled"),
    )


def collect_charge(charge_id: int, gateway: PaymentGateway, *, now: datetime) -> str:
    """Drive one charge as far as it goes; the state it is in then.

    `succeeded` and `canceled` (after a decline) are final. When the gateway does not answer, or refuses to say, the
    charge stays as it is and the same call is made again the next time, with the same key.
    """
    charge = Charge.unscoped.get(pk=charge_id)
    try:
        if charge.state in ("planned", "creating"):
            charge = _create(charge, gateway, now)
        if charge.state == "ready":
            charge = _confirm(charge, gateway, now)
        elif charge.state in ("confirming", "processing", "failed"):
            charge = _look_again(charge, gateway, now)
    except (GatewayUnreachable, GatewayRefused):
        # What became of it is asked again in the next run; the charges of others go on meanwhile.
        charge.refresh_from_db()
    return charge.state


def _plan(partner_id: int | None, now: datetime) -> int:
    """Partner by partner, each under its lock; those that have nothing to charge are not even asked for."""
    owing = Q(invoices__state="open", cards__in_use=True, cards__usable=True)
    partners = Partner.unscoped.filter(owing)
    if partner_id is not None:
        partners = partners.filter(pk=partner_id)
    planned = 0
    for number in partners.order_by("pk").values_list("pk", flat=True).distinct():
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
            charge.state, charge.create_attempt, charge.create_sent_at = "creating", 1, now
            charge.save(update_fields=["state", "create_attempt", "create_sent_at"])
    if charge.state != "creating":
        return charge
    request = _request(charge)
    _no_transaction_is_open()
    try:
        intent = gateway.create(request, key=f"{charge.uid}:create:{charge.create_attempt}")
    except GatewayRefused as refusal:
        return release_charge(charge.pk, refusal.code, hard=True, now=now)
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
                ChargeAllocation.unscoped.filter(charge=charge).values_list("invoice__number", flat=True)
            ),
        },
    )


def _confirm(charge: Charge, gateway: PaymentGateway, now: datetime) -> Charge:
    with transaction.atomic():
        lock_meter(charge.partner_id)
        charge.refresh_from_db()
        if charge.state != "ready":
            return charge
        still_owed = _is_still_owed(charge)
        if still_owed:
            charge.state, charge.confirm_attempt, charge.confirm_sent_at = "confirming", 1, now
            charge.save(update_fields=["state", "confirm_attempt", "confirm_sent_at"])
    intent_id = charge.provider_id or ""
    _no_transaction_is_open()
    if not still_owed:
        return settle_charge(charge.pk, gateway.cancel(intent_id, key=f"{charge.uid}:cancel"), now=now)
    intent = gateway.confirm(intent_id, key=f"{charge.uid}:confirm:{charge.confirm_attempt}")
    return _settled(charge, gateway, settle_charge(charge.pk, intent, now=now), now)


def _is_still_owed(charge: Charge) -> bool:
    """Whether each invoice still owes exactly what this charge has for it: else it is cancelled and planned anew."""
    allocations = ChargeAllocation.unscoped.filter(charge=charge, live=True).select_related("invoice")
    return all(
        allocation.invoice.outstanding == allocation.amount and allocation.invoice.held_at is None
        for allocation in allocations
    )


def _look_again(charge: Charge, gateway: PaymentGateway, now: datetime) -> Charge:
    """It was sent for confirmation and no answer was written down: ask how it stands before anything else."""
    _no_transaction_is_open()
    intent = gateway.retrieve(charge.provider_id or "")
    if intent.status == "requires_confirmation":
        intent = gateway.confirm(intent.id, key=f"{charge.uid}:confirm:{charge.confirm_attempt}")
    return _settled(charge, gateway, settle_charge(charge.pk, intent, now=now), now)


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
