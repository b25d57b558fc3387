"""How work that is written down is told to be done soon."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Protocol


class Jobs(Protocol):
    """Wakes tasks by name, in the transaction that wrote their work: rolled back with it, seen when it is committed.

    Rows are the work list and a wake-up only makes it quick: one that is lost loses nothing, one too many does nothing.
    """

    def wake(self, task: str, **arguments: int) -> None:
        """Have `task` (`collect_charge`, `process_event`, …) run soon, with these ids."""
        ...

    def wake_each(self, task: str, each: Iterable[Mapping[str, int]]) -> None:
        """The same once for each of these arguments, at the price of one."""
        ...


class Nobody:
    """`Jobs` where none run: tests and commands that do the work themselves."""

    def wake(self, task: str, **arguments: int) -> None:
        """Nothing: the next sweep finds it."""

    def wake_each(self, task: str, each: Iterable[Mapping[str, int]]) -> None:
        """Nothing, as often."""


NOBODY: Final = Nobody()
