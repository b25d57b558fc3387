"""`pleamar team list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.tables import Value, format_argument, print_rows
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.team import open_invitations, team
from pleamar.wiring.clock import clock

_COLUMNS = ["email", "name", "state", "role", "sees_prices", "second_factor", "last_sign_in", "expires_at"]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--partner", required=True, metavar="P")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    print_rows(_COLUMNS, _rows(find_partner(EVERYTHING, arguments.partner).id), arguments.format)
    return 0


def _rows(partner_id: int) -> Iterator[dict[str, Value]]:
    for one in team(EVERYTHING, partner_id):
        yield {
            "email": one.email,
            "name": one.name,
            "state": "in",
            "role": one.role,
            "sees_prices": one.sees_prices,
            "second_factor": one.second_factor,
            "last_sign_in": one.last_sign_in,
            "expires_at": None,
        }
    for waiting in open_invitations(EVERYTHING, partner_id, now=clock()()):
        yield {
            "email": waiting.email,
            "name": "",
            "state": "run out" if waiting.expired else "invited",
            "role": waiting.role,
            "sees_prices": waiting.sees_prices,
            "second_factor": False,
            "last_sign_in": None,
            "expires_at": waiting.expires_at,
        }


COMMAND = Command(
    help="list who signs in for a partner, and who is invited to",
    example='pleamar team list --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
