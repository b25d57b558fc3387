"""`pleamar collect`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.collect_charge import collect_charges
from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.moving import now_argument, wanted_now
from pleamar.entrypoints.commands.progress import working
from pleamar.wiring.payments import sandbox_gateway


def _arguments(parser: ArgumentParser) -> None:
    now_argument(parser)


def _run(arguments: Namespace) -> int:
    now, gateway = wanted_now(arguments), sandbox_gateway()
    with working("Collecting charges"):
        report = collect_charges(gateway, now=now)
    sys.stdout.write(
        f"{counted(report.succeeded, 'charge')} succeeded, {report.declined:,} declined, "
        f"{report.unanswered:,} still without an answer.\n"
    )
    return 0


COMMAND = Command(
    help="charge what is outstanding to the partners' cards",
    example="pleamar collect",
    arguments=_arguments,
    run=_run,
)
