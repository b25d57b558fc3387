"""How large a run is, and how often each thing is measured."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.report import Measured


@dataclass(frozen=True, slots=True)
class Plan:
    """`scale` divides the sizes; a run at a smaller scale only shows that everything works, so it measures once."""

    scale: float = 1.0

    @property
    def repetitions(self) -> int:
        return 5 if self.scale >= 1 else 1

    def size(self, full: int, at_least: int = 1) -> int:
        return max(at_least, round(full * self.scale))


@dataclass(frozen=True, slots=True)
class Contender:
    """One side of a comparison. `prepare` makes a clean slate, untimed, and returns the act that is timed."""

    what: str
    amount: int
    unit: str
    prepare: Callable[[], Callable[[], object]]


def measure(contenders: list[Contender], repetitions: int, *, warm_up: bool = True) -> list[Measured]:
    """Each contender's times after a warm-up. They take turns, so that a busy moment of the machine hits them alike."""
    seconds: list[list[float]] = [[] for _ in contenders]
    for _ in range(warm_up + repetitions):
        for contender, times in zip(contenders, seconds, strict=True):
            times.append(timed(contender.prepare()))
    return [
        Measured(contender.what, tuple(times[warm_up:]), contender.amount, contender.unit)
        for contender, times in zip(contenders, seconds, strict=True)
    ]


def timed(act: Callable[[], object]) -> float:
    """The seconds that `act` takes; what earlier acts left behind is collected before, not during."""
    gc.collect()
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
