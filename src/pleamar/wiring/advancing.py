"""Moves a sandbox's clock on, from due date to due date, so that everything is done when it would have been done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from pleamar.ports.mail import LetterWriter
from pleamar.queries.due_dates import next_due
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock, clock_offset, move_clock_to, refuse_real_clock
from pleamar.wiring.due_work import DueWork, do_due_work
from pleamar.wiring.fingerprint import watch_for_copies
from pleamar.wiring.payments import provider_kind

# The advisory lock of whoever moves the clock.
_MOVING: Final = 1_348_224_834
# To move it is to read it and to set it, and time passes in between.
_STANDS_STILL: Final = timedelta(seconds=5)


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


def advance_working(
    until: datetime,
    *,
    cause: Cause,
    write: LetterWriter,
    tell: Callable[[datetime, DueWork], None],
    shown: timedelta | None = None,
) -> None:
    """The same, doing all that is due; `write` words the mails, and `tell` hears what was done at each moment.

    `shown` is by how much the clock was moved when somebody looked at it. Refuses `clock_is_real`, `clock_cannot_move`
    where a provider's own clock would stay behind, `clock_is_moving` while somebody else moves it, `clock_was_moved`
    where that has happened since it was shown, and as `do_due_work` does.
    """
    refuse_real_clock()
    if provider_kind(os.environ) != "sandbox":
        raise Refused("clock_cannot_move")

    def act(moment: datetime) -> None:
        tell(moment, do_due_work(moment, cause=cause, write=write))

    with _alone():
        if shown is not None and abs(clock_offset() - shown) > _STANDS_STILL:
            raise Refused("clock_was_moved")
        watch_for_copies(os.environ)
        advance(until, act=act)


@contextmanager
def _alone() -> Iterator[None]:
    """Refuses `clock_is_moving`. The lock goes with its connection, so nobody keeps it who has died."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_MOVING])
        if not cursor.fetchone()[0]:
            raise Refused("clock_is_moving")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MOVING])
