"""Suspend a partner's access, as was proposed to staff (rule M14)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.recheck_proposal import recheck_proposal
from pleamar.actions.write_standings import Taken, write_standings
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.queries.arrears import policy_of
from pleamar.queries.settings import current_settings
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused
from pleamar.rules.standing import Standing, Step, suspended


def approve_suspension(partner_id: int, *, cause: Cause, now: datetime, jobs: Jobs = NOBODY) -> Standing:
    """The partner suspended, and told so: nobody of its monthly accounts may sign in, and its seats go on counting.

    Never its portal, never annual accounts. Approving it twice changes nothing. `cause.reason` says why, and must
    (`reason_missing`). Whether it is still overdue is asked again, under its lock: refuses as `recheck_proposal` does.
    """
    if not cause.reason.strip():
        raise Refused("reason_missing")
    with transaction.atomic():
        policy = policy_of(current_settings())
        found, standing = recheck_proposal(partner_id, policy, now=now)
        if found.before is not None and found.before.state == "suspended":
            return found.before
        after = suspended(standing, now)
        write_standings([Taken(found, Step(after, "access_suspended"), cause)], policy, now=now, jobs=jobs)
        return after
