"""`pleamar member delete`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.delete_members import delete_members
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.of_account import account_arguments, change_lines, named_account, reason_argument
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("emails", metavar="EMAIL", nargs="+")
    account_arguments(parser)
    reason_argument(parser)


def _run(arguments: Namespace) -> int:
    account = named_account(arguments)
    cause = by_console("member delete", reason=arguments.reason)
    change = delete_members(account.partner_id, account.id, arguments.emails, cause=cause, clock=clock())
    sys.stdout.writelines(f"{line}\n" for line in change_lines(arguments, change))
    return 0


COMMAND = Command(
    help="take members out of an account's lists; what they were counted for stays provable",
    example='pleamar member delete ana@contoso.example --account "Contoso" --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
