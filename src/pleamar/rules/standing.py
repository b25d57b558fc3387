"""How a partner stands with payment, and what is done when it is long without paying (rules M13, M14, M27).

Days are of 24 hours and count from when the oldest overdue invoice began to: its issue, later by all the time that it
was on hold. A run is the time from one such invoice being the oldest until it is settled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

StandingState: TypeAlias = Literal["good", "no_card", "past_due", "suspended"]
# What the partner, or for a proposal the vendor's staff, is told of: the topic of the mail.
Tell: TypeAlias = Literal["payment_overdue", "suspension_proposed", "access_suspended", "access_restored"]
# What comes next by the calendar; `approval` waits for staff.
NextKind: TypeAlias = Literal["warning", "suspension", "proposal", "approval"]

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides how a partner stands now.

    `overdue_since` is the beginning of its oldest overdue invoice: open, not on hold, in no charge under way, and with
    the others of its currency not below the provider's smallest amount; None where there is none. `in_process` says
    that an invoice that was overdue is in a charge under way. `has_card`: one is on file, if perhaps not usable.
    """

    overdue_since: datetime | None
    in_process: bool
    has_usable_card: bool
    has_card: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands, as it is kept.

    `warned_days` is the largest threshold told of in this run. `changed_at` is when the state began, the partner was
    last warned, or staff last spared it: by it a warning that came late puts the suspension off.
    """

    state: StandingState
    changed_at: datetime
    overdue_since: datetime | None = None
    warned_days: int | None = None
    suspension_proposed_at: datetime | None = None
    suspended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Days overdue at which partners are warned, and from which access is suspended: `automatic`, or by staff.

    At least one warning, and none on or after the day of suspension (`rules/settings.py` sees to it).
    """

    warning_days: tuple[int, ...]
    suspension_days: int
    automatic: bool


@dataclass(frozen=True, slots=True)
class Step:
    """How it stands afterwards, and what is to be told."""

    after: Standing
    tell: Tell | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What comes next if nothing is paid, and when; None for what waits for staff."""

    kind: NextKind
    at: datetime | None


def step(facts: Facts, before: Standing | None, policy: Policy, now: datetime) -> Step:
    """What becomes of a partner that is looked at `now`; None as `before` for one that never was.

    However long nobody looked, one thing is told: of several thresholds the newest. Access is suspended only once every
    warning of its run has been told, and as many days late as the last one was told late, so that the partner always
    has the time between the two that the policy gives. Nothing overdue: it is free at once, except that an invoice that
    was overdue and is being charged changes nothing until it is known whether it is paid.
    """
    was_overdue = before is not None and before.overdue_since is not None
    if facts.overdue_since is None:
        if before is not None and was_overdue and facts.in_process:
            return Step(before)
        return _free(facts, before, now)
    if before is None or not was_overdue:
        run = Standing("past_due", now, overdue_since=facts.overdue_since)
    else:
        run = _goes_on(before, facts.overdue_since, in_process=facts.in_process)
    return Step(run) if run.state == "suspended" else _advance(run, facts.overdue_since, policy, now)


def days_overdue(since: datetime, now: datetime) -> int:
    """Whole days of 24 hours; negative before."""
    return (now - since) // _DAY


def suspends_at(since: datetime, warned: Standing, policy: Policy) -> datetime:
    """When access is suspended, or its suspension proposed, if what is overdue since then stays so.

    Raises ValueError for one that was not warned: without a warning there is no suspension.
    """
    if warned.warned_days is None:
        message = "never warned"
        raise ValueError(message)
    late = max(0, days_overdue(since, warned.changed_at) - warned.warned_days)
    return since + timedelta(days=policy.suspension_days + late)


def next_step(standing: Standing, policy: Policy) -> NextStep | None:
    """What comes next by the calendar if nothing changes; None for a partner that is free, or suspended already."""
    if standing.state != "past_due" or standing.overdue_since is None:
        return None
    if standing.suspension_proposed_at is not None:
        return NextStep("approval", None)
    since, warned = standing.overdue_since, standing.warned_days
    ahead = [day for day in policy.warning_days if warned is None or day > warned]
    if ahead:
        return NextStep("warning", since + timedelta(days=min(ahead)))
    return NextStep("suspension" if policy.automatic else "proposal", suspends_at(since, standing, policy))


def suspended(before: Standing, now: datetime) -> Standing:
    """The same partner with its access suspended."""
    return replace(before, state="suspended", suspended_at=now, suspension_proposed_at=None, changed_at=now)


def spared(before: Standing, now: datetime) -> Standing:
    """The same partner when staff do not want it suspended: as if it had been warned `now`.

    So it is proposed again when as many days have passed as lie between its last warning and a suspension.
    """
    return replace(before, suspension_proposed_at=None, changed_at=now)


def _free(facts: Facts, before: Standing | None, now: datetime) -> Step:
    state: StandingState = "good" if facts.has_usable_card else "no_card"
    if before is not None and before.state == state:
        return Step(before)
    lifted = before is not None and before.state == "suspended"
    return Step(Standing(state, now), "access_restored" if lifted else None)


def _goes_on(before: Standing, since: datetime, *, in_process: bool) -> Standing:
    """Still overdue. Where the oldest invoice was settled a new run begins, of which nothing was told yet.

    One that is only being charged may come back: until that is known its run goes on.
    """
    started = before.overdue_since
    if started is not None and since > started:
        if in_process:
            return before
        return replace(before, overdue_since=since, warned_days=None, suspension_proposed_at=None)
    return replace(before, overdue_since=since)


def _advance(run: Standing, since: datetime, policy: Policy, now: datetime) -> Step:
    days = days_overdue(since, now)
    reached = max((day for day in policy.warning_days if day <= days), default=None)
    if reached is not None and (run.warned_days is None or reached > run.warned_days):
        warned = replace(run, warned_days=reached, suspension_proposed_at=None, changed_at=now)
        return Step(warned, "payment_overdue")
    if run.warned_days is None or now < suspends_at(since, run, policy):
        return Step(replace(run, suspension_proposed_at=None))
    if policy.automatic:
        return Step(suspended(run, now), "access_suspended")
    if run.suspension_proposed_at is None:
        return Step(replace(run, suspension_proposed_at=now), "suspension_proposed")
    return Step(run)
