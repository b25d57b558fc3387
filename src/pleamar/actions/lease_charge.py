"""Take a charge to drive it: one driver at a time, and whoever lost the lease can change nothing any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q

from pleamar.models import Charge
from pleamar.ports.clock import Clock
from pleamar.rules.charging import SETTLED, ChargeState, allows

# Longer than any single call to a provider may take; each step renews it.
LEASE: Final = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Leasing:
    """How leases are timed: on the real clock, for a sandbox's jumps while its workers do not wait any shorter."""

    clock: Clock
    length: timedelta = LEASE


class LeaseLost(Exception):
    """Somebody else drives the charge by now, or it was settled meanwhile. Nothing was changed."""


@dataclass(slots=True)
class Lease:
    """The right to drive `charge`, numbered: what is written under an older number is refused."""

    charge: Charge
    number: int
    leasing: Leasing

    def move(self, to: ChargeState | None = None, **changes: Any) -> None:
        """Write `changes`, and the state `to` if there is one, where nobody came between; the lease is renewed.

        Raises LeaseLost when the charge is not in the state it was read in, or is another driver's.
        """
        if to is not None:
            if not allows(self.charge.state, to):
                message = f"a charge does not go from {self.charge.state} to {to}"
                raise ValueError(message)
            changes["state"] = to
        changes["leased_until"] = self.leasing.clock() + self.leasing.length
        mine = Charge.unscoped.filter(pk=self.charge.pk, state=self.charge.state, lease=self.number)
        if not mine.update(**changes):
            raise LeaseLost
        for name, value in changes.items():
            setattr(self.charge, name, value)

    def give_back(self) -> None:
        """Let others drive it at once; for one that was lost it does nothing."""
        Charge.unscoped.filter(pk=self.charge.pk, lease=self.number).update(leased_until=None)


def lease_charge(charge_id: int, leasing: Leasing) -> Lease | None:
    """The lease of an unsettled charge, or None when another driver holds it or it is settled."""
    now = leasing.clock()
    with transaction.atomic():
        taken = (
            Charge.unscoped.filter(Q(leased_until=None) | Q(leased_until__lte=now), pk=charge_id)
            .exclude(state__in=SETTLED)
            .update(lease=F("lease") + 1, leased_until=now + leasing.length)
        )
        if not taken:
            return None
        charge = Charge.unscoped.select_related("card", "partner").get(pk=charge_id)
        return Lease(charge, charge.lease, leasing)
