"""The high-water mark: a meter that is stepped batch by batch and rolled from cycle to cycle (rules M2, M3, M5, M6).

The same three functions count live changes, imported histories and the stories of the tests. None of them reads the
clock or the database; `check-books` holds the meters against the seat log by another road.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Meter:
    """How a partner stands in its running cycle `[start, end)`.

    `peak` is the highest count so far, first reached at `peak_at` by `peak_batch` (None: it is the opening count).
    `mark` counts the peaks ever set: an account whose own mark is older has not changed since the latest one.
    """

    index: int
    starts_at: datetime
    ends_at: datetime
    opening: int
    seats: int
    peak: int
    peak_at: datetime
    peak_batch: int | None
    mark: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class EndedCycle:
    """One ended cycle, frozen. `mark` and `index` are what an account's share is read by (`share_of`)."""

    index: int
    starts_at: datetime
    ends_at: datetime
    opening: int
    closing: int
    peak: int
    peak_at: datetime
    peak_batch: int | None
    mark: int


@dataclass(frozen=True, slots=True)
class AccountCount:
    """An account's part of its partner's count, and what it was at the latest peak if it changed since.

    `seats_at_peak` holds while `mark` is the meter's; `own_peak` holds while `own_peak_cycle` is the running cycle.
    """

    seats: int = 0
    seats_at_peak: int = 0
    mark: int = 0
    own_peak: int = 0
    own_peak_cycle: int = -1


def opened(created: datetime, end: datetime) -> Meter:
    """The meter of a partner created at `created` with no seats, in its first cycle."""
    return Meter(0, created, end, 0, 0, 0, created, None, 1, None)


def stamp(meter: Meter, clock: datetime) -> datetime:
    """The time of the partner's next batch: the clock's, but strictly after its last one and inside no ended cycle.

    A clock that runs behind (another machine's, a step back) can so never reorder a partner's batches (rule M6) nor
    put one into a cycle that is already frozen (rule M27).
    """
    earliest = meter.starts_at if meter.last_at is None else max(meter.starts_at, meter.last_at + TICK)
    return max(clock, earliest)


def roll(meter: Meter, until: datetime, end_of: Callable[[int], datetime]) -> tuple[list[EndedCycle], Meter]:
    """Every cycle that has ended by `until`, silent ones too, and the meter of the cycle that runs then.

    `end_of(index)` is the end of cycle `index`. A change at exactly the end belongs to the next cycle (rule M5), so a
    cycle has ended as soon as its end is not after `until`. Seats that are active at the start count (rule M3).
    """
    ended: list[EndedCycle] = []
    while meter.ends_at <= until:
        ended.append(
            EndedCycle(
                meter.index,
                meter.starts_at,
                meter.ends_at,
                meter.opening,
                meter.seats,
                meter.peak,
                meter.peak_at,
                meter.peak_batch,
                meter.mark,
            )
        )
        meter = Meter(
            index=meter.index + 1,
            starts_at=meter.ends_at,
            ends_at=end_of(meter.index + 1),
            opening=meter.seats,
            seats=meter.seats,
            peak=meter.seats,
            peak_at=meter.ends_at,
            peak_batch=None,
            mark=meter.mark + 1,
            last_at=meter.last_at,
        )
    return ended, meter


def step(meter: Meter, at: datetime, delta: int, batch: int | None = None) -> Meter:
    """The meter after one batch at `at` that changes the partner's billed seats by `delta`, net (rule M6).

    A batch at exactly the start of the cycle makes the opening count: the value just before it is not in the cycle
    (rule M5). An equal count later is no new peak: the moment of the peak is the earliest one.
    """
    seats = meter.seats + delta
    if seats < 0:
        message = f"a partner cannot have {seats} seats"
        raise ValueError(message)
    if at == meter.starts_at:
        return replace(
            meter,
            opening=seats,
            seats=seats,
            peak=seats,
            peak_at=at,
            peak_batch=None,
            mark=meter.mark + 1,
            last_at=at,
        )
    if seats > meter.peak:
        return replace(meter, seats=seats, peak=seats, peak_at=at, peak_batch=batch, mark=meter.mark + 1, last_at=at)
    return replace(meter, seats=seats, last_at=at)


def count(account: AccountCount, before: Meter, at: datetime, delta: int) -> AccountCount:
    """The account after a batch at `at` that changes its billed seats by `delta`.

    `before` is the partner's meter, rolled to `at`, as it stood before that batch.
    """
    seats = account.seats + delta
    carried = account.own_peak if account.own_peak_cycle == before.index else account.seats
    return AccountCount(
        seats=seats,
        # What it had at the latest peak is noted at its first change after it. If this very batch sets a new peak,
        # the meter's mark moves on, the note is out of date at once and the share is `seats` again.
        seats_at_peak=account.seats_at_peak if account.mark == before.mark else account.seats,
        mark=before.mark,
        own_peak=seats if at == before.starts_at else max(carried, seats),
        own_peak_cycle=before.index,
    )


def share_of(account: AccountCount, cycle: EndedCycle) -> tuple[int, int]:
    """An account's seats at the moment of the cycle's peak, and its own highest count in the cycle.

    The former add up to the peak over the partner's accounts; the latter do not.
    """
    share = account.seats_at_peak if account.mark == cycle.mark else account.seats
    own_peak = account.own_peak if account.own_peak_cycle == cycle.index else account.seats
    return share, own_peak
