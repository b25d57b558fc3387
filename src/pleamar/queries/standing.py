"""How partners stand with payment, for screens; and when the calendar has something to do with it (rule M14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pleamar.models import Standing as KeptStanding
from pleamar.queries.arrears import Arrears, arrears, policy_of
from pleamar.queries.scopes import Scope
from pleamar.queries.settings import current_settings
from pleamar.rules import standing as rules
from pleamar.rules.money import Money
from pleamar.rules.standing import Policy, Standing


@dataclass(frozen=True, slots=True)
class StandingRow:
    """How a partner stands, as it was last looked at: `state` is empty where nobody has yet.

    `since` is when that began. `overdue` is what is overdue now, by currency; `overdue_since` from when the oldest of
    it counts, `days` whole days of 24 hours. `in_process`: something that was overdue is being charged. `next_step` is
    what comes if nothing is paid, at `next_at`; a proposal that waits for staff (`approval`) has no date. `staff` is
    the address at which they are asked, empty where the seller has none.
    """

    partner: str
    public_id: str
    state: str
    since: datetime | None
    overdue: tuple[Money, ...]
    overdue_since: datetime | None
    days: int | None
    in_process: bool
    next_step: str
    next_at: datetime | None
    staff: str


def standings(scope: Scope, *, now: datetime, only_owing: bool = False) -> list[StandingRow]:
    """The partners in scope by name, those in shadow left out; `only_owing`: past due and suspended ones alone."""
    policy = policy_of(current_settings())
    found = sorted(arrears(scope, now=now), key=lambda one: one.partner)
    rows = [_row(one, policy, now) for one in found]
    return [row for row in rows if row.overdue or row.state in ("past_due", "suspended") or not only_owing]


def standing_of(scope: Scope, partner_id: int, *, now: datetime) -> StandingRow | None:
    """The same of one partner; None for one in shadow, or in another scope."""
    policy = policy_of(current_settings())
    return next((_row(one, policy, now) for one in arrears(scope, now=now, partner_ids=[partner_id])), None)


def standing_due(scope: Scope, after: datetime) -> datetime | None:
    """The earliest moment later than `after` at which a partner in scope is to be warned, proposed or suspended."""
    policy = policy_of(current_settings())
    kept = scope.rows(KeptStanding).filter(state="past_due", suspension_proposed_at=None)
    steps = (
        rules.next_step(
            Standing(state="past_due", changed_at=changed_at, overdue_since=since, warned_days=warned), policy
        )
        for changed_at, since, warned in kept.values_list("changed_at", "overdue_since", "warned_days")
    )
    return min((one.at for one in steps if one is not None and one.at is not None and one.at > after), default=None)


def _row(one: Arrears, policy: Policy, now: datetime) -> StandingRow:
    before, since = one.before, one.facts.overdue_since
    following = rules.next_step(before, policy) if before is not None else None
    return StandingRow(
        partner=one.partner,
        public_id=one.public_id,
        state=before.state if before is not None else "",
        since=_began(before),
        overdue=one.overdue,
        overdue_since=since,
        days=None if since is None else rules.days_overdue(since, now),
        in_process=one.facts.in_process,
        next_step=following.kind if following is not None else "",
        next_at=following.at if following is not None else None,
        staff=one.staff,
    )


def _began(before: Standing | None) -> datetime | None:
    """A partner is past due from when its oldest invoice is, not from when it was last warned of it."""
    if before is None:
        return None
    return before.overdue_since if before.state == "past_due" else before.changed_at
