"""The only place that reads the time: the real one, or a sandbox's moved one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pleamar.models import Installation
from pleamar.ports.clock import Clock
from pleamar.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class RunningClock:
    """The real time plus an offset, which is none but in a sandbox."""

    offset: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC) + self.offset


def clock() -> Clock:
    """The installation's clock."""
    return RunningClock(clock_offset())


def clock_offset() -> timedelta:
    """By how much a sandbox's clock was moved so far."""
    installation = Installation.objects.first()
    return installation.clock_offset if installation else timedelta(0)


def real_clock() -> Clock:
    """The real time, also where a sandbox's clock was moved: for what workers wait for."""
    return RunningClock()


def real_seconds() -> int:
    """The real time in whole seconds since 1970, as sessions keep it."""
    return int(real_clock()().timestamp())


def is_sandbox() -> bool:
    """Whether this installation is one in which nothing is real."""
    return Installation.objects.filter(mode="sandbox").exists()


def refuse_real_clock() -> None:
    """Refuse `clock_is_real` in a live installation: it does what is to be done now, and nothing is dated back."""
    if not is_sandbox():
        raise Refused("clock_is_real")


def move_clock_to(moment: datetime) -> Clock:
    """Move a sandbox's clock so that it is `moment` now. Refuses `clock_is_real` in a live installation."""
    refuse_real_clock()
    moved = RunningClock(moment - datetime.now(UTC))
    Installation.objects.update(clock_offset=moved.offset)
    return moved
