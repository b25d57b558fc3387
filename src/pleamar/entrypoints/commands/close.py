"""`pleamar close`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.close_cycles import close_cycles
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.moving import now_argument, wanted_now
from pleamar.entrypoints.commands.progress import working


def _run(arguments: Namespace) -> int:
    now = wanted_now(arguments)
    with working("Closing cycles"):
        report = close_cycles(cause=by_console("close"), now=now)
    sys.stdout.write(
        f"{counted(report.statements, 'cycle')} closed, {counted(report.invoices, 'invoice')} issued, "
        f"{counted(report.charges, 'charge')} planned.\n"
    )
    for waiting in report.waiting:
        sys.stdout.write(f"{waiting.partner} waits for a price book in {waiting.currency}: pleamar prices load\n")
    return 0


def _arguments(parser: ArgumentParser) -> None:
    now_argument(parser)


COMMAND = Command(
    help="close every cycle that has ended: statements, invoices, planned charges",
    example="pleamar close",
    arguments=_arguments,
    run=_run,
)
