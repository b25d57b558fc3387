"""`pleamar invoices`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.tables import format_argument, print_rows
from pleamar.queries.invoices import invoices
from pleamar.queries.scopes import EVERYTHING

_COLUMNS = ["number", "partner", "issued_at", "cycle_start", "cycle_end", "state", "currency", "total", "outstanding"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--partner", metavar="P", help="only this partner's")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    rows = (
        {
            "number": row.number,
            "partner": row.partner,
            "issued_at": row.issued_at,
            "cycle_start": row.cycle_start,
            "cycle_end": row.cycle_end,
            # Who reads a table wants to see why nothing is charged; programs read the state alone.
            "state": f"{row.state}, on hold" if row.held and arguments.format == "table" else row.state,
            "currency": row.currency,
            "total": row.total,
            "outstanding": row.outstanding,
        }
        for row in invoices(EVERYTHING, arguments.partner)
    )
    print_rows(_COLUMNS, rows, arguments.format)
    return 0


COMMAND = Command(
    help="one row an invoice: its cycle, state, total with tax, and what is outstanding",
    example="pleamar invoices --format csv",
    arguments=_arguments,
    run=_run,
)
