"""`pleamar standing list`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.tables import Value, format_argument, print_rows
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.standing import StandingRow, standings
from pleamar.wiring.clock import clock

# The steps that staff decide.
_ASKING = ("proposal", "approval")
_COLUMNS = ["partner", "id", "state", "since", "overdue", "overdue_since", "days", "being_charged", "next", "next_at"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--overdue", action="store_true", help="only those that are overdue or suspended")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    rows = standings(EVERYTHING, now=clock()(), only_owing=arguments.overdue)
    print_rows(_COLUMNS, map(_row, rows), arguments.format, untold=["id", "overdue_since"])
    if arguments.format == "table" and any(row.next_step in _ASKING and not row.staff for row in rows):
        sys.stdout.write(
            "\nNobody is mailed when a suspension is proposed: the seller has no e-mail address. Give it one:"
            " pleamar seller --email\n"
        )
    return 0


def _row(standing: StandingRow) -> dict[str, Value]:
    return {
        "partner": standing.partner,
        "id": standing.public_id,
        "state": standing.state,
        "since": standing.since,
        "overdue": " + ".join(f"{owed.decimal:f} {owed.currency}" for owed in standing.overdue),
        "overdue_since": standing.overdue_since,
        "days": standing.days,
        "being_charged": standing.in_process,
        "next": standing.next_step,
        "next_at": standing.next_at,
    }


COMMAND = Command(
    help="how every partner stands with payment, what it is overdue with, and what comes next",
    example="pleamar standing list --overdue",
    arguments=_arguments,
    run=_run,
)
