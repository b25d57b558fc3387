"""`pleamar team remove`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.remove_person import remove_person
from pleamar.actions.withdraw_invitation import withdraw_invitation
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.team import find_person_at, open_invitations
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--partner", required=True, metavar="P")


def _run(arguments: Namespace) -> int:
    partner, now, cause = find_partner(EVERYTHING, arguments.partner), clock()(), by_console("team remove")
    email = arguments.email.strip().casefold()
    for waiting in open_invitations(EVERYTHING, partner.id, now=now):
        if waiting.email == email:
            withdraw_invitation(partner.id, waiting.id, cause=cause, now=now)
            sys.stdout.write(f"the invitation of {email} is withdrawn\n")
            return 0
    remove_person(partner.id, find_person_at(EVERYTHING, partner.id, email).id, cause=cause, now=now)
    sys.stdout.write(f"{email} is out of the team of {partner.name}, and signed out everywhere\n")
    return 0


COMMAND = Command(
    help="take somebody out of a partner's team, or withdraw their invitation",
    example='pleamar team remove tom@northwind.example --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
