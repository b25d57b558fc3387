"""The high-water mark, against a model that looks at every moment of every cycle (rules M2 to M6 and M27)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pleamar.rules import peak
from pleamar.rules.cycles import cycle_end
from pleamar.rules.peak import TICK, AccountCount, EndedCycle, Meter

START = datetime(2026, 1, 1, tzinfo=UTC)

# Account → how many billed seats it gains; nought where it is touched and nothing billed changes (a trial's members).
Deltas = Mapping[str, int]


class Billed(NamedTuple):
    """What an ended cycle is billed by."""

    opening: int
    closing: int
    peak: int
    peak_at: datetime
    peak_batch: int | None
    shares: dict[str, tuple[int, int]]


class MeteredPartner:
    """A partner counted by the rules alone, as `change_seats` and `roll_meters` do it."""

    def __init__(self, created: datetime, end_of: Callable[[int], datetime]) -> None:
        self.meter = peak.opened(created, end_of(0))
        self.end_of = end_of
        self.accounts: dict[str, AccountCount] = {}
        self.batches = 0
        self.cycles: list[EndedCycle] = []
        self.billed: list[Billed] = []

    def read(self, now: datetime) -> Meter:
        """Roll to `now`, freezing what has ended."""
        ended, self.meter = peak.roll(self.meter, now, self.end_of)
        self.cycles += ended
        for cycle in ended:
            shares = {name: peak.share_of(account, cycle) for name, account in self.accounts.items()}
            self.billed.append(
                Billed(cycle.opening, cycle.closing, cycle.peak, cycle.peak_at, cycle.peak_batch, shares)
            )
        return self.meter

    def change(self, clock: datetime, **deltas: int) -> datetime:
        """One batch, and the time that it was given."""
        at = peak.stamp(self.meter, clock)
        before = self.read(at)
        self.batches += 1
        for name, delta in deltas.items():
            self.accounts[name] = peak.count(self.accounts.get(name, AccountCount()), before, at, delta)
        self.meter = peak.step(before, at, sum(deltas.values()), self.batches)
        return at


def modelled(created: datetime, ends: Sequence[datetime], log: Sequence[tuple[datetime, Deltas]]) -> list[Billed]:
    """The same from the whole log at once: every moment of a cycle at which anything could be different."""
    names = sorted({name for _, deltas in log for name in deltas})

    @cache
    def seats(at: datetime) -> dict[str, int]:
        return {name: sum(deltas.get(name, 0) for when, deltas in log if when <= at) for name in names}

    billed = []
    for start, end in pairwise([created, *ends]):
        moments = [start, *(when for when, _ in log if start < when < end)]
        sums = [sum(seats(moment).values()) for moment in moments]
        top = moments[sums.index(max(sums))]
        batch = next(number for number, (when, _) in enumerate(log, 1) if when == top) if top > start else None
        own = {name: max(seats(moment)[name] for moment in moments) for name in names}
        at_top = seats(top)
        shares = {name: (at_top[name], own[name]) for name in names}
        billed.append(Billed(sums[0], sum(seats(end - TICK).values()), max(sums), top, batch, shares))
    return billed


@dataclass(frozen=True)
class History:
    """Cycles of a few microseconds, so that changes fall on their bounds and beside them all the time."""

    ends: list[datetime]
    log: list[tuple[datetime, Deltas]]
    reads: list[datetime]

    def end_of(self, index: int) -> datetime:
        """The end of a cycle; beyond the drawn ones, each is a day."""
        known = len(self.ends)
        return self.ends[index] if index < known else self.ends[-1] + (index - known + 1) * timedelta(days=1)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Three accounts whose seats go up and down, together and against each other."""
    lengths = draw(st.lists(st.integers(1, 9), min_size=1, max_size=8))
    ends = [START + sum(lengths[: number + 1]) * TICK for number in range(len(lengths))]
    moments = st.integers(0, sum(lengths) - 1).map(lambda ticks: START + ticks * TICK)
    held: dict[str, int] = {}
    log: list[tuple[datetime, Deltas]] = []
    for at in sorted(draw(st.sets(moments, max_size=14))):
        wanted = draw(st.dictionaries(st.sampled_from("abc"), st.integers(0, 4), min_size=1))
        log.append((at, {name: seats - held.get(name, 0) for name, seats in wanted.items()}))
        held |= wanted
    return History(ends, log, sorted(draw(st.lists(moments, max_size=6))))


def metered(history: History, reads: Sequence[datetime]) -> MeteredPartner:
    """The history lived through, with somebody reading the meter at `reads`."""
    partner = MeteredPartner(START, history.end_of)
    waiting = list(reads)
    for at, deltas in history.log:
        while waiting and waiting[0] <= at:
            partner.read(waiting.pop(0))
        assert partner.change(at, **deltas) == at
    for at in waiting:
        partner.read(at)
    partner.read(history.ends[-1])
    return partner


def known(billed: Billed) -> Billed:
    """Without the accounts that never had a seat in the cycle: before its first change nobody knows an account."""
    return billed._replace(shares={name: share for name, share in billed.shares.items() if share != (0, 0)})


@settings(deadline=None, max_examples=250)
@given(histories())
def test_m02_every_cycle_is_billed_as_if_every_moment_had_been_looked_at(history: History) -> None:
    expected = [known(one) for one in modelled(START, history.ends, history.log)]
    partner = metered(history, history.reads)
    assert [known(one) for one in partner.billed] == expected
    assert partner.meter.seats == sum(delta for _, deltas in history.log for delta in deltas.values())


@settings(deadline=None, max_examples=100)
@given(histories())
def test_m02_it_makes_no_difference_who_rolls_and_when(history: History) -> None:
    every_tick = [START + ticks * TICK for ticks in range((history.ends[-1] - START) // TICK)]
    lazily, busily = metered(history, []), metered(history, every_tick)
    assert [known(one) for one in lazily.billed] == [known(one) for one in busily.billed]
    assert (lazily.meter, lazily.cycles) == (busily.meter, busily.cycles)


@settings(deadline=None, max_examples=100)
@given(histories())
def test_p01_shares_add_up_to_the_peak(history: History) -> None:
    for billed in metered(history, history.reads).billed:
        assert sum(share for share, _ in billed.shares.values()) == billed.peak
        assert all(0 <= share <= own <= billed.peak for share, own in billed.shares.values())


@settings(deadline=None, max_examples=100)
@given(histories())
def test_m08_cycles_are_frozen_once_each_and_leave_no_gap(history: History) -> None:
    cycles = metered(history, history.reads).cycles
    assert [cycle.index for cycle in cycles] == list(range(len(history.ends)))
    assert [cycle.ends_at for cycle in cycles] == history.ends
    for earlier, later in pairwise(cycles):
        assert earlier.ends_at == later.starts_at
        assert later.mark > earlier.mark
    assert all(cycle.starts_at <= cycle.peak_at < cycle.ends_at for cycle in cycles)


@settings(deadline=None, max_examples=150)
@given(histories(), st.lists(st.tuples(st.integers(-30, 90), st.integers(0, 90)), min_size=1, max_size=12))
def test_m06_m27_a_clock_that_jumps_reorders_nothing(history: History, clocks: list[tuple[int, int]]) -> None:
    partner = MeteredPartner(START, history.end_of)
    log: list[tuple[datetime, Deltas]] = []
    for ticks, readers in clocks:
        clock = START + ticks * TICK
        partner.read(START + readers * TICK)  # by another clock
        begun = partner.meter.starts_at
        at = partner.change(clock, a=1)
        assert at == max(clock, begun, *(when + TICK for when, _ in log))
        log.append((at, {"a": 1}))
    partner.read(log[-1][0] + timedelta(days=2))
    ends = [cycle.ends_at for cycle in partner.cycles]
    assert [known(one) for one in partner.billed] == [known(one) for one in modelled(START, ends, log)]


def monthly(created: datetime) -> MeteredPartner:
    """A partner with its monthly cycles in UTC."""
    return MeteredPartner(created, lambda index: cycle_end(created.date(), index, "UTC"))


def day(month: int, number: int, hour: int = 0, year: int = 2026) -> datetime:
    """A moment of 2026, in UTC."""
    return datetime(year, month, number, hour, tzinfo=UTC)


def peaks(partner: MeteredPartner, until: datetime) -> list[int]:
    """The peaks of the cycles that have ended by then."""
    partner.read(until)
    return [cycle.peak for cycle in partner.cycles]


def test_m02_twenty_less_ten_and_ten_others_are_twenty() -> None:
    partner = monthly(day(1, 1))
    partner.change(day(1, 5), contoso=20)
    partner.change(day(1, 9), contoso=-10)
    partner.change(day(1, 12), contoso=10)
    assert peaks(partner, day(2, 1)) == [20]


def test_m02_it_is_the_peak_of_the_sum_and_not_the_sum_of_the_peaks() -> None:
    partner = monthly(day(1, 1))
    partner.change(day(1, 5), contoso=20)
    partner.change(day(1, 9), contoso=-15)
    partner.change(day(1, 12), fabrikam=12)
    assert peaks(partner, day(2, 1)) == [20]
    assert partner.billed[0].shares == {"contoso": (20, 20), "fabrikam": (0, 12)}


def test_m02_of_equal_peaks_the_earliest_is_the_moment() -> None:
    partner = monthly(day(1, 1))
    partner.change(day(1, 5), contoso=20)
    partner.change(day(1, 9), contoso=-20, fabrikam=5)
    partner.change(day(1, 12), fabrikam=15)
    partner.read(day(2, 1))
    shares = {"contoso": (20, 20), "fabrikam": (0, 20)}
    assert partner.billed == [Billed(0, 20, 20, day(1, 5), 1, shares)]


def test_m03_seats_active_at_the_start_count_all_the_silent_cycles_long() -> None:
    partner = monthly(day(1, 1))
    partner.change(day(1, 31, 23), contoso=7)
    partner.read(day(4, 30))
    assert [(one.opening, one.peak, one.closing) for one in partner.cycles] == [(0, 7, 7), (7, 7, 7), (7, 7, 7)]
    assert [one.peak_at for one in partner.cycles] == [day(1, 31, 23), day(2, 1), day(3, 1)]
    assert [one.shares for one in partner.billed] == [{"contoso": (7, 7)}] * 3


def test_m04_the_worked_example() -> None:
    partner = MeteredPartner(day(12, 27, 15, 2025), lambda index: cycle_end(date(2025, 12, 27), index, "UTC"))
    partner.change(day(1, 15, 11), contoso=20)
    partner.change(day(1, 26, 16), contoso=-20)
    assert peaks(partner, day(2, 27)) == [20, 0]
    assert [cycle.ends_at for cycle in partner.cycles] == [day(1, 27), day(2, 27)]


@pytest.mark.parametrize(("early", "second"), [(timedelta(0), 12), (TICK, 12), (-TICK, 20)])
def test_m05_who_is_gone_by_exactly_the_start_is_not_counted(early: timedelta, second: int) -> None:
    partner = monthly(day(1, 1))
    partner.change(day(1, 5), contoso=20)
    partner.change(day(2, 1) - early, contoso=-8)
    assert peaks(partner, day(3, 1)) == [20, second]
    assert partner.cycles[1].opening == second
    assert partner.billed[1].shares == {"contoso": (second, second)}


def test_m05_who_comes_at_exactly_the_end_belongs_to_the_next_cycle() -> None:
    partner = monthly(day(1, 1))
    partner.change(day(2, 1), contoso=20)
    assert peaks(partner, day(3, 1)) == [0, 20]
    assert partner.billed[1][:5] == (20, 20, 20, day(2, 1), None)


def test_m06_a_swap_between_accounts_in_one_batch_does_not_raise_the_peak() -> None:
    partner = monthly(day(1, 1))
    partner.change(day(1, 5), contoso=20, fabrikam=5)
    partner.change(day(1, 9), fabrikam=10, contoso=-10)
    assert peaks(partner, day(2, 1)) == [25]
    assert partner.billed[0].shares == {"contoso": (20, 20), "fabrikam": (5, 15)}


def test_m06_a_trial_activated_together_with_removals_is_one_step() -> None:
    partner = monthly(day(1, 1))
    partner.change(day(1, 5), contoso=20, trial=0)
    partner.change(day(1, 9), trial=12, contoso=-12)
    partner.change(day(1, 10), trial=1)
    assert peaks(partner, day(2, 1)) == [21]
    assert partner.billed[0].shares == {"contoso": (8, 20), "trial": (13, 13)}


def test_m27_a_change_never_falls_into_a_cycle_that_is_frozen() -> None:
    partner = monthly(day(1, 1))
    partner.change(day(1, 5), contoso=4)
    partner.read(day(2, 1))
    assert partner.change(day(1, 31), contoso=3) == day(2, 1)
    assert peaks(partner, day(3, 1)) == [4, 7]


def test_a_count_below_nought_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="cannot have -1 seats"):
        monthly(day(1, 1)).change(day(1, 2), contoso=-1)
