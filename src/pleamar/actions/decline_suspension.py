"""Spare a partner whose suspension was proposed to staff (rule M14)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.recheck_proposal import recheck_proposal
from pleamar.actions.write_standings import Taken, write_standings
from pleamar.queries.arrears import policy_of
from pleamar.queries.settings import current_settings
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused
from pleamar.rules.standing import Step, spared, suspends_at


def decline_suspension(partner_id: int, *, cause: Cause, now: datetime) -> datetime:
    """When it is proposed again if the partner still owes then; until then it is left alone.

    That is after as many days as lie between its last warning and a suspension: nine, as shipped. Who should be left
    alone for longer has its invoices put on hold. The partner is told nothing. `cause.reason` says why, and must
    (`reason_missing`). Refuses as `recheck_proposal` does, `suspension_not_proposed` also for one that is suspended.
    """
    if not cause.reason.strip():
        raise Refused("reason_missing")
    with transaction.atomic():
        policy = policy_of(current_settings())
        found = recheck_proposal(partner_id, policy, now=now).arrears
        since = found.facts.overdue_since
        if found.before is None or found.before.state == "suspended" or since is None:
            raise Refused("suspension_not_proposed")
        after = spared(found.before, now)
        until = suspends_at(since, after, policy)
        write_standings([Taken(found, Step(after), cause)], policy, now=now)
        return until
