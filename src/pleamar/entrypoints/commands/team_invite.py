"""`pleamar team invite`."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.invite_person import invite_person
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.tables import moment_text
from pleamar.queries.partners import find_account, find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.roles import ADMINISTRATOR, ROLES
from pleamar.wiring.clock import clock, is_sandbox
from pleamar.wiring.jobs import QUEUE
from pleamar.wiring.links import invitation_link


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--partner", required=True, metavar="P")
    parser.add_argument("--role", default="owner", metavar="R", help=f"{', '.join(ROLES)} (default: owner)")
    parser.add_argument("--sees-prices", action="store_true", help="also amounts; an owner always does")
    parser.add_argument("--account", metavar="A", help="to administer this account alone, in no role of the team")


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    account = find_account(EVERYTHING, partner.id, arguments.account) if arguments.account else None
    invitation = invite_person(
        partner.id,
        arguments.email,
        ADMINISTRATOR if account else arguments.role,
        sees_prices=arguments.sees_prices,
        account_id=account.id if account else None,
        cause=by_console("team invite"),
        now=clock()(),
        jobs=QUEUE,
    )
    into = account.name if account else f"the team of {partner.name}"
    until = moment_text(invitation.expires_at)
    sys.stdout.write(f"invited {invitation.email} to {into} as {invitation.role}, until {until}: the mail is written\n")
    if is_sandbox():
        sys.stdout.write(f"{invitation_link(invitation.public_id, os.environ)}\n")
    return 0


COMMAND = Command(
    help="invite somebody to a partner's team; in a sandbox the link of the mail is printed too",
    example='pleamar team invite ana@northwind.example --partner "Northwind IT" --role owner',
    arguments=_arguments,
    run=_run,
)
