"""Moves a sandbox's clock on, from due date to due date, so that everything is done when it would have been done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pleamar.queries.due_dates import next_due
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock, move_clock_to


def advance(until: datetime, *, act: Callable[[datetime], None]) -> None:
    """Let `act` do what is due now, at each due date on the way, and at `until`, where the clock then stands.

    A due date that `act` leaves due is passed over: the steps only ever go forward. Refuses `clock_is_real` in a live
    installation.
    """
    moment = clock()()
    move_clock_to(moment)
    act(moment)
    while (due := next_due(EVERYTHING, moment)) is not None and due < until:
        moment = due
        move_clock_to(moment)
        act(moment)
    if moment < until:
        move_clock_to(until)
        act(until)
