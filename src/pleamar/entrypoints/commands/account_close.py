"""`pleamar account close`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.close_account import close_account
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.confirming import confirmed, yes_argument
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.effects import effect_lines
from pleamar.entrypoints.commands.of_account import name_arguments, named_account, reason_argument
from pleamar.queries.account_effects import account_effects
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    name_arguments(parser)
    reason_argument(parser)
    yes_argument(parser)


def _run(arguments: Namespace) -> int:
    account, now = named_account(arguments), clock()
    told = account_effects(EVERYTHING, account.id, "close", now=now())
    lines = [
        f"{told.account}: closed now ({counted(told.active_members, 'active member')}); all stay as they are.",
        *effect_lines(arguments.partner, told.money),
    ]
    confirmed(arguments, lines)
    cause = by_console("account close", reason=arguments.reason)
    close_account(account.partner_id, account.id, cause=cause, clock=now)
    sys.stdout.write(f"{account.name} is closed.\n")
    return 0


COMMAND = Command(
    help="close an account: its members stop counting at once, the cycle's peak stays",
    example='pleamar account close "Contoso" --partner "Northwind IT" --yes',
    arguments=_arguments,
    run=_run,
)
