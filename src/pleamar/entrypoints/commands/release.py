"""`pleamar release`: an invoice no longer waits."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.hold_invoice import release_invoice
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="of the invoice")
    parser.add_argument("--reason", required=True, metavar="R", help="why; it is kept in the audit trail")


def _run(arguments: Namespace) -> int:
    cause = by_console("release", reason=arguments.reason)
    invoice = release_invoice(arguments.number, cause=cause, now=clock()())
    if invoice.state == "open":
        sys.stdout.write(f"{invoice.number} is collected as any other. To charge it now: pleamar collect\n")
    else:
        sys.stdout.write(f"{invoice.number} is {invoice.state}: there is nothing to collect.\n")
    return 0


COMMAND = Command(
    help="release an invoice that was on hold: it is collected again",
    example='pleamar release INV-000042 --reason "the count was right"',
    arguments=_arguments,
    run=_run,
)
