"""`pleamar member activate`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from functools import partial

from pleamar.actions.activate_members import activate_matching, activate_members
from pleamar.entrypoints.commands.choosing import choosing_arguments, chosen, confirmed_count
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.confirming import confirmed, yes_argument
from pleamar.entrypoints.commands.effects import effect_lines
from pleamar.entrypoints.commands.of_account import account_arguments, change_lines, named_account, reason_argument
from pleamar.queries.account_effects import members_effects
from pleamar.queries.members import count_members
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    choosing_arguments(parser)
    account_arguments(parser)
    parser.add_argument("--add", action="store_true", help="also people whom the account does not know yet")
    reason_argument(parser)
    yes_argument(parser)


def _run(arguments: Namespace) -> int:
    account, now = named_account(arguments), clock()
    cause = by_console("member activate", reason=arguments.reason)
    who = chosen(arguments, account.id, active=False)
    if who is None:
        act = partial(activate_members, account.partner_id, account.id, arguments.emails, add=arguments.add)
    else:
        count = confirmed_count(arguments, count_members(EVERYTHING, who))
        act = partial(activate_matching, account.partner_id, who, confirmed=count)
    would = act(cause=cause, clock=now, preview=True)
    if would.activated:
        money = members_effects(EVERYTHING, account.partner_id, {account.id: would.activated}, now=now())
        confirmed(arguments, effect_lines(arguments.partner, money))
    sys.stdout.writelines(f"{line}\n" for line in change_lines(arguments, act(cause=cause, clock=now)))
    return 0


COMMAND = Command(
    help="make members of an account active; says first what it does to the bill",
    example='pleamar member activate ana@contoso.example --account "Contoso" --partner "Northwind IT" --yes',
    arguments=_arguments,
    run=_run,
)
