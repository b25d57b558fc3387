"""`pleamar recipient list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.tables import Value, format_argument, print_rows
from pleamar.queries.partners import find_partner
from pleamar.queries.recipients import RecipientRow, recipients
from pleamar.queries.scopes import EVERYTHING

_COLUMNS = ["partner", "email", "name", "language", "added_at"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--partner", metavar="P", help="only this partner's")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    partner_id = find_partner(EVERYTHING, arguments.partner).id if arguments.partner else None
    rows = map(_row, recipients(EVERYTHING, partner_id))
    print_rows(_COLUMNS, rows, arguments.format)
    return 0


def _row(row: RecipientRow) -> dict[str, Value]:
    return {
        "partner": row.partner,
        "email": row.email,
        "name": row.name,
        "language": row.language,
        "added_at": row.added_at,
    }


COMMAND = Command(
    help="list who gets the mails about billing; a partner that is not there gets them itself",
    example='pleamar recipient list --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
