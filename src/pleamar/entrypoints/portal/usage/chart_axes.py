"""The axes of a cycle's chart: local days of equal width from left to right, users from bottom to top.

Everything is reckoned in whole units, `WHOLE` from edge to edge, so that the same cycle is always the same drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

WHOLE: Final = 10_000
_TICK: Final = timedelta(microseconds=1)
_STEPS: Final = 7
_LEAST_SPAN: Final = 4


@dataclass(frozen=True)
class DayAxis:
    """The local days of `[starts_at, ends_at)`: a day is as wide as any other, whether it has 23, 24 or 25 hours."""

    starts_at: datetime
    ends_at: datetime
    timezone: str

    @cached_property
    def first(self) -> date:
        """The local day in which the cycle starts."""
        return self.day(self.starts_at)

    @cached_property
    def days(self) -> int:
        """How many days it touches: 28 to 31 of a whole cycle."""
        return (self.day(self.ends_at - _TICK) - self.first).days + 1

    def day(self, at: datetime) -> date:
        """The local day of a moment."""
        return at.astimezone(ZoneInfo(self.timezone)).date()

    def midnight(self, number: int) -> datetime:
        """The moment at which the day of that number (from 0) begins; a midnight that comes twice is the first."""
        first = datetime.combine(self.first + timedelta(days=number), time(), tzinfo=ZoneInfo(self.timezone))
        return first.astimezone(UTC)

    def x(self, at: datetime) -> int:
        """How far from the left edge a moment stands."""
        number = (self.day(at) - self.first).days
        begins, ends = self.midnight(number), self.midnight(number + 1)
        length = max((ends - begins) // _TICK, 1)
        inside = min(max((at - begins) // _TICK, 0), length)
        return min(max((number * length + inside) * WHOLE // (length * self.days), 0), WHOLE)

    def edge(self, number: int) -> int:
        """How far from the left edge the day of that number begins."""
        return number * WHOLE // self.days


@dataclass(frozen=True, slots=True)
class UserAxis:
    """From `low`, which is 0 unless the axis is cut, to `high` users, with a mark at every `step`."""

    low: int
    high: int
    step: int

    @property
    def is_cut(self) -> bool:
        """Whether it begins above zero: then heights say nothing in proportion, and the chart must say so."""
        return self.low > 0

    @property
    def marks(self) -> range:
        """The numbers that stand beside it."""
        return range(self.low, self.high + 1, self.step)

    def y(self, users: int) -> int:
        """How far below the top edge so many users stand."""
        return min(max((self.high - users) * WHOLE // (self.high - self.low), 0), WHOLE)


def user_axis(lowest: int, highest: int, tiers: Sequence[int] = ()) -> UserAxis:
    """An axis on which counts from `lowest` to `highest` are told apart, with room above for a label.

    It begins at zero where that costs little. The first of `tiers` above is on it if it is near.
    """
    low = 0
    if lowest * 5 > highest * 2:
        low = max(lowest - max((highest - lowest) // 2, highest // 8, _LEAST_SPAN), 0)
    span = max(highest - low, _LEAST_SPAN)
    high = low + span + span // 7 + 1
    near = min((tier for tier in tiers if tier > highest), default=None)
    if near is not None and near <= highest + span // 2:
        high = max(high, near + span // 8 + 1)
    step = _nice(-(-(high - low) // _STEPS))
    low = low // step * step
    return UserAxis(low, -(-high // step) * step, step)


def _nice(least: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is not below `least`."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power >= least:
                return factor * power
        power *= 10
