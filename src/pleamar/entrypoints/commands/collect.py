"""`pleamar collect`."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from pleamar.actions.collect_charges import collect_charges
from pleamar.actions.resume_after_restore import Unclear
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.moving import now_argument, wanted_now
from pleamar.entrypoints.commands.progress import working
from pleamar.ports.payments import PaymentProvider
from pleamar.queries.due_charges import charges_due_later
from pleamar.queries.invoices import invoices_on_hold
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.refusals import Refused
from pleamar.wiring.fingerprint import own_fingerprint, resume, watch_for_copies
from pleamar.wiring.payments import leasing, payment_provider

_WHY: Final[dict[Unclear, str]] = {
    "under_way": "it is under way at the provider, and forgotten here; wait until it has ended",
    "nobody": "it took money from a customer that nobody here is; refund it with the provider, or book it by hand",
    "no_card": "it took money from a partner that has no card here to book it by; have the partner enter one",
    "contradiction": "it cannot be right beside what is known of its charge here; see `pleamar charges`",
}


def _arguments(parser: ArgumentParser) -> None:
    now_argument(parser)
    parser.add_argument(
        "--resume-after-restore",
        action="store_true",
        help="this database was restored or moved, and is the one to go on with: settle with the provider first",
    )
    parser.add_argument(
        "--leave-aside",
        action="append",
        default=[],
        metavar="PAYMENT",
        help="with it: go on although this payment is unclear, for you have looked at it (may be given again)",
    )


def _run(arguments: Namespace) -> int:
    if arguments.leave_aside and not arguments.resume_after_restore:
        raise Refused("leave_aside_alone")
    provider = payment_provider()
    now = wanted_now(arguments)
    watch_for_copies(os.environ)
    if arguments.resume_after_restore and not _resumed(provider, arguments.leave_aside):
        return 1
    with working("Collecting charges"):
        collected = collect_charges(provider, now=now, leasing=leasing())
    sys.stdout.write(
        f"{counted(collected.succeeded, 'charge')} succeeded, {collected.declined:,} declined, "
        f"{collected.waiting:,} waiting for cardholder or bank, {collected.unanswered:,} still without an answer.\n"
    )
    for line in _left(now):
        sys.stdout.write(f"{line}\n")
    return 0


def _left(now: datetime) -> Iterator[str]:
    """What is not collected yet, and was not looked at either."""
    later = charges_due_later(EVERYTHING, now)
    if later:
        verb = "goes" if later == 1 else "go"
        yield f"{counted(later, 'charge')} {verb} on later: pleamar charges says when."
    held = invoices_on_hold(EVERYTHING)
    if held:
        yield f"{counted(held, 'invoice')} on hold: see pleamar invoices."


def _resumed(provider: PaymentProvider, leave_aside: list[str]) -> bool:
    with working("Asking the provider what it has"):
        report = resume(provider, os.environ, cause=by_console("collect"), leave_aside=leave_aside)
    sys.stdout.write(
        f"{counted(report.settled, 'payment')} of known charges settled, {report.recovered:,} forgotten ones booked, "
        f"{report.canceled:,} forgotten ones cancelled, {report.foreign:,} of other installations left alone.\n"
    )
    if report.left_aside:
        sys.stdout.write(f"Left aside: {', '.join(report.left_aside)}.\n")
    if report.unclear:
        for number, why in report.unclear.items():
            sys.stderr.write(f"pleamar: {number} is unclear: {_WHY[why]}\n")
        sys.stderr.write(
            "pleamar: still paused: try again when that is cleared, or with --leave-aside and each payment that you"
            " have looked at\n"
        )
        return False
    sys.stdout.write(f"The fingerprint is now {own_fingerprint(os.environ)}: give it to every other machine.\n")
    return True


COMMAND = Command(
    help="charge what is outstanding to the partners' cards",
    example="pleamar collect",
    arguments=_arguments,
    run=_run,
)
