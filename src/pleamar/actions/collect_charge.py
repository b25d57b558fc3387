"""Drive a charge as far as it goes, through the payment gateway.

Creating a payment, confirming it and cancelling it are calls of their own, each with a commit before and after, so that
the provider's id is on disk before money can move; whoever finds a charge half-way goes on from what is written. No
transaction is open while the gateway is asked, and one driver at a time holds the charge's lease.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from pleamar.actions.cancel_payment import cancel_payment
from pleamar.actions.confirm_payment import confirm_payment
from pleamar.actions.create_payment import create_payment
from pleamar.actions.lease_charge import Lease, LeaseLost, Leasing, lease_charge
from pleamar.actions.look_at_payment import look_at_payment
from pleamar.actions.pause_collection import refuse_paused
from pleamar.models import Charge
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.ports.payments import GatewayFailed, GatewayRefused, GatewayUnreachable, KeyConflict, PaymentGateway

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
_TRY_AGAIN: Final = timedelta(minutes=1)
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
                return
    except (GatewayUnreachable, GatewayFailed):
        _stay(lease, now + _TRY_AGAIN)
    except KeyConflict:
        _stay(lease, now + _LOOK_AGAIN, "the provider knows its key for another request")
    except GatewayRefused as refusal:
        _stay(lease, now + _LOOK_AGAIN, f"the provider refuses to say how its payment stands: {refusal.code}")


def _stay(lease: Lease, until: datetime, problem: str = "") -> None:
    lease.move(due_at=until, problem=problem)
