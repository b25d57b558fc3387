"""`pleamar account stop-billing`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.stop_billing import stop_billing
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.confirming import confirmed, yes_argument
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.effects import effect_lines
from pleamar.entrypoints.commands.of_account import change_lines, name_arguments, named_account, reason_argument
from pleamar.queries.account_effects import account_effects
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    name_arguments(parser)
    reason_argument(parser)
    yes_argument(parser)


def _run(arguments: Namespace) -> int:
    account, now = named_account(arguments), clock()
    told = account_effects(EVERYTHING, account.id, "stop billing", now=now())
    lines = [
        f"{told.account}: everybody inactive until billing is resumed ({counted(told.active_members, 'member')}).",
        *effect_lines(arguments.partner, told.money),
    ]
    confirmed(arguments, lines)
    cause = by_console("account stop-billing", reason=arguments.reason)
    change = stop_billing(account.partner_id, account.id, cause=cause, clock=now)
    sys.stdout.writelines(f"{line}\n" for line in change_lines(arguments, change))
    return 0


COMMAND = Command(
    help="make everybody in an account inactive until its billing is resumed",
    example='pleamar account stop-billing "Contoso" --partner "Northwind IT" --yes',
    arguments=_arguments,
    run=_run,
)
