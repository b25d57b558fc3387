"""`pleamar sandbox fault`: have calls to the sandbox's payment provider go wrong, to see what happens then."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace

from pleamar.adapters.payments.sandbox import CALLS, FAULTS
from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.counting import counted
from pleamar.wiring.payments import sandbox_gateway


def _times(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text.strip(), re.ASCII):
        raise ArgumentTypeError(f"not a number from 0 to 9,999: {text[:40]!r}")
    return int(text)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("call", metavar="CALL", choices=CALLS, help=f"one of {', '.join(CALLS)}")
    parser.add_argument("kind", metavar="KIND", choices=FAULTS, help=f"one of {', '.join(FAULTS)}")
    parser.add_argument("--times", type=_times, default=1, metavar="N", help="so many calls (default: 1); 0 for none")


def _run(arguments: Namespace) -> int:
    sandbox_gateway().fault(arguments.call, arguments.kind, arguments.times)
    if arguments.times:
        times = counted(arguments.times, "call")
        sys.stdout.write(f"{arguments.kind} strikes the next {times} of {arguments.call}.\n")
    else:
        sys.stdout.write(f"Nothing strikes {arguments.call} any more.\n")
    return 0


COMMAND = Command(
    help="have the next calls to the sandbox's payment provider go wrong",
    example="pleamar sandbox fault confirm lost_answer",
    arguments=_arguments,
    run=_run,
)
