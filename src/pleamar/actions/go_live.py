"""Let a partner whose history ran in shadow be invoiced, from a cycle to come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.actions.roll_meters import roll_locked
from pleamar.models import Partner
from pleamar.rules.causes import Cause
from pleamar.rules.cycles import cycle_end
from pleamar.rules.refusals import Refused


def go_live(partner_id: int, first_start: datetime, *, cause: Cause, now: datetime) -> Partner:
    """Invoice the partner's cycles from the one that starts at `first_start`, which must be a cycle start to come.

    Refuses `partner_closed`, `already_live`, `not_a_cycle_start` (naming the next ones) and, for a past one,
    `time_in_past`.
    """
    with transaction.atomic():
        standing, _ = roll_locked([lock_meter(partner_id)], now)
        held = standing[partner_id]
        if held.ended or held.ends_with_cycle:
            raise Refused("partner_closed")
        partner = Partner.unscoped.get(pk=partner_id)
        if partner.invoiced_from is not None and partner.invoiced_from <= now:
            raise Refused("already_live", partner=partner.name, since=partner.invoiced_from.isoformat())
        meter = held.meter
        if first_start <= now:
            raise Refused("time_in_past", time=first_start.isoformat(), next=meter.ends_at.isoformat())
        _refuse_off_grid(partner, meter.index, meter.ends_at, first_start)
        Partner.unscoped.filter(pk=partner_id).update(invoiced_from=first_start)
        record_act(
            "go live", partner.public_id, cause=cause, at=now, partner_id=partner_id, first=first_start.isoformat()
        )
        partner.refresh_from_db()
        return partner


def _refuse_off_grid(partner: Partner, index: int, next_start: datetime, wanted: datetime) -> None:
    start = next_start
    while start < wanted:
        index += 1
        next_start, start = start, cycle_end(partner.anchor, index, partner.timezone)
    if start != wanted:
        raise Refused(
            "not_a_cycle_start", time=wanted.isoformat(), before=next_start.isoformat(), after=start.isoformat()
        )
