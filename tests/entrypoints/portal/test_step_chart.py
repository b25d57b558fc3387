"""The geometry of a cycle's chart: every day is there once, nothing is outside, the peak is the highest."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleamar.entrypoints.portal.usage.chart_axes import WHOLE, DayAxis, user_axis
from pleamar.entrypoints.portal.usage.chart_labels import Label, placed
from pleamar.entrypoints.portal.usage.step_chart import ChartedCycle, Outlook, StepChart, step_chart


class Point(NamedTuple):
    at: datetime
    seats: int


START, END = datetime(2026, 11, 8, tzinfo=UTC), datetime(2026, 12, 8, tzinfo=UTC)


def local(zone: str, year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def drawn(
    points: list[Point],
    until: datetime,
    *,
    zone: str = "UTC",
    end: datetime = END,
    outlook: Outlook | None = None,
    tiers: tuple[int, ...] = (),
) -> StepChart:
    top = max(points, key=lambda point: point.seats)
    return step_chart(ChartedCycle(points[0].at, end, zone, until, points, top.seats, top.at, outlook, tiers))


@pytest.mark.parametrize(
    ("zone", "start", "end", "days"),
    [
        ("UTC", START, END, 30),
        ("Europe/Madrid", local("Europe/Madrid", 2026, 3, 15), local("Europe/Madrid", 2026, 4, 15), 31),
        ("Europe/Madrid", local("Europe/Madrid", 2026, 10, 15), local("Europe/Madrid", 2026, 11, 15), 31),
        ("America/New_York", local("America/New_York", 2026, 1, 31), local("America/New_York", 2026, 2, 28), 28),
        ("Africa/Cairo", local("Africa/Cairo", 2026, 4, 24), local("Africa/Cairo", 2026, 5, 24), 30),
        ("UTC", START + timedelta(hours=9), END, 30),
        ("UTC", START + timedelta(hours=9), START + timedelta(days=1), 1),
    ],
)
def test_m08_a_cycle_has_the_days_of_its_zone(zone: str, start: datetime, end: datetime, days: int) -> None:
    chart = drawn([Point(start, 5)], end, zone=zone, end=end)
    assert len(chart.days) == days
    assert [(later.day - earlier.day).days for earlier, later in zip(chart.days, chart.days[1:], strict=False)] == [
        1
    ] * (days - 1)
    assert chart.days[0].day == start.astimezone(ZoneInfo(zone)).date()
    assert not chart.to_come
    assert chart.is_over


def test_a_day_is_as_wide_when_it_has_23_hours() -> None:
    axis = DayAxis(local("Europe/Madrid", 2026, 3, 15), local("Europe/Madrid", 2026, 4, 15), "Europe/Madrid")
    assert axis.x(local("Europe/Madrid", 2026, 3, 29)) == axis.edge(14)
    assert axis.x(local("Europe/Madrid", 2026, 3, 30)) == axis.edge(15)
    assert axis.x(local("Europe/Madrid", 2026, 4, 15)) == WHOLE


def test_days_know_their_highest_their_last_and_the_peak_so_far() -> None:
    at = START.replace
    chart = drawn(
        [
            *(Point(START, 10), Point(at(hour=9), 14), Point(at(hour=10), 12), Point(at(day=9, hour=8), 13)),
            *(Point(at(day=11), 9), Point(at(day=11, hour=20), 11)),
        ],
        START.replace(day=12, hour=6),
    )
    assert [(one.day.day, one.highest, one.last, one.peak) for one in chart.days] == [
        (8, 14, 12, 14),
        (9, 13, 13, 14),
        (10, 13, 13, 14),
        # What changed at exactly midnight belongs to the new day.
        (11, 11, 11, 14),
        (12, 11, 11, 14),
    ]
    assert len(chart.to_come) == 25
    assert not chart.is_over


def test_m17_what_is_paid_goes_on_to_the_end_at_the_present_count() -> None:
    chart = drawn(
        [Point(START, 400), Point(START.replace(day=17), 531), Point(START.replace(day=19), 499)], START.replace(day=23)
    )
    axis = user_axis(400, 531)
    assert f"H{WHOLE}V{axis.y(499)}" in chart.paid
    assert chart.peak_line.endswith(f"H{WHOLE}")
    assert chart.paid_label is not None
    assert chart.is_cut
    assert chart.marks[0].users > 0


def test_the_forecast_is_a_fan_from_now_to_the_end_and_gone_when_the_cycle_is_over() -> None:
    points = [Point(START, 10), Point(START.replace(day=17), 20)]
    chart = drawn(points, START.replace(day=23), outlook=Outlook(20, 24, 30))
    assert chart.fan is not None
    assert chart.likely is not None
    assert len(re.findall(rf"{WHOLE} ", chart.fan)) == 1
    assert drawn(points, END, outlook=Outlook(20, 20, 20)).fan is None


def test_only_tiers_on_the_axis_are_drawn_and_the_next_one_if_it_is_near() -> None:
    points = [Point(START, 438), Point(START.replace(day=17), 480)]
    assert [mark.users for mark in drawn(points, END, tiers=(100, 250, 500, 2000)).tiers] == [500]


def test_labels_do_not_lie_on_each_other() -> None:
    labels = placed(
        peak=Label(5000, 3000), now=Label(6000, 3600), likely=Label(WHOLE, 3000), tiers={500: 3050, 250: 8000}
    )
    assert labels.likely is not None
    assert labels.likely.above
    assert not labels.now.above
    assert labels.tiers[500].anchor == "start", "the right edge is taken by the forecast and by what is paid"
    assert labels.tiers[250].anchor == "end"
    crowded = placed(
        peak=Label(0, 3000), now=Label(9900, 3000), likely=Label(WHOLE, 3300), tiers=dict.fromkeys(range(9), 3000)
    )
    assert len(crowded.tiers) < 9


def test_an_empty_cycle_has_a_chart_too() -> None:
    chart = drawn([Point(START, 0)], START + timedelta(minutes=1))
    assert not chart.is_cut
    assert chart.marks[0].users == 0
    assert chart.days == [(date(2026, 11, 8), 0, 0, 0, "100.00", False)]


@given(
    low=st.integers(0, 2_000_000), more=st.integers(0, 2_000_000), tiers=st.lists(st.integers(1, 3_000_000), max_size=5)
)
def test_an_axis_holds_what_it_shows(low: int, more: int, tiers: list[int]) -> None:
    axis = user_axis(low, low + more, tiers)
    assert 0 <= axis.low <= low
    assert axis.high > low + more
    assert 2 <= len(axis.marks) <= 10
    assert 0 <= axis.y(low + more) <= axis.y(low) <= WHOLE


_ZONES = st.sampled_from(
    ["UTC", "Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Kathmandu"]
)


@given(
    zone=_ZONES,
    day=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    hours=st.integers(0, 23),
    length=st.integers(1, 31),
    steps=st.lists(st.tuples(st.integers(1, 31 * 24 * 60), st.integers(0, 5000)), max_size=60),
    gone=st.integers(0, 31 * 24 * 60),
    outlook=st.none() | st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300)),
)
def test_whatever_happened_the_drawing_is_inside_and_says_what_was_counted(
    zone: str,
    day: date,
    hours: int,
    length: int,
    steps: list[tuple[int, int]],
    gone: int,
    outlook: tuple[int, int, int] | None,
) -> None:
    start = local(zone, day.year, day.month, day.day, hours)
    last = day + timedelta(days=length)
    end = max(local(zone, last.year, last.month, last.day), start + timedelta(hours=1))
    until = min(start + timedelta(minutes=gone), end)
    happened = {minute: seats for minute, seats in sorted(steps) if start + timedelta(minutes=minute) < min(until, end)}
    points = [Point(start, 7), *(Point(start + timedelta(minutes=minute), seats) for minute, seats in happened.items())]
    peak = max(point.seats for point in points)
    rises = sorted(outlook) if outlook else None
    told = Outlook(*(peak + rise for rise in rises)) if rises else None
    chart = drawn(points, until, zone=zone, end=end, outlook=told, tiers=(100, 250, 500))
    for path in (chart.line, chart.below, chart.paid, chart.peak_line, chart.fan, chart.likely):
        assert all(0 <= int(number) <= WHOLE for number in re.findall(r"-?\d+", path or ""))
    assert chart.days[-1].last == points[-1].seats
    assert chart.days[-1].peak == max(one.highest for one in chart.days) == peak
    assert len({one.day for one in chart.days}) == len(chart.days)
    assert 1 <= len(chart.days) + len(chart.to_come) <= length + 2
    heights = [int(number) for number in re.findall(r"[V ](\d+)", chart.line)]
    axis_peak = chart.peak_y.replace(".", "")
    assert min(heights) == int(axis_peak)


def test_a_busy_cycle_stays_a_small_drawing() -> None:
    points = [Point(START + timedelta(minutes=15 * number), 500 + number * 7919 % 100) for number in range(2800)]
    chart = drawn(points, END)
    assert len(chart.line) + len(chart.below) + len(chart.paid) + len(chart.peak_line) < 40_000
