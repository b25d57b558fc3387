"""`pleamar hold`: an invoice waits."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.hold_invoice import hold_invoice
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="of the invoice")
    parser.add_argument("--reason", required=True, metavar="R", help="why; it is kept with the invoice")


def _run(arguments: Namespace) -> int:
    cause = by_console("hold", reason=arguments.reason)
    invoice = hold_invoice(arguments.number, cause=cause, now=clock()())
    sys.stdout.write(
        f"{invoice.number} is on hold: it is not charged until `pleamar release {invoice.number}`. "
        f"Reason: {invoice.held_because}\n"
    )
    return 0


COMMAND = Command(
    help="hold an invoice: it is neither charged nor ageing until it is released",
    example='pleamar hold INV-000042 --reason "the count is questioned"',
    arguments=_arguments,
    run=_run,
)
