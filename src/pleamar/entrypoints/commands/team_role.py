"""`pleamar team role`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.change_role import change_role
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.team import find_person_at
from pleamar.rules.roles import ROLES
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("role", metavar="ROLE", help=", ".join(ROLES))
    parser.add_argument("--partner", required=True, metavar="P")
    parser.add_argument("--sees-prices", action="store_true", help="also amounts; an owner always does")


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    found = find_person_at(EVERYTHING, partner.id, arguments.email)
    cause, now = by_console("team role"), clock()()
    person = change_role(partner.id, found.id, arguments.role, sees_prices=arguments.sees_prices, cause=cause, now=now)
    sees = "sees prices" if person.sees_prices else "sees no prices"
    sys.stdout.write(f"{found.email}: {person.role}, {sees}\n")
    return 0


COMMAND = Command(
    help="change what somebody of a partner's team may do, and whether they see prices",
    example='pleamar team role tom@northwind.example technician --sees-prices --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
