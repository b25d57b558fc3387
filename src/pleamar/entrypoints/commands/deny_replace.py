"""`pleamar deny replace`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from pleamar.adapters.files.deny_file import read_deny_list
from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.confirming import yes_argument
from pleamar.entrypoints.commands.denying import change_list
from pleamar.entrypoints.commands.of_account import account_arguments, reason_argument


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.csv", help="with a column email or pattern, maybe reason")
    account_arguments(parser)
    reason_argument(parser)
    yes_argument(parser)


def _run(arguments: Namespace) -> int:
    return change_list(arguments, "replace", read_deny_list(arguments.file), reference=arguments.file.name)


COMMAND = Command(
    help="make an account's deny list what a CSV file says, and nothing else",
    example='pleamar deny replace deny.csv --account "Contoso" --partner "Northwind IT" --yes',
    arguments=_arguments,
    run=_run,
)
