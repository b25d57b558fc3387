"""Rows, as a table for people or as CSV and JSON for programs."""

from __future__ import annotations

import csv
import json
import sys
from argparse import ArgumentParser
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Literal, TypeAlias

from pleamar.rules.money import Money

if TYPE_CHECKING:  # loading it takes longer than reading the rows, and programs read CSV and JSON
    from rich.console import Console, RenderableType
    from rich.table import Table

Value: TypeAlias = str | int | bool | Decimal | Money | datetime | date | None
FORMATS = ("table", "csv", "json")
_ANY_WIDTH = 100_000


def format_argument(parser: ArgumentParser) -> None:
    """`--format table|csv|json`."""
    parser.add_argument("--format", choices=FORMATS, default="table", help="how rows are printed (default: table)")


def print_rows(
    columns: Sequence[str], rows: Iterable[Mapping[str, Value]], form: str, *, untold: Collection[str] = ()
) -> None:
    """Print the columns of the rows to stdout. Times are UTC with `Z`, money is in major units, nothing is empty.

    `untold` are columns for programs, which a table leaves out.
    """
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(row[column]) for column in columns] for row in rows)
    elif form == "json":
        json.dump([{column: _plain(row[column]) for column in columns} for row in rows], sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        _print_table([column for column in columns if column not in untold], list(rows))


def moment_text(moment: datetime) -> str:
    """`2026-01-31T00:00:00Z`, with microseconds only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _print_table(columns: Sequence[str], rows: Sequence[Mapping[str, Value]]) -> None:
    if not rows:
        sys.stdout.write("Nothing yet.\n")
        return
    table, terminal = _table(columns, rows), console()
    needed = terminal.measure(table, options=terminal.options.update(width=_ANY_WIDTH)).minimum
    if needed > terminal.width:
        sys.stdout.write("\n".join(_record(columns, row) for row in rows))
    else:
        show(table)


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, Value]]) -> Table:
    from rich.cells import cell_len  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        values = [row[column] for row in rows]
        numeric = any(isinstance(value, int | Decimal | Money) and not isinstance(value, bool) for value in values)
        # Only where there are several words may some of them go on the next line.
        whole = numeric or not any(isinstance(value, str) and " " in value for value in values)
        justify: Literal["left", "right"] = "right" if numeric else "left"
        heading = column.replace("_", " ")
        least = max(map(cell_len, [heading, *map(_cell, values)])) if whole else None
        table.add_column(heading, justify=justify, no_wrap=whole, min_width=least, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    return table


def _record(columns: Sequence[str], row: Mapping[str, Value]) -> str:
    """A row as lines of name and value, for a terminal that is too narrow for a table."""
    longest = max(map(len, columns))
    lines = (f"{column.replace('_', ' '):<{longest}}  {_cell(row[column])}".rstrip() for column in columns)
    return "".join(chain.from_iterable((line, "\n") for line in lines))


def show(what: RenderableType) -> None:
    """Print something of rich's, without the spaces that it puts at the end of lines."""
    out = console()
    with out.capture() as captured:
        out.print(what)
    text = captured.get()
    sys.stdout.write(text if out.is_terminal else "".join(f"{line.rstrip()}\n" for line in text.splitlines()))


def console() -> Console:
    """The terminal; as wide as needed where the output goes to a file or a pipe, so that nothing is folded or cut."""
    from rich.console import Console  # noqa: PLC0415

    return Console(markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() else _ANY_WIDTH)


def _cell(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}Z"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Money):
        return f"{value.decimal:,f}"
    return _text(value)


def _text(value: Value) -> str:
    plain = _plain(value)
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return "" if plain is None else str(plain)


def _plain(value: Value) -> str | int | bool | None:
    if isinstance(value, Money):
        return f"{value.decimal:f}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return moment_text(value)
    return value.isoformat() if isinstance(value, date) else value
