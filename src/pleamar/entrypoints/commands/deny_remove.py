"""`pleamar deny remove`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.denying import change_list
from pleamar.entrypoints.commands.of_account import account_arguments, reason_argument
from pleamar.rules.deny_list import Denied


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("patterns", metavar="PATTERN", nargs="+", help="as the list has it")
    account_arguments(parser)
    reason_argument(parser)


def _run(arguments: Namespace) -> int:
    return change_list(arguments, "remove", [Denied(pattern) for pattern in arguments.patterns])


COMMAND = Command(
    help="take addresses off an account's deny list; nobody becomes active by it",
    example="pleamar deny remove 'room-*@contoso.example' --account Contoso --partner \"Northwind IT\"",
    arguments=_arguments,
    run=_run,
)
