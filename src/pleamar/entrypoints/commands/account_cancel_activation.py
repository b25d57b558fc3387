"""`pleamar account cancel-activation`: a trial that was to go live does not."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.cancel_activation import cancel_activation
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.queries.partners import find_account, find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--partner", required=True, metavar="P")
    parser.add_argument("--reason", default="", metavar="R", help="why; it is kept with the change")


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    found = find_account(EVERYTHING, partner.id, arguments.name)
    cause = by_console("account cancel-activation", reason=arguments.reason)
    account = cancel_activation(partner.id, found.id, cause=cause, now=clock()())
    sys.stdout.write(f"{account.name} does not go live with the next cycle; it is {account.state}.\n")
    return 0


COMMAND = Command(
    help="call off that a trial goes live with the next cycle",
    example='pleamar account cancel-activation "Fabrikam" --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
