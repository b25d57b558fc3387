"""`pleamar charges`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.tables import format_argument, print_rows
from pleamar.queries.charges import charges
from pleamar.queries.scopes import EVERYTHING

_COLUMNS = ["id", "partner", "planned_at", "currency", "amount", "state", "invoices", "decline", "due_at", "problem"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--partner", metavar="P", help="only this partner's")
    parser.add_argument("--all", action="store_true", help="also those that were withdrawn before anything was sent")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    rows = (
        {
            "id": row.public_id,
            "partner": row.partner,
            "planned_at": row.planned_at,
            "currency": row.currency,
            "amount": row.amount,
            "state": row.state,
            "invoices": " ".join(row.invoices),
            "decline": row.decline_code,
            "due_at": row.due_at,
            "problem": row.problem,
        }
        for row in charges(EVERYTHING, arguments.partner, also_unsent=arguments.all)
    )
    print_rows(_COLUMNS, rows, arguments.format)
    return 0


COMMAND = Command(
    help="one row a charge: what it is for, how it stands, and when it is driven next",
    example="pleamar charges --format csv",
    arguments=_arguments,
    run=_run,
)
