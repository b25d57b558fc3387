"""Make people active or inactive by hand, of one customer or of several, as one batch (rules M6, M15, M17, M18)."""

from __future__ import annotations

from django.db import transaction

from pleamar.actions.change_seats import SeatChange, Wanted, change_seats
from pleamar.actions.choose_people import Who, choose_people
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause


def switch_people(
    partner_id: int,
    who: Who,
    *,
    active: bool,
    confirmed: int | None,
    cause: Cause,
    clock: Clock,
    preview: bool = False,
) -> SeatChange:
    """Everybody chosen active, or inactive, at one moment whichever customers they are of.

    The answer names who stays inactive: on a deny list (M19), over a limit (M21). With `preview` everything is worked
    out and nothing is kept. Refuses what `choose_people` and `change_seats` do; then nobody is changed.
    """
    with transaction.atomic():
        chosen = choose_people(partner_id, who, confirmed=confirmed)
        wanted = [Wanted(one.account_id, one.email, active) for one in chosen]
        change = change_seats(partner_id, wanted, cause=cause, clock=clock)
        transaction.set_rollback(preview)
        return change
