"""`pleamar credit`: a credit note."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.credit_invoice import credit_invoice
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.queries.invoice_facts import find_invoice
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.money import Money, typed
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help="of the invoice")
    parser.add_argument("--amount", metavar="A", help="in the invoice's currency, tax included (default: all of it)")
    parser.add_argument("--reason", required=True, metavar="R", help="why; it is kept with the note")


def _run(arguments: Namespace) -> int:
    invoice = find_invoice(EVERYTHING, arguments.number)
    amount = None if arguments.amount is None else typed(arguments.amount, invoice.currency)
    cause = by_console("credit", reason=arguments.reason)
    note = credit_invoice(invoice.number, amount, cause=cause, now=clock()())
    applied, kept = Money(note.applied, note.currency), Money(note.total - note.applied, note.currency)
    sys.stdout.write(
        f"{note.number}: {_told(Money(note.total, note.currency))} of invoice {invoice.number} credited. "
        f"It owes {_told(applied)} less; {_told(kept)} is the partner's credit.\n"
    )
    return 0


def _told(money: Money) -> str:
    return f"{money.decimal:,f} {money.currency}"


COMMAND = Command(
    help="issue a credit note: against what an invoice still owes, the rest to the partner's credit",
    example='pleamar credit INV-000042 --amount 12.10 --reason "ten users too many"',
    arguments=_arguments,
    run=_run,
)
