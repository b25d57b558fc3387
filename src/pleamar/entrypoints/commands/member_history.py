"""`pleamar member history`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.of_account import account_arguments, named_account
from pleamar.entrypoints.commands.tables import Value, format_argument, moment_text, print_rows
from pleamar.queries.member_history import MemberChange, member_history
from pleamar.queries.scopes import EVERYTHING

_COLUMNS = ["at", "state", "counted", "by", "means", "reference", "reason", "occurred_at"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")
    account_arguments(parser)
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    history = member_history(EVERYTHING, named_account(arguments).id, arguments.email)
    if arguments.format == "table":
        state = "active" if history.active else "inactive"
        deleted = f", deleted {moment_text(history.deleted_at)}" if history.deleted_at else ""
        named = f" ({history.display_name})" if history.display_name else ""
        sys.stdout.write(f"{history.email}{named}: {state}{deleted}.\n")
    print_rows(_COLUMNS, map(_row, history.changes), arguments.format, untold=["occurred_at"])
    return 0


def _row(change: MemberChange) -> dict[str, Value]:
    return {
        "at": change.at,
        "state": "active" if change.active else "inactive",
        "counted": change.counted,
        "by": change.actor,
        "means": change.means,
        "reference": change.reference,
        "reason": change.reason,
        "occurred_at": change.occurred_at,
    }


COMMAND = Command(
    help="every change of one member, the oldest first: when, by whom, by what means and why",
    example='pleamar member history ana@contoso.example --account "Contoso" --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
