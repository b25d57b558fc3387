"""`pleamar partner go-live`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.go_live import go_live
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.tables import moment_text
from pleamar.entrypoints.commands.times import typed_moment
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument(
        "--from", dest="start", required=True, metavar="CYCLE_START", help="the first cycle to be invoiced: its start"
    )


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.name)
    start = typed_moment(arguments.start)
    go_live(partner.id, start, cause=by_console("partner go-live"), now=clock()())
    sys.stdout.write(f"{partner.name} is invoiced from the cycle that starts at {moment_text(start)}.\n")
    return 0


COMMAND = Command(
    help="invoice a partner whose history ran in shadow, from a future cycle start on",
    example='pleamar partner go-live "Northwind IT" --from 2027-01-15T00:00:00Z',
    arguments=_arguments,
    run=_run,
)
