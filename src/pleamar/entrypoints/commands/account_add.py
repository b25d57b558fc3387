"""`pleamar account add`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.open_account import open_account
from pleamar.entrypoints.commands.command import Command, by_console, whole_number
from pleamar.entrypoints.commands.tables import moment_text
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--partner", required=True, metavar="P")
    parser.add_argument("--limit", type=whole_number, metavar="N", help="how many active users it may have")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--trial", action="store_true", help="a trial: free, its members are not counted")
    kind.add_argument(
        "--internal", action="store_true", help="for the partner's own staff: free up to its limit, never counted"
    )
    parser.add_argument("--trial-days", type=whole_number, metavar="N", help="how long the trial lasts")
    parser.add_argument(
        "--trial-limit", type=whole_number, metavar="N", help="how many active users the trial may have"
    )


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    account = open_account(
        partner.id,
        arguments.name,
        state="trial" if arguments.trial else "live",
        internal=arguments.internal,
        member_limit=arguments.limit,
        trial_days=arguments.trial_days,
        trial_member_limit=arguments.trial_limit,
        cause=by_console("account add"),
        clock=clock(),
    )
    ends_at = account.trial_ends_at
    until = "" if ends_at is None else f" until {moment_text(ends_at)}"
    sys.stdout.write(f"{account.public_id} {account.name}: {account.state}{until}\n")
    return 0


COMMAND = Command(
    help="add a customer's account to a partner",
    example='pleamar account add "Contoso" --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
