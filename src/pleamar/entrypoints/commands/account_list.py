"""`pleamar account list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.tables import format_argument, print_rows
from pleamar.queries.partners import accounts
from pleamar.queries.scopes import EVERYTHING

_COLUMNS = [
    *("partner", "name", "id", "state", "model", "internal", "active_members", "seats", "limit"),
    *("trial_ends_at", "activation_due_at", "suspended", "billing_stopped"),
]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--partner", metavar="P", help="only this partner's")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    rows = (
        {
            "partner": account.partner,
            "name": account.name,
            "id": account.public_id,
            "state": account.state,
            "model": account.model,
            "internal": account.internal,
            "active_members": account.active_members,
            "seats": account.seats,
            "limit": account.limit,
            "trial_ends_at": account.trial_ends_at,
            "activation_due_at": account.activation_due_at,
            "suspended": account.suspended,
            "billing_stopped": account.billing_stopped,
        }
        for account in accounts(EVERYTHING, arguments.partner)
    )
    print_rows(_COLUMNS, rows, arguments.format, untold=["id"])
    return 0


COMMAND = Command(
    help="list the accounts with their state, active members and seats",
    example='pleamar account list --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
