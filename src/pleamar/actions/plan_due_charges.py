"""Plan what is owed and can be charged by now: what waited for its next attempt, or for somebody to plan it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.plan_charges import partners_to_charge, plan_charges
from pleamar.ports.jobs import NOBODY, Jobs


def plan_due_charges(*, now: datetime, partner_id: int | None = None, jobs: Jobs = NOBODY) -> int:
    """The number of charges planned, of one partner or of all: partner by partner, each under its lock."""
    planned = 0
    for number in partners_to_charge(now, partner_id):
        with transaction.atomic():
            lock_meter(number)
            planned += plan_charges([number], now, jobs)
    return planned
