"""`pleamar import-history`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from pleamar.actions.import_history import HistoryToImport, import_history
from pleamar.adapters.files.history_file import read_history
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.progress import working
from pleamar.entrypoints.commands.times import typed_moment
from pleamar.rules.currencies import checked_currency
from pleamar.rules.cycles import checked_creation, checked_zone
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.csv", type=Path)
    parser.add_argument("--partner", required=True, metavar="P", help="made if there is none of that name")
    parser.add_argument("--created", required=True, metavar="T", help="when the partner was created: its cycle day")
    parser.add_argument("--currency", default="USD", help="ISO 4217 code (default: USD)")
    parser.add_argument("--timezone", default="UTC", metavar="Z", help="IANA name (default: UTC)")
    parser.add_argument("--until", metavar="T", help="the history ends here (default: now)")


def _run(arguments: Namespace) -> int:
    now = clock()()
    until = typed_moment(arguments.until) if arguments.until else None
    created = checked_creation(typed_moment(arguments.created), now)
    if until is not None and not created <= until <= now:
        raise Refused("until_out_of_range", until=until.isoformat(), created=created.isoformat())
    currency, zone = checked_currency(arguments.currency), checked_zone(arguments.timezone)
    with working(f"Reading {arguments.file.name}"):
        file = read_history(arguments.file, created=created, until=until or now)
    with working(counted(len(file.rows), "row")):
        done = import_history(
            HistoryToImport(
                partner=arguments.partner,
                currency=currency,
                timezone=zone,
                created=created,
                until=until,
                file_name=file.name,
                sha256=file.sha256,
                rows=file.rows,
            ),
            cause=by_console("import-history", reference=file.name),
            now=now,
        )
    if not done.is_new:
        sys.stdout.write(f"{arguments.partner} has this very file already: nothing was changed.\n")
        return 0
    sys.stdout.write(
        f"{arguments.partner}: {counted(len(file.rows), 'row')}, {counted(done.changes, 'change')}, "
        f"{counted(done.bills.statements, 'statement')}, in shadow. See: pleamar statements\n"
    )
    for waiting in done.bills.waiting[:1]:
        sys.stdout.write(
            f"Its cycles wait for a price book in {waiting.currency}: pleamar prices load, then pleamar close\n"
        )
    return 0


COMMAND = Command(
    help="bring a partner's history from another system, in shadow: priced to be compared, never invoiced or charged",
    example='pleamar import-history history.csv --partner "Northwind IT" --created 2024-01-31T09:30:00+01:00',
    arguments=_arguments,
    run=_run,
)
