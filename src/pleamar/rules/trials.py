"""Trials: how long one may last, and what activating some of them does to the bill, shown before it is done (M20)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

from pleamar.rules.cycles import local_date
from pleamar.rules.money import Money
from pleamar.rules.prices import PriceVersion, price
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import AccountState, BillingModel
from pleamar.rules.shown import shown_name

When: TypeAlias = Literal["now", "next_cycle"]

LONGEST_DAYS: Final = 365
# People type a number as they see it written, with its thousands marked.
_MARKS: Final = re.compile(r"[\s.,'’]")


class TrialTerms(NamedTuple):
    """When a trial was given its end, that end, and how many members may be active in it."""

    set_at: datetime
    ends_at: datetime
    member_limit: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that is to be activated; its `members`, the active ones, are the seats that this adds.

    `due_at`: it is to go live at the start of that cycle already. `suspended`: it would be billed all the same (M22).
    """

    id: int
    name: str
    model: BillingModel
    state: AccountState
    internal: bool
    members: int
    due_at: datetime | None = None
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class CountedCycle:
    """The cycle in which the seats begin to count, `[starts_at, ends_at)`. `shadow`: it is priced and not invoiced."""

    index: int
    starts_at: datetime
    ends_at: datetime
    timezone: str
    shadow: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Seats, the cycle's peak and what that peak costs, net: `amount`, by `unit_price` (None if graduated).

    `tier` is the one that the peak reaches, first and last seat (None: no end); None for a peak of 0.
    """

    seats: int
    peak: int
    amount: Money
    unit_price: Decimal | None
    tier: tuple[int, int | None] | None


@dataclass(frozen=True, slots=True)
class ActivationPreview:
    """What activating `accounts` does to their partner's bill, other things staying as they are.

    `before` and `after` are of `cycle`: the running one, or with "next_cycle" the one after it, which then begins with
    the seats of today. `name` stands for all that it does: if anything of that is another, so is the name. It never
    holds the clock. `already_live` and `already_scheduled` name accounts for which there is nothing to do. `days_left`
    are the days from today to the running cycle's end.
    """

    name: str
    when: When
    accounts: tuple[Candidate, ...]
    already_live: tuple[str, ...]
    already_scheduled: tuple[str, ...]
    cycle: CountedCycle
    days_left: int
    before: Figures
    after: Figures

    @property
    def seats_added(self) -> int:
        """How many seats it adds."""
        return sum(account.members for account in self.accounts)

    @property
    def cost_added(self) -> Money:
        """What the cycle costs more by it; less than nothing where a cheaper tier is reached."""
        return self.after.amount - self.before.amount

    @property
    def cost_saved(self) -> Money:
        """What the cycle costs less by it."""
        return -self.cost_added

    @property
    def seats_in_room(self) -> int:
        """How many of the seats that it adds raise no peak."""
        return self.seats_added - (self.after.peak - self.before.peak)

    @property
    def confirmation(self) -> str:
        """What is to be typed to confirm it: the account's name, or of several the number of seats that they add."""
        return self.accounts[0].name if len(self.accounts) == 1 else str(self.seats_added)

    def refuse_unless_named(self, name: str) -> None:
        """Refuse `activation_preview_stale` when what somebody was shown by that name is no longer what would be."""
        if name != self.name:
            raise Refused("activation_preview_stale")

    def refuse_unconfirmed(self, typed: str) -> None:
        """Refuse `activation_name_differs` or `activation_seats_differ` unless `typed` is the confirmation."""
        if len(self.accounts) == 1:
            if typed.strip() != self.confirmation:
                raise Refused("activation_name_differs", account=self.confirmation)
        elif _MARKS.sub("", typed) != self.confirmation:
            raise Refused("activation_seats_differ", seats=self.seats_added)


def activation(
    cycle: CountedCycle,
    candidates: Iterable[Candidate],
    *,
    when: When,
    seats: int,
    peak: int,
    version: PriceVersion,
    days_left: int,
) -> ActivationPreview:
    """The preview, from `seats` and `peak` of the cycle without the activation, priced by `version`.

    Refuses `activation_of_closed`, `activation_of_annual` and `activation_of_internal`.
    """
    ordered = sorted(candidates, key=lambda one: one.id)
    for one in ordered:
        _refuse_others(one)
    waiting = when == "next_cycle"
    trials = tuple(one for one in ordered if one.state == "trial" and not (waiting and one.due_at))
    seats_after = seats + sum(one.members for one in trials)
    before, after = figures(version, seats, peak), figures(version, seats_after, max(peak, seats_after))
    return ActivationPreview(
        name=_name(cycle, trials, when, before, after, version),
        when=when,
        accounts=trials,
        already_live=tuple(one.name for one in ordered if one.state == "live"),
        already_scheduled=tuple(one.name for one in ordered if one.state == "trial" and one not in trials),
        cycle=cycle,
        days_left=days_left,
        before=before,
        after=after,
    )


def figures(version: PriceVersion, seats: int, peak: int) -> Figures:
    """What a cycle with that peak comes to by `version`."""
    priced = price(version, peak)
    reached = [line for line in priced.lines if line.kind == "usage"][-1:]
    tier = next(((line.tier_minimum, line.tier_maximum) for line in reached), None)
    return Figures(seats, peak, priced.total, priced.unit_price, tier)


def days_until(end: datetime, *, now: datetime, timezone: str) -> int:
    """The days from today to the day of `end`, by the calendar of `timezone`."""
    return (local_date(end, timezone) - local_date(now, timezone)).days


def checked_trial_end(until: datetime, *, now: datetime) -> datetime:
    """When a trial ends: later than now and at most `LONGEST_DAYS` ahead. Refuses `trial_end_out_of_range`."""
    latest = now + timedelta(days=LONGEST_DAYS)
    if not now < until <= latest:
        raise Refused(
            "trial_end_out_of_range",
            until=until.isoformat(),
            now=now.isoformat(),
            latest=latest.isoformat(),
            days=LONGEST_DAYS,
        )
    return until


def checked_trial_days(days: int) -> timedelta:
    """How long a new trial lasts, in days of 24 hours. Refuses `trial_days_out_of_range`."""
    if not 1 <= days <= LONGEST_DAYS:
        raise Refused("trial_days_out_of_range", days=days, most=LONGEST_DAYS)
    return timedelta(days=days)


def _refuse_others(account: Candidate) -> None:
    if account.internal:
        raise Refused("activation_of_internal", account=account.name)
    if account.model == "annual":
        raise Refused("activation_of_annual", account=account.name)
    if account.state == "closed":
        raise Refused("activation_of_closed", account=account.name)


def _name(
    cycle: CountedCycle,
    trials: Sequence[Candidate],
    when: When,
    before: Figures,
    after: Figures,
    version: PriceVersion,
) -> str:
    """It stands for all that is shown or decides it."""
    facts = {
        "when": when,
        "accounts": [(one.id, one.name, one.members, one.suspended) for one in trials],
        "cycle": (cycle.index, cycle.starts_at.isoformat(), cycle.ends_at.isoformat(), cycle.timezone, cycle.shadow),
        "version": version.id,
        "figures": [
            (one.seats, one.peak, one.amount.minor, one.amount.currency, str(one.unit_price), one.tier)
            for one in (before, after)
        ],
    }
    return shown_name(facts)
