"""`pleamar account restore`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.restore_account import restore_account
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.of_account import name_arguments, named_account, reason_argument
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    name_arguments(parser)
    reason_argument(parser)


def _run(arguments: Namespace) -> int:
    account = named_account(arguments)
    cause = by_console("account restore", reason=arguments.reason)
    restored = restore_account(account.partner_id, account.id, cause=cause, clock=clock())
    sys.stdout.write(f"{restored.name} is not suspended: its members may sign in.\n")
    return 0


COMMAND = Command(
    help="let a suspended account's members sign in again",
    example='pleamar account restore "Contoso" --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
