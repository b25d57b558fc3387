"""The forecast, by examples and by how often it was right on histories that were made up (rules M12 and M17)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pleamar.rules.forecast import Forecast, Past, Running, forecast, same_moment

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


def running(seats: int, peak: int | None = None, day: int = 11) -> Running:
    return Running(START, END, START + timedelta(days=day), seats, seats if peak is None else peak)


def grown(*steps: tuple[int, int]) -> list[Past]:
    return [Past(seats, highest) for seats, highest in steps]


def test_m12_the_middle_growth_is_likely_and_the_smallest_and_largest_are_the_range() -> None:
    past = grown((100, 100), (100, 104), (100, 130))
    assert forecast(running(100), past) == Forecast(100, 104, 130, 3)
    assert forecast(running(150), past) == Forecast(150, 156, 195, 3), "in proportion"
    assert forecast(running(100), past + grown((100, 108))) == Forecast(100, 106, 130, 4), "between the middle two"


def test_m12_one_odd_cycle_does_not_move_the_forecast() -> None:
    usual = grown(*[(100, 100 + more) for more in (2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7)])
    odd = forecast(running(100), [*usual, Past(100, 900)])
    assert odd == Forecast(103, 104, 107, 12)
    assert forecast(running(100), [*usual, Past(100, 100)]) == Forecast(102, 104, 106, 12)


def test_m12_a_cycle_of_few_seats_is_not_blown_up() -> None:
    past = grown((1, 21), (1, 21), (1, 21))
    assert forecast(running(300), past) == Forecast(340, 340, 340, 3), "twice its growth, and not 6,000"
    assert forecast(running(300), grown((0, 5), (0, 5), (0, 5))) == Forecast(305, 305, 305, 3)


def test_m12_too_little_is_known_of_a_partner_with_fewer_than_three_cycles() -> None:
    told = forecast(running(80, peak=84), grown((10, 12), (20, 30)))
    assert told == Forecast(84, None, None, 2)
    assert not told.is_known


def test_m12_only_a_year_is_looked_at() -> None:
    year = grown(*[(100, 110)] * 12)
    assert forecast(running(100), [Past(100, 500), *year]) == forecast(running(100), year)


@pytest.mark.parametrize("cycles", [0, 2, 12])
def test_m12_at_its_end_a_cycle_s_forecast_is_its_peak(cycles: int) -> None:
    past = [Past(10, 90)] * cycles
    assert forecast(running(60, peak=84, day=31), past) == Forecast(84, 84, 84, cycles)


@settings(deadline=None)
@given(
    st.integers(0, 500),
    st.integers(0, 500),
    st.integers(0, 31),
    st.lists(st.builds(lambda seats, more: Past(seats, seats + more), st.integers(0, 500), st.integers(0, 500))),
)
def test_m17_a_forecast_is_in_order_and_never_below_the_peak_so_far(
    one: int, other: int, day: int, past: list[Past]
) -> None:
    seats, peak = sorted((one, other))
    told = forecast(running(seats, peak, day), past)
    assert peak <= told.low
    assert told.likely is None or told.high is None or told.low <= told.likely <= told.high
    assert told == forecast(running(seats, peak, day), past)


def test_m12_the_same_share_of_a_shorter_cycle() -> None:
    half = Running(START, END, START + timedelta(days=15, hours=12), 1, 1)
    february, march = END, datetime(2026, 3, 1, tzinfo=UTC)
    assert same_moment(february, march, half) == datetime(2026, 2, 15, tzinfo=UTC)
    assert same_moment(february, march, running(1, day=0)) == february
    assert same_moment(february, march, running(1, day=31)) == march
    assert same_moment(february, march, running(1, day=40)) == march, "a late look is the end"


# The back-test: partners made up day by day. Each past cycle is asked on four days, and the range held against the peak
# that the cycle then ended with.

Step = Callable[[Random, int, int, int], int]


def steady(chance: Random, seats: int, _day: int, _first: int) -> int:
    return seats + chance.choice((-1, 0, 0, 0, 1))


def growing(chance: Random, seats: int, _day: int, _first: int) -> int:
    """About six percent a month."""
    return seats + (seats * 2 + chance.randrange(1000)) // 1000 + chance.choice((-1, 0, 0, 1))


def seasonal(chance: Random, _seats: int, day: int, first: int) -> int:
    """A quarter more in one half of the year than at its turn, up and down along straight lines."""
    into = day % 360
    return first + first * min(into, 360 - into) // 360 + chance.randint(-2, 2)


def sudden(chance: Random, seats: int, day: int, first: int) -> int:
    """Steady, but about twice a year a customer of 20 to 100 users comes at once."""
    return steady(chance, seats, day, first) + (chance.randint(20, 100) if chance.randrange(180) == 0 else 0)


def histories(step: Step, seed: int, partners: int = 60, cycles: int = 30) -> list[list[list[int]]]:
    """Partner → cycle → the count on each of its 30 days."""
    chance, made = Random(seed), []
    for _ in range(partners):
        first = seats = chance.randint(20, 400)
        days = []
        for day in range(cycles * 30):
            seats = max(0, step(chance, seats, day, first))
            days.append(seats)
        made.append([days[start : start + 30] for start in range(0, len(days), 30)])
    return made


def asked(cycles: list[list[int]], index: int, day: int) -> Forecast:
    past = [Past(one[day], max(one[day:])) for one in cycles[1:index]]
    now = cycles[index]
    moment = Running(START, START + timedelta(days=30), START + timedelta(days=day), now[day], max(now[: day + 1]))
    return forecast(moment, past)


@pytest.mark.parametrize(("step", "off_by_permille"), [(steady, 6), (growing, 6), (seasonal, 20), (sudden, 20)])
@pytest.mark.parametrize("seed", [1, 2])
def test_m12_back_tested_the_range_holds_five_times_in_six(step: Step, off_by_permille: int, seed: int) -> None:
    """What docs/concepts/forecast.md states: on all four kinds of partner, and how far off `likely` is on average."""
    held = total = off = billed = 0
    for cycles in histories(step, seed):
        for index in range(13, len(cycles)):
            for day in (3, 10, 15, 22):
                told, peak = asked(cycles, index, day), max(cycles[index])
                assert told.likely is not None
                assert told.high is not None
                held += told.low <= peak <= told.high
                off += abs(told.likely - peak)
                total, billed = total + 1, billed + peak
    assert 6 * held >= 5 * total, f"held {held} of {total}"
    assert 1000 * off <= off_by_permille * billed, f"off by {off} of {billed}"
