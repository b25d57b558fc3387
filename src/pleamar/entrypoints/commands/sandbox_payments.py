"""What the sandbox's commands do to a charge's payment, where it is the sandbox's own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from pleamar.actions.collect_charge import collect_charge
from pleamar.adapters.payments.sandbox import SandboxGateway
from pleamar.ports.payments import GatewayRefused
from pleamar.queries.charges import FoundCharge, find_charge
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.refusals import Refused
from pleamar.wiring.due_work import hear
from pleamar.wiring.fingerprint import watch_for_copies
from pleamar.wiring.payments import leasing

T = TypeVar("T")


def payment_of(public_id: str, gateway: SandboxGateway) -> tuple[FoundCharge, str]:
    """The charge, and its payment's id. Refuses `charge_unknown`, and `charge_without_payment` before it has one."""
    charge = find_charge(EVERYTHING, public_id)
    if charge.provider_id is None or charge.provider != gateway.provider:
        raise Refused("charge_without_payment", charge=public_id)
    return charge, charge.provider_id


def played(play: Callable[[], T]) -> T:
    """What the sandbox answers; what it refuses is refused."""
    try:
        return play()
    except GatewayRefused as refused:
        raise Refused(refused.code) from refused


def follow_up(charge: FoundCharge, gateway: SandboxGateway, now: datetime) -> None:
    """Hear what the sandbox tells, drive the charge on, and say how it stands."""
    watch_for_copies(os.environ)
    hear(gateway, now)
    driven = collect_charge(charge.id, gateway, now=now, leasing=leasing())
    sys.stdout.write(f"Charge {charge.public_id} is {driven.state.replace('_', ' ')}.\n")
