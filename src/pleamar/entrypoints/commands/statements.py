"""`pleamar statements`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.priced import price_value
from pleamar.entrypoints.commands.tables import format_argument, print_rows
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.statements import statements

_COLUMNS = ["cycle_start", "cycle_end", "peak", "peak_at", "unit_price", "currency", "total", "shadow"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--partner", required=True, metavar="P")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    rows = (
        {
            "cycle_start": row.cycle_start,
            "cycle_end": row.cycle_end,
            "peak": row.peak,
            "peak_at": row.peak_at,
            "unit_price": None if row.unit_price is None else price_value(row.unit_price, row.currency),
            "currency": row.currency,
            "total": row.net,
            "shadow": row.shadow,
        }
        for row in statements(EVERYTHING, arguments.partner)
    )
    print_rows(_COLUMNS, rows, arguments.format)
    return 0


COMMAND = Command(
    help="one row a closed cycle: its peak, when it was reached, and what it costs, net",
    example='pleamar statements --partner "Northwind IT" --format csv',
    arguments=_arguments,
    run=_run,
)
