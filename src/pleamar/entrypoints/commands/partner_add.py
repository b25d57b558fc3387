"""`pleamar partner add`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.seller import typed_lines
from pleamar.entrypoints.commands.times import typed_moment
from pleamar.rules.parties import PartyDetails
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--currency", required=True, help="ISO 4217 code, such as USD")
    parser.add_argument("--created", metavar="T", help="when it was created, ISO 8601 with offset (default: now)")
    parser.add_argument("--timezone", default="UTC", metavar="Z", help="IANA name (default: UTC)")
    parser.add_argument("--legal-name", default="", metavar="N", help="as it stands on invoices, if it is another")
    parser.add_argument("--address", default="", metavar="A", help="with \\n between its lines")
    parser.add_argument("--country", default="", metavar="C", help="ISO 3166 code of two letters")
    parser.add_argument("--tax-id", default="", metavar="ID", help="for example a VAT number")
    parser.add_argument("--email", default="", metavar="E", help="where its bills are sent")


def _run(arguments: Namespace) -> int:
    now = clock()()
    partner = open_partner(
        NewPartner(
            arguments.name,
            arguments.currency,
            arguments.timezone,
            arguments.email,
            PartyDetails(arguments.legal_name, typed_lines(arguments.address), arguments.country, arguments.tax_id),
        ),
        created=typed_moment(arguments.created) if arguments.created else now,
        cause=by_console("partner add"),
        now=now,
    )
    sys.stdout.write(f"{partner.public_id} {partner.name}: cycle day {partner.anchor.day}, {partner.timezone}\n")
    return 0


COMMAND = Command(
    help="add a partner; its cycle day is the day it was created",
    example='pleamar partner add "Northwind IT" --currency EUR --timezone Europe/Madrid',
    arguments=_arguments,
    run=_run,
)
