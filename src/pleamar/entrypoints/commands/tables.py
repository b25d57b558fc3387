"""Rows, as a table for people or as CSV and JSON for programs."""

from __future__ import annotations

import csv
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeAlias

from rich.console import Console
from rich.table import Table

from pleamar.rules.money import Money

Value: TypeAlias = str | int | bool | Decimal | Money | datetime | date | None
FORMATS = ("table", "csv", "json")


def format_argument(parser: ArgumentParser) -> None:
    """`--format table|csv|json`."""
    parser.add_argument("--format", choices=FORMATS, default="table", help="how rows are printed (default: table)")


def print_rows(columns: Sequence[str], rows: Iterable[Mapping[str, Value]], form: str) -> None:
    """Print the columns of the rows to stdout. Times are UTC with `Z`, money is in major units, nothing is empty."""
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_text(row[column]) for column in columns] for row in rows)
    elif form == "json":
        json.dump([{column: _plain(row[column]) for column in columns} for row in rows], sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        _print_table(columns, list(rows))


def moment_text(moment: datetime) -> str:
    """`2026-01-31T00:00:00Z`, with microseconds only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _print_table(columns: Sequence[str], rows: Sequence[Mapping[str, Value]]) -> None:
    if not rows:
        sys.stdout.write("Nothing yet.\n")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        numeric = any(isinstance(row[column], int | Decimal | Money) and row[column] is not True for row in rows)
        table.add_column(column.replace("_", " "), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[column]) for column in columns))
    console().print(table)


def console() -> Console:
    """The terminal; as wide as needed where the output goes to a file or a pipe, so that nothing is folded or cut."""
    return Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else 200)


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
