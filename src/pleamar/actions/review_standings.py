"""Look at how every partner stands with payment: warn, propose, suspend and restore by the calendar (rule M14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from pleamar.actions.lock_meters import lock_meters
from pleamar.actions.write_standings import Taken, proposal_key, write_standings
from pleamar.models import OutboxMessage
from pleamar.models.bulk import array, quick_cursor
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.queries.arrears import Arrears, arrears, policy_of
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.settings import current_settings
from pleamar.rules.standing import Policy, Step, Tell, step

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class StandingReport:
    """How many partners were warned, proposed for suspension, suspended and restored."""

    warned: int = 0
    proposed: int = 0
    suspended: int = 0
    restored: int = 0

    @property
    def is_something(self) -> bool:
        """Whether anybody was told anything."""
        return bool(self.warned or self.proposed or self.suspended or self.restored)


def review_standings(*, now: datetime, jobs: Jobs = NOBODY) -> StandingReport:
    """Take the step of every partner that has one to take, under its lock; nobody is told anything twice.

    One statement finds them, without a lock; what each does is found again once it is locked, so several workers may do
    this at once. Partners that somebody else holds are waited for at the end, one at a time, so that nobody is kept
    waiting meanwhile. Shadow partners are left alone. Staff that had no address when a suspension was proposed are
    asked as soon as they have one.
    """
    policy = policy_of(current_settings())
    everyone = arrears(EVERYTHING, now=now)
    unasked = _unasked(everyone)
    due = [one.partner_id for one in everyone if one.partner_id in unasked or _moves(one, policy, now)]
    told: Counter[Tell] = Counter()
    held: list[int] = []
    for start in range(0, len(due), _AT_ONCE):
        wanted = due[start : start + _AT_ONCE]
        with transaction.atomic():
            claimed = _claim(wanted)
            told += _review(claimed, unasked, policy, now, jobs)
        held += sorted(set(wanted) - set(claimed))
    for partner_id in held:
        with transaction.atomic():
            lock_meters([partner_id])
            told += _review([partner_id], unasked, policy, now, jobs)
    return StandingReport(
        warned=told["payment_overdue"],
        proposed=told["suspension_proposed"],
        suspended=told["access_suspended"],
        restored=told["access_restored"],
    )


def _moves(one: Arrears, policy: Policy, now: datetime) -> bool:
    return step(one.facts, one.before, policy, now).after != one.before


def _unasked(everyone: Sequence[Arrears]) -> set[int]:
    """The partners whose suspension is proposed without that staff were asked, though they have an address."""
    keys = {
        proposal_key(one, one.before): one.partner_id
        for one in everyone
        if one.staff and one.before is not None and one.before.suspension_proposed_at is not None
    }
    if not keys:
        return set()
    written = OutboxMessage.unscoped.filter(channel="mail", key__in=keys).values_list("key", flat=True)
    return {keys[key] for key in keys.keys() - set(written)}


def _claim(partner_ids: Sequence[int]) -> list[int]:
    """Those of them whose locks nobody else holds; they are ours now."""
    with quick_cursor() as cursor:
        cursor.execute(
            "SELECT partner_id FROM meter WHERE partner_id = ANY(%s::bigint[]) "
            "ORDER BY partner_id FOR UPDATE SKIP LOCKED",
            [array(partner_ids)],
        )
        return [row[0] for row in cursor.fetchall()]


def _review(partner_ids: Sequence[int], unasked: Set[int], policy: Policy, now: datetime, jobs: Jobs) -> Counter[Tell]:
    """What was told that nobody was told before; asking staff late is about a proposal that was told of."""
    found = arrears(EVERYTHING, now=now, partner_ids=partner_ids) if partner_ids else []
    steps = [Taken(one, step(one.facts, one.before, policy, now)) for one in found]
    taken = [_asking(one) if one.arrears.partner_id in unasked else one for one in steps]
    write_standings(taken, policy, now=now, jobs=jobs)
    return Counter(one.step.tell for one in steps if one.step.tell is not None)


def _asking(taken: Taken) -> Taken:
    """The same, with the mail to staff, if its suspension is still proposed and nothing else is to be told."""
    after = taken.step.after
    if taken.step.tell is not None or after.suspension_proposed_at is None:
        return taken
    return taken._replace(step=Step(after, "suspension_proposed"))
