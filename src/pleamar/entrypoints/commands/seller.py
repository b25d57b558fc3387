"""`pleamar seller`: who stands on invoices as the seller."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.describe_seller import describe_seller
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.rules.parties import PartyDetails
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--name", metavar="N", help="of the company")
    parser.add_argument("--address", metavar="A", help="its lines one after the other, with \\n between them")
    parser.add_argument("--country", metavar="C", help="ISO 3166 code of two letters")
    parser.add_argument("--tax-id", metavar="ID", help="for example a VAT number")
    parser.add_argument("--email", metavar="E", help="for questions about bills")
    parser.add_argument("--timezone", metavar="Z", help="IANA name: issue dates are days there")


def _run(arguments: Namespace) -> int:
    now = clock()()
    seller = describe_seller(cause=by_console("seller"), now=now)
    if any(value is not None for name, value in vars(arguments).items() if name != "run"):
        seller = describe_seller(
            name=arguments.name,
            details=PartyDetails(
                address=seller.address if arguments.address is None else typed_lines(arguments.address),
                country=seller.country if arguments.country is None else arguments.country,
                tax_id=seller.tax_id if arguments.tax_id is None else arguments.tax_id,
            ),
            email=arguments.email,
            timezone=arguments.timezone,
            cause=by_console("seller"),
            now=now,
        )
    place = ", ".join([*seller.address.splitlines(), *([seller.country] if seller.country else [])])
    for line in (seller.name, place, seller.tax_id and f"tax id {seller.tax_id}", seller.email, seller.timezone):
        if line:
            sys.stdout.write(f"{line}\n")
    return 0


def typed_lines(typed: str) -> str:
    """The lines of an address as it is typed: a backslash and an n part them."""
    return typed.replace("\\n", "\n")


COMMAND = Command(
    help="say who the seller on invoices is, or show it; invoices already issued keep what they say",
    example='pleamar seller --name "Meridian GmbH" --address "Invalidenstr. 1\\n10115 Berlin" --country DE',
    arguments=_arguments,
    run=_run,
)
