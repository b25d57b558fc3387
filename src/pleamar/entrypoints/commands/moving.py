"""`--now T`: do as if it were later. In a sandbox its clock is moved there; a live installation has the real one."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime

from pleamar.entrypoints.commands.tables import moment_text
from pleamar.entrypoints.commands.times import typed_moment
from pleamar.wiring.clock import clock, move_clock_to, refuse_real_clock


def now_argument(parser: ArgumentParser) -> None:
    """`--now T`."""
    parser.add_argument("--now", metavar="T", help="as of this time; a later one moves a sandbox's clock there")


def wanted_now(arguments: Namespace) -> datetime:
    """The time asked for, or the clock's. Refuses `clock_is_real` for any but the clock's in a live installation.

    An earlier one moves nothing: a sandbox then does what it would have done at that time.
    """
    now = clock()()
    if arguments.now is None:
        return now
    wanted = typed_moment(arguments.now)
    refuse_real_clock()
    if wanted > now:
        move_clock_to(wanted)
        sys.stdout.write(f"The sandbox's clock is now {moment_text(wanted)}.\n")
    return wanted
