"""Where a running cycle's peak will probably end, by how past cycles went on from the same point (rules M12, M24).

Whole numbers only, so the same facts always give the same forecast. The method, for readers: docs/concepts/forecast.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# A year, so that each season is in it once.
MOST_CYCLES: Final = 12
# Fewer say nothing of what is usual.
FEWEST_CYCLES: Final = 3
# From so many on, the cycle that grew most and the one that grew least are left out of the range.
CYCLES_TO_TRIM: Final = 8
# How many times larger a past cycle's growth may be taken than it was.
MOST_SCALE: Final = 2

_TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Running:
    """The running cycle `[starts_at, ends_at)` at `now`: its seats, and its peak so far."""

    starts_at: datetime
    ends_at: datetime
    now: datetime
    seats: int
    peak: int


@dataclass(frozen=True, slots=True)
class Past:
    """A past cycle: its seats when the same share of it had gone by, and the highest count from then to its end."""

    seats: int
    highest_after: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The peak that the cycle will end with: at least `low`; probably `likely`, and up to `high`.

    `likely` and `high` are None when too few cycles are known to say. `cycles` is how many it rests on.
    """

    low: int
    likely: int | None
    high: int | None
    cycles: int

    @property
    def is_known(self) -> bool:
        """Whether enough is known to say more than the peak so far."""
        return self.likely is not None


def same_moment(starts_at: datetime, ends_at: datetime, running: Running) -> datetime:
    """The moment of a past cycle at which the same share of it had gone by as of the running one has by now."""
    elapsed = (min(running.now, running.ends_at) - running.starts_at) // _TICK
    whole = (running.ends_at - running.starts_at) // _TICK
    return starts_at + _TICK * ((ends_at - starts_at) // _TICK * elapsed // whole)


def forecast(running: Running, past: Sequence[Past]) -> Forecast:
    """The forecast, by the newest `MOST_CYCLES` of `past`, which come oldest first.

    Never below the peak so far, for a peak is never lowered (rule M17), and exactly that at the cycle's end.
    """
    newest = past[-MOST_CYCLES:]
    if running.now >= running.ends_at:
        return Forecast(running.peak, running.peak, running.peak, len(newest))
    if len(newest) < FEWEST_CYCLES:
        return Forecast(running.peak, None, None, len(newest))
    growths = sorted(_growth(cycle, running.seats) for cycle in newest)
    trimmed = growths[1:-1] if len(growths) >= CYCLES_TO_TRIM else growths
    middle = (growths[(len(growths) - 1) // 2] + growths[len(growths) // 2]) // 2
    low, likely, high = (max(running.peak, running.seats + growth) for growth in (trimmed[0], middle, trimmed[-1]))
    return Forecast(low, likely, high, len(newest))


def _growth(cycle: Past, seats: int) -> int:
    """How many seats the cycle would still have grown by, had it had `seats` at that point; halves go up.

    In proportion, but never more than `MOST_SCALE` times what it was: a cycle of one seat that became twenty does not
    say that three hundred become six thousand.
    """
    grown = cycle.highest_after - cycle.seats
    if cycle.seats == 0:
        return grown
    scaled = min(seats, MOST_SCALE * cycle.seats)
    return (2 * grown * scaled + cycle.seats) // (2 * cycle.seats)
