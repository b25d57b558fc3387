"""Look at how every partner stands with payment: warn, propose, suspend and restore by the calendar (rule M14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from pleamar.actions.lock_meters import lock_meters
from pleamar.actions.write_standings import Taken, write_standings
from pleamar.models.bulk import array, quick_cursor
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.queries.arrears import Arrears, arrears, policy_of
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.settings import current_settings
from pleamar.rules.standing import Policy, Tell, step

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
    waiting meanwhile. Shadow partners are left alone.
    """
    policy = policy_of(current_settings())
    due = [one.partner_id for one in arrears(EVERYTHING, now=now) if _moves(one, policy, now)]
    told: Counter[Tell] = Counter()
    held: list[int] = []
    for start in range(0, len(due), _AT_ONCE):
        wanted = due[start : start + _AT_ONCE]
        with transaction.atomic():
            claimed = _claim(wanted)
            told += _review(claimed, policy, now, jobs)
        held += sorted(set(wanted) - set(claimed))
    for partner_id in held:
        with transaction.atomic():
            lock_meters([partner_id])
            told += _review([partner_id], policy, now, jobs)
    return StandingReport(
        warned=told["payment_overdue"],
        proposed=told["suspension_proposed"],
        suspended=told["access_suspended"],
        restored=told["access_restored"],
    )


def _moves(one: Arrears, policy: Policy, now: datetime) -> bool:
    return step(one.facts, one.before, policy, now).after != one.before


def _claim(partner_ids: Sequence[int]) -> list[int]:
    """Those of them whose locks nobody else holds; they are ours now."""
    with quick_cursor() as cursor:
        cursor.execute(
            "SELECT partner_id FROM meter WHERE partner_id = ANY(%s::bigint[]) "
            "ORDER BY partner_id FOR UPDATE SKIP LOCKED",
            [array(partner_ids)],
        )
        return [row[0] for row in cursor.fetchall()]


def _review(partner_ids: Sequence[int], policy: Policy, now: datetime, jobs: Jobs) -> Counter[Tell]:
    found = arrears(EVERYTHING, now=now, partner_ids=partner_ids) if partner_ids else []
    taken = [Taken(one, step(one.facts, one.before, policy, now)) for one in found]
    write_standings(taken, policy, now=now, jobs=jobs)
    return Counter(one.step.tell for one in taken if one.step.tell is not None)
