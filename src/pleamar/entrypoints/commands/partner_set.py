"""`pleamar partner set`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.describe_partner import describe_partner
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--email", metavar="E", help="where its mails go while it has no recipients")
    parser.add_argument("--language", metavar="L", help="of its mails: en or es")
    parser.add_argument("--manager", metavar="N", help="its account manager's name")
    parser.add_argument("--manager-contact", metavar="C", help="how that person is reached")


def _run(arguments: Namespace) -> int:
    partner = describe_partner(
        find_partner(EVERYTHING, arguments.name).id,
        email=arguments.email,
        language=arguments.language,
        manager_name=arguments.manager,
        manager_contact=arguments.manager_contact,
        cause=by_console("partner set"),
        now=clock()(),
    )
    manager = ", ".join(part for part in (partner.manager_name, partner.manager_contact) if part)
    sys.stdout.write(
        f"{partner.name}: mails in {partner.language} to {partner.email or 'nobody'};"
        f" account manager: {manager or 'none'}\n"
    )
    return 0


COMMAND = Command(
    help="say where a partner's mails go, in which language, and who is its account manager",
    example='pleamar partner set "Northwind IT" --language es --manager "Sofía Marín"',
    arguments=_arguments,
    run=_run,
)
