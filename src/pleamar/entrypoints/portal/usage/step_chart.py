"""The drawing of a cycle: the count as a step line, the peak above it, what is paid already in between, and what is
likely to come. Pure geometry, in whole units of `WHOLE` from edge to edge; nothing of it knows of money or words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final, NamedTuple, Protocol

from pleamar.entrypoints.portal.usage.chart_axes import WHOLE, DayAxis, UserAxis, user_axis
from pleamar.entrypoints.portal.usage.chart_labels import Label, Labels, placed

# A line has at most three corners in so small a part of the chart: more are not seen, and make the page heavy.
_FINEST: Final = 100
# Less high, or less wide, and a word does not fit in between.
_LOWEST_WORD: Final = 900
_NARROWEST_WORD: Final = 2_500


class Outlook(NamedTuple):
    """Where the peak will probably end."""

    low: int
    likely: int
    high: int


class Step(Protocol):
    """So many users from `at` on."""

    @property
    def at(self) -> datetime:
        """The moment."""

    @property
    def seats(self) -> int:
        """The users."""


@dataclass(frozen=True, slots=True)
class ChartedCycle:
    """What is drawn. `points` begin with the cycle's start; `until` is now, or the end of a cycle that is over."""

    starts_at: datetime
    ends_at: datetime
    timezone: str
    until: datetime
    points: Sequence[Step]
    peak: int
    peak_at: datetime
    outlook: Outlook | None = None
    tiers: tuple[int, ...] = ()


class Mark(NamedTuple):
    """A number beside the axis, or a tier's line across: `y` in percent from the top."""

    users: int
    y: str


class DayMark(NamedTuple):
    """A date below the chart: `x` in percent from the left."""

    day: date
    x: str


class Day(NamedTuple):
    """A local day that has begun: its highest count, its last one, and the cycle's peak so far.

    `y` is the height of the highest, in percent from the top; `is_late`: in the right half of the chart.
    """

    day: date
    highest: int
    last: int
    peak: int
    y: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class StepChart:
    """Paths are in units of `WHOLE`, places of labels in percent. `to_come` are the days still to begin, counted.

    `paid` is the room between the count and the peak, which stays paid until the end (rule M17); `fan` the forecast's
    range and `likely` its middle, None where there is no forecast or nothing left of the cycle. `paid_label` is the
    middle of what is paid already and still to come, None where a word would not fit.
    """

    line: str
    below: str
    paid: str
    peak_line: str
    fan: str | None
    likely: str | None
    marks: list[Mark]
    dates: list[DayMark]
    tiers: list[Mark]
    is_cut: bool
    is_over: bool
    now_x: str
    now_y: str
    peak_x: str
    peak_y: str
    likely_y: str
    labels: Labels
    days: list[Day]
    to_come: range
    paid_label: tuple[str, str] | None


class _Corner(NamedTuple):
    x: int
    y: int


def step_chart(cycle: ChartedCycle) -> StepChart:
    """The drawing of the cycle."""
    axis = DayAxis(cycle.starts_at, cycle.ends_at, cycle.timezone)
    outlook = cycle.outlook if cycle.until < cycle.ends_at else None
    counts = [point.seats for point in cycle.points]
    users = user_axis(min(counts), max(cycle.peak, outlook.high if outlook else 0), cycle.tiers)
    now_x = axis.x(cycle.until)
    # A partner's batches may be stamped a moment after now (rule M6).
    steps = [(min(axis.x(point.at), now_x), users.y(point.seats)) for point in cycle.points]
    line = list(_stairs(_thinned(steps), now_x))
    tops = list(_stairs(_rising(_thinned(steps)), now_x))
    now_y, peak_y = line[-1].y, users.y(cycle.peak)
    tops.append(_Corner(WHOLE, peak_y))
    tiers = [tier for tier in cycle.tiers if users.low < tier < users.high]
    days = _days(cycle, axis, users)
    return StepChart(
        line=_path(line),
        below=f"{_path(line)}V{WHOLE}H0Z",
        paid=f"{_path([*tops, _Corner(WHOLE, now_y), *reversed(line)])}Z",
        peak_line=_path(tops),
        fan=_fan(users, outlook, now_x, peak_y) if outlook else None,
        likely=f"M{now_x} {peak_y}L{WHOLE} {users.y(outlook.likely)}" if outlook else None,
        marks=[Mark(number, _percent(users.y(number))) for number in users.marks],
        dates=_dates(axis),
        tiers=[Mark(tier, _percent(users.y(tier))) for tier in tiers],
        is_cut=users.is_cut,
        is_over=cycle.until >= cycle.ends_at,
        now_x=_percent(now_x),
        now_y=_percent(now_y),
        peak_x=_percent(axis.x(cycle.peak_at)),
        peak_y=_percent(peak_y),
        likely_y=_percent(users.y(outlook.likely)) if outlook else "",
        labels=placed(
            peak=Label(axis.x(cycle.peak_at), peak_y),
            now=Label(now_x, now_y),
            likely=Label(WHOLE, users.y(outlook.likely)) if outlook else None,
            tiers={tier: users.y(tier) for tier in tiers},
        ),
        days=days,
        to_come=range(axis.days - len(days)),
        paid_label=_paid_label(now_x, now_y, peak_y),
    )


def _thinned(steps: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same line to the eye: of many steps close together, the highest, the lowest and the last."""
    for _, found in groupby(steps, key=lambda step: step[0] // _FINEST):
        near = list(found)
        if len(near) <= 3:
            yield from near
            continue
        x = near[0][0]
        heights = [y for _, y in near]
        yield from ((x, min(heights)), (x, max(heights)), (x, heights[-1]))


def _rising(steps: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Only the steps that set a new peak."""
    highest = WHOLE + 1
    for x, y in steps:
        if y < highest:
            highest = y
            yield x, y


def _stairs(steps: Iterator[tuple[int, int]], end: int) -> Iterator[_Corner]:
    """The corners of a line that keeps its height until the next step, from the left up to `end`."""
    before: int | None = None
    for x, y in steps:
        if before is not None:
            yield _Corner(x, before)
        yield _Corner(x, y)
        before = y
    if before is not None:
        yield _Corner(end, before)


def _path(corners: Sequence[_Corner]) -> str:
    """The corners one after the other, each straight below, above or beside the one before."""
    first, *rest = corners
    drawn, at = [f"M{first.x} {first.y}"], first
    for corner in rest:
        if corner.x != at.x:
            drawn.append(f"H{corner.x}")
        if corner.y != at.y:
            drawn.append(f"V{corner.y}")
        at = corner
    return "".join(drawn)


def _fan(users: UserAxis, outlook: Outlook, now_x: int, peak_y: int) -> str:
    return f"M{now_x} {peak_y}L{WHOLE} {users.y(outlook.high)}V{users.y(outlook.low)}Z"


def _paid_label(now_x: int, now_y: int, peak_y: int) -> tuple[str, str] | None:
    if now_y - peak_y < _LOWEST_WORD or now_x > WHOLE - _NARROWEST_WORD:
        return None
    return _percent((now_x + WHOLE) // 2), _percent((now_y + peak_y) // 2)


def _dates(axis: DayAxis) -> list[DayMark]:
    """Some seven of the days, none so near the right edge that its name would not fit."""
    every = max(-(-axis.days // 7), 1)
    shown = (number for number in range(0, axis.days, every) if number == 0 or axis.edge(number) <= WHOLE * 9 // 10)
    return [
        DayMark(axis.day(axis.midnight(number)) if number else axis.first, _percent(axis.edge(number)))
        for number in shown
    ]


def _days(cycle: ChartedCycle, axis: DayAxis, users: UserAxis) -> list[Day]:
    found: list[Day] = []
    waiting = list(cycle.points)
    count, peak = waiting.pop(0).seats, 0
    for number in range(axis.days):
        begins, ends = axis.midnight(number), axis.midnight(number + 1)
        # A cycle that is over has all its days; what begins later than now has not come yet.
        if number and (begins >= cycle.ends_at or begins > cycle.until):
            break
        counts = [] if waiting and waiting[0].at == begins else [count]
        while waiting and (waiting[0].at < ends or number == axis.days - 1):
            count = waiting.pop(0).seats
            counts.append(count)
        highest = max(counts)
        peak = max(peak, highest)
        day = Day(
            *(axis.day(begins) if number else axis.first, highest, count, peak),
            y=_percent(users.y(highest)),
            is_late=2 * axis.edge(number) >= WHOLE,
        )
        found.append(day)
    return found


def _percent(units: int) -> str:
    """`WHOLE` as `100.00`."""
    return f"{units // 100}.{units % 100:02}"
