"""`pleamar deny add`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from pleamar.adapters.files.deny_file import read_deny_list
from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.confirming import yes_argument
from pleamar.entrypoints.commands.denying import change_list
from pleamar.entrypoints.commands.of_account import account_arguments, reason_argument
from pleamar.rules.deny_list import Denied
from pleamar.rules.refusals import Refused


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("patterns", metavar="PATTERN", nargs="*", help="an address, in which * is any characters")
    parser.add_argument("--file", type=Path, metavar="FILE.csv", help="with a column email or pattern, maybe reason")
    account_arguments(parser)
    reason_argument(parser)
    yes_argument(parser)


def _run(arguments: Namespace) -> int:
    read = read_deny_list(arguments.file) if arguments.file else []
    typed = [Denied(pattern) for pattern in arguments.patterns]
    if not read and not typed:
        raise Refused("deny_pattern_invalid", pattern="")
    return change_list(arguments, "add", [*read, *typed], reference=arguments.file.name if arguments.file else "")


COMMAND = Command(
    help="put addresses on an account's deny list: whoever is on it becomes inactive at once, and stays so",
    example="pleamar deny add 'room-*@contoso.example' --account Contoso --partner \"Northwind IT\" --yes",
    arguments=_arguments,
    run=_run,
)
