"""Close a partner: its accounts close now, its running cycle ends on its date and is the last one billed (M26)."""

from __future__ import annotations

from django.db import transaction

from pleamar.actions.change_seats import change_seats
from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.models import Account, Meter, Partner
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause
from pleamar.rules.seats import AccountState


def close_partner(partner_id: int, *, cause: Cause, clock: Clock) -> Partner:
    """The partner, closed. What it owes stays owed and its card stays on file; closing it again changes nothing."""
    with transaction.atomic():
        lock_meter(partner_id)
        partner = Partner.unscoped.get(pk=partner_id)
        if partner.closed_at is not None:
            return partner
        now = clock()
        states: dict[int, AccountState] = dict.fromkeys(
            Account.unscoped.filter(partner_id=partner_id).exclude(state="closed").values_list("pk", flat=True),
            "closed",
        )
        # Also where no account is left to close: it rolls the meter into the cycle that is to be the last.
        change = change_seats(partner_id, [], states=states, cause=cause, clock=clock)
        partner.closed_at = change.at or now
        partner.save(update_fields=["closed_at"])
        Meter.unscoped.filter(partner_id=partner_id).update(ends_with_cycle=True)
        record_act("close partner", partner.public_id, cause=cause, at=partner.closed_at, partner_id=partner_id)
        return partner
