"""`pleamar card add`: a test card, in a sandbox."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.collect_charges import collect_charges
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.counting import counted
from pleamar.ports.payments import GatewayRefused
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock
from pleamar.wiring.fingerprint import watch_for_copies
from pleamar.wiring.payments import leasing, sandbox_gateway


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--partner", required=True, metavar="P")
    parser.add_argument("--number", required=True, metavar="N", help="a test number, such as 4242 4242 4242 4242")


def _run(arguments: Namespace) -> int:
    partner, gateway, now = find_partner(EVERYTHING, arguments.partner), sandbox_gateway(), clock()()
    try:
        details = gateway.register_card(arguments.number, customer=partner.public_id)
    except GatewayRefused as refused:
        raise Refused(refused.code) from refused
    watch_for_copies(os.environ)
    cause = by_console("card add")
    card = add_payment_method(partner.id, details, provider=gateway.provider, cause=cause, now=now)
    sys.stdout.write(f"{partner.name} pays with {card}.\n")
    report = collect_charges(gateway, now=now, leasing=leasing(), partner_id=partner.id)
    if report.succeeded or report.declined or report.waiting or report.unanswered:
        waiting = f", {report.waiting + report.unanswered:,} waiting" if report.waiting + report.unanswered else ""
        sys.stdout.write(
            f"What was outstanding: {counted(report.succeeded, 'charge')} succeeded, {report.declined:,} declined"
            f"{waiting}. See: pleamar {'charges' if waiting else 'invoices'}\n"
        )
    return 0


COMMAND = Command(
    help="put a test card on file, in a sandbox; what is outstanding is charged to it at once",
    example='pleamar card add --partner "Northwind IT" --number 4242424242424242',
    arguments=_arguments,
    run=_run,
)
