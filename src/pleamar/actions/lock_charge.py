"""Take the lock of a charge, its partner's first."""

from __future__ import annotations

from pleamar.actions.lock_meters import lock_meter
from pleamar.models import Charge
from pleamar.rules.charging import SETTLED


class NotSettledYet(Exception):
    """What is told happened after a charge was collected, and here it is not settled. Nothing was written: settle it
    by the provider's word first, then tell again.
    """


def lock_charge(charge_id: int) -> Charge:
    """The charge with its card, both it and its partner locked for this transaction. Raises Charge.DoesNotExist."""
    lock_meter(Charge.unscoped.values_list("partner_id", flat=True).get(pk=charge_id))
    return Charge.unscoped.select_for_update(of=("self",)).select_related("card").get(pk=charge_id)


def lock_settled_charge(charge_id: int) -> Charge:
    """The same for what happens to a charge once it is settled. Raises NotSettledYet."""
    charge = lock_charge(charge_id)
    if charge.state not in SETTLED:
        raise NotSettledYet(charge.public_id)
    return charge
