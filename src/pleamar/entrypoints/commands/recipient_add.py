"""`pleamar recipient add`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.add_recipient import add_recipient
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--partner", required=True, metavar="P")
    parser.add_argument("--name", default="", metavar="N", help="of the person")
    parser.add_argument("--language", default="", metavar="L", help="en or es (default: the partner's)")


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    recipient = add_recipient(
        partner.id,
        arguments.email,
        name=arguments.name,
        language=arguments.language,
        cause=by_console("recipient add"),
        now=clock()(),
    )
    sys.stdout.write(f"{recipient.email} gets the mails about the billing of {partner.name}\n")
    return 0


COMMAND = Command(
    help="add somebody who gets a partner's mails about billing, in the place of the partner's own address",
    example='pleamar recipient add ana@northwind.example --partner "Northwind IT" --language es',
    arguments=_arguments,
    run=_run,
)
