"""`pleamar price`: what a number of seats costs."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command, whole_number
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.priced import line_text, price_text
from pleamar.queries.partners import find_partner, running_cycle_day
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.currencies import checked_currency
from pleamar.rules.prices import cheaper_with_more, next_tier, price
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("seats", metavar="N", type=whole_number)
    parser.add_argument("--currency", required=True, help="ISO 4217 code")
    parser.add_argument("--partner", metavar="P", help="with the prices agreed with this partner")


def _run(arguments: Namespace) -> int:
    currency = checked_currency(arguments.currency)
    if not 0 <= arguments.seats <= MOST_SEATS:
        raise Refused("seats_out_of_range", seats=arguments.seats, most=MOST_SEATS)
    partner, now = find_partner(EVERYTHING, arguments.partner) if arguments.partner else None, clock()()
    day = running_cycle_day(EVERYTHING, partner.id, now=now) if partner else now.date()
    version = price_books(EVERYTHING).applicable(partner.id if partner else None, currency, day)
    if version is None:
        raise Refused("price_book_missing", currency=currency)
    priced = price(version, arguments.seats)
    for line in priced.lines:
        sys.stdout.write(f"{line_text(line)}\n")
    sys.stdout.write(f"{counted(arguments.seats, 'seat')} for one cycle: {priced.total.decimal:,f} {currency}, net\n")
    upper = next_tier(version, arguments.seats)
    if upper is not None:
        more = upper.minimum - arguments.seats
        sys.stdout.write(
            f"Next tier: {price_text(upper.unit_price, currency)} from {upper.minimum:,} seats, {more:,} more\n"
        )
    cheaper = cheaper_with_more(version, arguments.seats)
    if cheaper is not None:
        total = price(version, cheaper).total
        sys.stdout.write(f"{cheaper:,} seats would cost less: {total.decimal:,f} {currency}\n")
    return 0


MOST_SEATS = 2_000_000_000

COMMAND = Command(
    help="what a number of seats costs for one cycle, by the prices in force today, or in a partner's running cycle",
    example="pleamar price 99 --currency USD",
    arguments=_arguments,
    run=_run,
)
