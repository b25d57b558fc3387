"""Standing against a count by hand of every day, and against what must hold whoever looks whenever (rule M14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pleamar.rules.standing import (
    Facts,
    Policy,
    Standing,
    Step,
    days_overdue,
    next_step,
    step,
)
from tests.fakes.looked_at import ISSUED, OWING, PAID, Told

# --- every day, by hand -------------------------------------------------------------------------------------------


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    suspension_days = draw(st.integers(1, 25))
    warning_days = draw(st.sets(st.integers(0, suspension_days - 1), min_size=1, max_size=4))
    return Policy(tuple(sorted(warning_days)), suspension_days, draw(st.booleans()))


@given(policies(), st.integers(0, 40), st.integers(0, 23))
def test_m14_looked_at_every_day_it_is_as_counted_by_hand(policy: Policy, paid_on: int, hour: int) -> None:
    expected: list[tuple[int, str, int | None]] = []
    for number in range(paid_on):
        if number in policy.warning_days:
            expected.append((number, "payment_overdue", number))
        if number == policy.suspension_days:
            expected.append((number, "access_suspended" if policy.automatic else "suspension_proposed", None))
    partner = Told(policy)
    told = partner.days(OWING, range(paid_on), hours=hour)
    assert told == expected, "each threshold once, in order, on its day"
    was_suspended = policy.automatic and paid_on > policy.suspension_days
    assert partner.days(PAID, range(paid_on, 60)) == [(paid_on, "access_restored", None)] * was_suspended


# What happens in an hour: nothing, nobody looks, the oldest invoice is settled, is charged, comes free again.
_EVENTS = st.lists(
    st.tuples(st.integers(1, 200), st.sampled_from(["look", "look", "look", "settle", "charge", "fail", "new"])),
    max_size=60,
)


@dataclass(slots=True)
class Invoices:
    """When those that are owed began to be overdue: free ones, and ones that are being charged."""

    free: list[datetime]
    charged: list[datetime]

    def happens(self, event: str, now: datetime) -> Facts:
        if event == "new":
            self.free.append(now)
        elif event == "settle":
            del (self.charged or self.free)[:1]
        elif event == "charge":
            self.charged, self.free = sorted(self.charged + self.free), []
        elif event == "fail":
            self.charged, self.free = [], sorted(self.charged + self.free)
        return Facts(min(self.free, default=None), bool(self.charged), has_usable_card=False, has_card=True)


@given(policies(), _EVENTS)
def test_m14_what_holds_whoever_looks_whenever(policy: Policy, events: list[tuple[int, str]]) -> None:
    """Invoices come, are charged and settled at any hour; somebody looks now and then."""
    now, partner, invoices = ISSUED, Told(policy), Invoices([ISSUED], [])
    warned: list[tuple[datetime, int]] = []  # in the oldest invoice's run: when, of which threshold
    for hours, event in events:
        now += timedelta(hours=hours)
        facts, before = invoices.happens(event, now), partner.standing
        taken = partner.look(facts, now)
        if before is not None and before.overdue_since not in (None, taken.after.overdue_since):
            warned = []
        if facts.overdue_since is None:
            free_of_it(facts, before, taken)
        else:
            dunned(taken, days_overdue(facts.overdue_since, now), policy, warned, now)
        assert step(facts, taken.after, policy, now) == Step(taken.after), "looking again changes nothing"


def free_of_it(facts: Facts, before: Standing | None, taken: Step) -> None:
    """Nothing is overdue: lifted, or as it was while what was overdue is charged."""
    if facts.in_process and before is not None and before.overdue_since is not None:
        assert taken == Step(before)
    else:
        assert taken.after.state == "no_card"
        was_suspended = before is not None and before.state == "suspended"
        assert taken.tell == ("access_restored" if was_suspended else None)


def dunned(taken: Step, days: int, policy: Policy, warned: list[tuple[datetime, int]], now: datetime) -> None:
    """Something is: the newest threshold, once each and in order; suspended never sooner than the policy lets."""
    after = taken.after
    assert after.state == ("suspended" if after.suspended_at else "past_due")
    if taken.tell == "payment_overdue":
        assert after.warned_days == max(one for one in policy.warning_days if one <= days)
        assert [one for _, one in warned if one >= after.warned_days] == []
        warned.append((now, after.warned_days))
    elif taken.tell is not None:
        assert taken.tell == ("access_suspended" if policy.automatic else "suspension_proposed")
        at, threshold = warned[-1]
        assert days >= policy.suspension_days
        assert now - at > timedelta(days=policy.suspension_days - threshold - 1)


@settings(deadline=None)
@given(policies(), st.integers(0, 40 * 24), st.integers(0, 10))
def test_m14_it_is_enough_to_look_at_the_dates_that_are_told(policy: Policy, first_hour: int, gap: int) -> None:
    """Whoever steps from date to date sees the same as who looks every other hour (but for what waits for staff)."""
    hourly, stepped = Told(policy), Told(policy)
    start = ISSUED + timedelta(hours=first_hour)
    seen = []
    for hour in range(0, 24 * 45, 2):
        taken = hourly.look(OWING, start + timedelta(hours=hour))
        if taken.tell:
            seen.append((taken.tell, taken.after.warned_days))
    told, now = [], start
    while True:
        taken = stepped.look(OWING, now)
        if taken.tell:
            told.append((taken.tell, taken.after.warned_days))
        following = next_step(taken.after, policy)
        if following is None or following.at is None:
            break
        assert following.at > now
        now = following.at + timedelta(minutes=gap)
    assert told == seen
