"""`pleamar deny list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.of_account import account_arguments, named_account
from pleamar.entrypoints.commands.tables import Value, format_argument, print_rows
from pleamar.queries.deny_list import DenyRow, deny_list
from pleamar.queries.scopes import EVERYTHING


def _arguments(parser: ArgumentParser) -> None:
    account_arguments(parser)
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    entries = deny_list(EVERYTHING, named_account(arguments).id)
    print_rows(["pattern", "id", "reason", "since", "by"], map(_row, entries), arguments.format, untold=["id"])
    return 0


def _row(entry: DenyRow) -> dict[str, Value]:
    return {
        "pattern": entry.pattern,
        "id": entry.public_id,
        "reason": entry.reason,
        "since": entry.added_at,
        "by": entry.added_by,
    }


COMMAND = Command(
    help="list the addresses of an account that must never be active",
    example='pleamar deny list --account "Contoso" --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
