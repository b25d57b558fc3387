"""`pleamar mail list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.tables import format_argument, print_rows
from pleamar.queries.messages import mails
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING

_COLUMNS = ["written_at", "partner", "topic", "recipient", "state", "next_try", "attempts", "problem", "public_id"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--partner", metavar="P", help="only this partner's")
    parser.add_argument("--unsent", action="store_true", help="only those that wait, or failed for good")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner).id if arguments.partner else None
    rows = [
        {column: getattr(mail, column) for column in _COLUMNS}
        for mail in mails(EVERYTHING, partner, unsent=arguments.unsent)
    ]
    print_rows(_COLUMNS, rows, arguments.format, untold=["public_id"])
    return 0


COMMAND = Command(
    help="list the mails that were written, the newest first: to whom, and whether they were sent, wait or failed",
    example="pleamar mail list --unsent",
    arguments=_arguments,
    run=_run,
)
