"""`pleamar partner close`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.close_partner import close_partner
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.confirming import confirmed, yes_argument
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.effects import effect_lines
from pleamar.entrypoints.commands.of_account import reason_argument
from pleamar.queries.account_effects import money_effects
from pleamar.queries.partners import accounts, find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    reason_argument(parser)
    yes_argument(parser)


def _run(arguments: Namespace) -> int:
    partner, now = find_partner(EVERYTHING, arguments.name), clock()
    still_open = [account for account in accounts(EVERYTHING, partner.name) if account.state != "closed"]
    seats = sum(account.seats for account in still_open)
    money = money_effects(EVERYTHING, partner.id, -seats, now=now(), closing=True)
    lines = [
        f"{partner.name}: closed now, with {counted(len(still_open), 'open account')}. Its running cycle is the last.",
        *effect_lines(partner.name, money),
    ]
    confirmed(arguments, lines)
    close_partner(partner.id, cause=by_console("partner close", reason=arguments.reason), clock=now)
    sys.stdout.write(f"{partner.name} is closed.\n")
    return 0


COMMAND = Command(
    help="close a partner and its accounts; its running cycle is the last one billed",
    example='pleamar partner close "Northwind IT" --yes',
    arguments=_arguments,
    run=_run,
)
