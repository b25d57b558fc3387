"""Look again whether a partner whose suspension was proposed to staff should still be suspended (rule M14)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pleamar.actions.lock_meters import lock_meter
from pleamar.queries.arrears import Arrears, arrears
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.refusals import Refused
from pleamar.rules.standing import Policy, Standing, step


class Proposal(NamedTuple):
    """What was found under the partner's lock, and how it stands by that: with its proposal, or suspended already."""

    arrears: Arrears
    standing: Standing


def recheck_proposal(partner_id: int, policy: Policy, *, now: datetime) -> Proposal:
    """The partner locked for this transaction, and what it is overdue with now.

    Refuses `nothing_overdue`, `payment_under_way` while what was overdue is being charged, and
    `suspension_not_proposed`, also where a proposal was made and the partner is not overdue for as long any more.
    """
    lock_meter(partner_id)
    found = arrears(EVERYTHING, now=now, partner_ids=[partner_id])
    if not found or found[0].facts.overdue_since is None:
        raise Refused("payment_under_way" if found and found[0].facts.in_process else "nothing_overdue")
    one = found[0]
    standing = step(one.facts, one.before, policy, now).after
    is_suspended = one.before is not None and one.before.state == "suspended"
    was_proposed = one.before is not None and one.before.suspension_proposed_at is not None
    if not is_suspended and not (
        was_proposed and (standing.state == "suspended" or standing.suspension_proposed_at is not None)
    ):
        raise Refused("suspension_not_proposed")
    return Proposal(one, standing)
