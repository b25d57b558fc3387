"""`pleamar prices load`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from pleamar.actions.load_prices import load_prices
from pleamar.adapters.files.price_file import read_tiers
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.times import typed_date
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="CSV with the header from,to,unit_price")
    parser.add_argument("--currency", required=True, help="ISO 4217 code")
    parser.add_argument(
        "--from", dest="date", required=True, metavar="DATE", help="for cycles that start then or later"
    )
    parser.add_argument("--partner", metavar="P", help="agreed with this partner (default: everybody's list)")
    parser.add_argument("--mode", choices=["volume", "graduated"], default="volume", help="(default: volume)")
    parser.add_argument("--cap", action="store_true", help="never dearer than the next tier's minimum")


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner) if arguments.partner else None
    version = load_prices(
        read_tiers(arguments.file),
        currency=arguments.currency,
        valid_from=typed_date(arguments.date),
        partner_id=partner.id if partner else None,
        mode=arguments.mode,
        capped=arguments.cap,
        cause=by_console("prices load", reference=arguments.file.name),
        now=clock()(),
    )
    whose = f"agreed with {partner.name}" if partner else "the list"
    sys.stdout.write(f"{version.public_id}: {version.book.currency}, {whose}, from {version.valid_from}\n")
    return 0


COMMAND = Command(
    help="load the next version of a price book from a CSV file with the header from,to,unit_price",
    example="pleamar prices load prices.csv --currency EUR --from 2027-01-01",
    arguments=_arguments,
    run=_run,
)
