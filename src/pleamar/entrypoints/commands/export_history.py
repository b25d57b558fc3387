"""`pleamar export-history`."""

from __future__ import annotations

import csv
import sys
from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.queries.history_export import history_rows
from pleamar.queries.scopes import EVERYTHING


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--partner", required=True, metavar="P")


def _run(arguments: Namespace) -> int:
    rows = history_rows(EVERYTHING, arguments.partner)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["at", "account", "member", "change"])
    writer.writerows(rows)
    return 0


COMMAND = Command(
    help="print a partner's seat log as a history file; importing it elsewhere gives the same statements"
    " if the partner's currency and time zone never changed",
    example='pleamar export-history --partner "Northwind IT" > history.csv',
    arguments=_arguments,
    run=_run,
)
