"""`pleamar member deactivate`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.deactivate_members import deactivate_matching, deactivate_members
from pleamar.entrypoints.commands.choosing import choosing_arguments, chosen, confirmed_count
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.of_account import account_arguments, change_lines, named_account, reason_argument
from pleamar.queries.members import count_members
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    choosing_arguments(parser)
    account_arguments(parser)
    reason_argument(parser)


def _run(arguments: Namespace) -> int:
    account = named_account(arguments)
    cause = by_console("member deactivate", reason=arguments.reason)
    who = chosen(arguments, account.id, active=True)
    if who is None:
        change = deactivate_members(account.partner_id, account.id, arguments.emails, cause=cause, clock=clock())
    else:
        count = confirmed_count(arguments, count_members(EVERYTHING, who))
        change = deactivate_matching(account.partner_id, who, confirmed=count, cause=cause, clock=clock())
    sys.stdout.writelines(f"{line}\n" for line in change_lines(arguments, change))
    return 0


COMMAND = Command(
    help="make members of an account inactive; they stop counting at once, the cycle's peak stays",
    example='pleamar member deactivate ana@contoso.example --account "Contoso" --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
