"""`pleamar account add`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.open_account import open_account
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--partner", required=True, metavar="P")
    parser.add_argument("--trial", action="store_true", help="a trial: free, its members are not counted")


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    account = open_account(
        partner.id,
        arguments.name,
        state="trial" if arguments.trial else "live",
        cause=by_console("account add"),
        clock=clock(),
    )
    sys.stdout.write(f"{account.public_id} {account.name}: {account.state}\n")
    return 0


COMMAND = Command(
    help="add a customer's account to a partner",
    example='pleamar account add "Contoso" --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
