"""`pleamar collect`."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.collect_charges import collect_charges
from pleamar.actions.resume_after_restore import ResumeReport
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.moving import now_argument, wanted_now
from pleamar.entrypoints.commands.progress import working
from pleamar.wiring.fingerprint import resume, watch_for_copies
from pleamar.wiring.payments import leasing, payment_provider


def _arguments(parser: ArgumentParser) -> None:
    now_argument(parser)
    parser.add_argument(
        "--resume-after-restore",
        action="store_true",
        help="this database was restored or moved, and is the one to go on with: settle with the provider first",
    )


def _run(arguments: Namespace) -> int:
    provider = payment_provider()
    now = wanted_now(arguments)
    watch_for_copies(os.environ)
    if arguments.resume_after_restore:
        with working("Asking the provider what it has"):
            report = resume(provider, os.environ, cause=by_console("collect"))
        sys.stdout.write(_resumed(report))
        if report.unclear:
            sys.stderr.write(
                f"pleamar: still paused: clear {', '.join(report.unclear)} with the provider, and try again\n"
            )
            return 1
    with working("Collecting charges"):
        collected = collect_charges(provider, now=now, leasing=leasing())
    sys.stdout.write(
        f"{counted(collected.succeeded, 'charge')} succeeded, {collected.declined:,} declined, "
        f"{collected.waiting:,} waiting for cardholder or bank, {collected.unanswered:,} still without an answer.\n"
    )
    return 0


def _resumed(report: ResumeReport) -> str:
    return (
        f"{counted(report.settled, 'payment')} of known charges settled, {report.recovered:,} forgotten ones booked, "
        f"{report.canceled:,} forgotten ones cancelled, {report.foreign:,} of other installations left alone.\n"
    )


COMMAND = Command(
    help="charge what is outstanding to the partners' cards",
    example="pleamar collect",
    arguments=_arguments,
    run=_run,
)
