"""Look at how partners stand where money settles, so that what is paid is lifted at once (rule M14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pleamar.actions.write_standings import Taken, write_standings
from pleamar.models import Standing as KeptStanding
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.queries.arrears import arrears, policy_of
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.settings import current_settings
from pleamar.rules.standing import step

# What is left to the calendar: an act that settles something must not be answered by a reminder.
_NOT_HERE: Final = ("payment_overdue", "suspension_proposed", "access_suspended")


def review_standing(partner_ids: Sequence[int], *, now: datetime, jobs: Jobs = NOBODY) -> None:
    """Ease how these partners stand, in the transaction of what settled: lift what is not overdue any more.

    The caller holds their locks, and has written whatever it had to of invoices, charges and cards. Nobody is warned or
    suspended here, and who was never looked at is left to `review_standings`. One question where nobody stands anyhow.
    """
    known = KeptStanding.unscoped.filter(partner_id__in=partner_ids).values_list("partner_id", flat=True)
    if not (looked_at := list(known)):
        return
    policy = policy_of(current_settings())
    taken = [
        Taken(one, step(one.facts, one.before, policy, now))
        for one in arrears(EVERYTHING, now=now, partner_ids=looked_at)
    ]
    write_standings([one for one in taken if one.step.tell not in _NOT_HERE], policy, now=now, jobs=jobs)
