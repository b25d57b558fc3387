"""Drive a charge as far as it goes, through the payment gateway.

Creating a payment, confirming it and cancelling it are calls of their own, each with a commit before and after, so that
the provider's id is on disk before money can move; whoever finds a charge half-way goes on from what is written. No
transaction is open while the gateway is asked, and one driver at a time holds the charge's lease.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from pleamar.actions.cancel_payment import cancel_payment
from pleamar.actions.confirm_payment import confirm_payment
from pleamar.actions.create_payment import create_payment
from pleamar.actions.lease_charge import Lease, LeaseLost, Leasing, lease_charge
from pleamar.actions.lock_charge import lock_charge
from pleamar.actions.look_at_payment import look_at_payment
from pleamar.actions.note_problem import note_problem
from pleamar.actions.pause_collection import refuse_paused
from pleamar.models import Charge
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.ports.payments import GatewayFailed, GatewayRefused, GatewayUnreachable, KeyConflict, PaymentGateway

log: Final = logging.getLogger("pleamar.collect")
_Step = Callable[..., None]
_STEPS: Final[dict[str, _Step]] = {
    "planned": create_payment,
    "creating": create_payment,
    "ready": confirm_payment,
    "confirming": confirm_payment,
    "processing": look_at_payment,
    "action_required": look_at_payment,
    "failed": cancel_payment,
}
# The bank or the cardholder moves next; looking at once again tells nothing new.
_OTHERS_MOVE: Final = frozenset({"processing", "action_required"})
_TRY_AGAIN: Final = timedelta(minutes=1)
_AN_HOUR: Final = timedelta(hours=1)
# For what a person has to look at: often enough that it goes on by itself when it was mended.
_LOOK_AGAIN: Final = timedelta(hours=6)


def collect_charge(
    charge_id: int, gateway: PaymentGateway, *, now: datetime, leasing: Leasing, jobs: Jobs = NOBODY
) -> Charge:
    """The charge as it is when it can be driven no further now; `succeeded` and `canceled` are final.

    One that somebody else drives, or that was settled, is left alone. When the gateway does not answer, the charge
    stays as it is and the same call is made again, with the same key, from a minute later on. What cannot be right (the
    provider does not know its payment, a key was used for something else, the card is of another provider) stays too,
    with its `problem` for a person. Refuses `collection_paused`.
    """
    refuse_paused()
    lease = lease_charge(charge_id, leasing)
    if lease is None:
        return Charge.unscoped.get(pk=charge_id)
    try:
        _drive(lease, gateway, now, jobs)
    except LeaseLost:
        pass
    finally:
        lease.give_back()
    return Charge.unscoped.get(pk=charge_id)


def _drive(lease: Lease, gateway: PaymentGateway, now: datetime, jobs: Jobs) -> None:
    charge = lease.charge
    if charge.card.provider != gateway.provider:
        _stay(lease, now + _LOOK_AGAIN, f"its card is of {charge.card.provider}, and {gateway.provider} is set up")
        return
    try:
        while charge.state in _STEPS:
            before = charge.state
            _STEPS[before](lease, gateway, now=now, jobs=jobs)
            if charge.state == before:
                _rest(lease, now)
            if charge.state == before or charge.state in _OTHERS_MOVE:
                return
    except (GatewayUnreachable, GatewayFailed) as unanswered:
        _stay(lease, now + _TRY_AGAIN, f"the provider does not answer: {unanswered}".rstrip(": "))
    except KeyConflict:
        _stay(lease, now + _LOOK_AGAIN, "the provider knows its key for another request")
        _alert(lease.charge, "the provider knew its key for another request", now)
    except GatewayRefused as refusal:
        _stay(lease, now + _LOOK_AGAIN, f"the provider refuses to say how its payment stands: {refusal.code}")
        _alert(lease.charge, f"the provider refused to say how its payment stands: {refusal.code}", now)


def _stay(lease: Lease, until: datetime, because: str) -> None:
    log.warning("charge %s stays %s: %s", lease.charge.public_id, lease.charge.state, because)
    lease.move(due_at=until, stuck_because=because)


def _rest(lease: Lease, now: datetime) -> None:
    """Nothing has changed, and whoever looked has not said when to look again."""
    due: datetime | None = Charge.unscoped.values_list("due_at", flat=True).get(pk=lease.charge.pk)
    if due is not None and due <= now:
        lease.move(due_at=now + _AN_HOUR)


def _alert(charge: Charge, problem: str, now: datetime) -> None:
    with transaction.atomic():
        note_problem(lock_charge(charge.pk), problem, now=now)
