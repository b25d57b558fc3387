"""`pleamar alert list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.tables import Value, format_argument, print_rows
from pleamar.queries.alerts import AlertRow, alerts
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock

_COLUMNS = ["partner", "id", "kind", "threshold", "currency", "told", "silent", "created_at"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--partner", metavar="P", help="only this partner's")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    rows = alerts(EVERYTHING, arguments.partner, now=clock()())
    print_rows(_COLUMNS, map(_row, rows), arguments.format, untold=["id"])
    return 0


def _row(alert: AlertRow) -> dict[str, Value]:
    return {
        "partner": alert.partner,
        "id": alert.public_id,
        "kind": alert.kind,
        "threshold": alert.threshold if alert.amount is None else alert.amount,
        "currency": alert.amount.currency if alert.amount else None,
        "told": alert.told,
        "silent": alert.silent,
        "created_at": alert.created_at,
    }


COMMAND = Command(
    help="list the alerts on partners' use; told: it has spoken in the running cycle; silent: of another currency",
    example="pleamar alert list",
    arguments=_arguments,
    run=_run,
)
