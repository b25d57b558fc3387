"""`pleamar price`: what a number of seats costs, and what reselling them leaves (rule M24)."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command, whole_number
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.priced import line_text, money_text, next_tier_text, price_text
from pleamar.queries.partners import find_partner, running_cycle_day
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.calculator import Calculation, Margin, calculated, margin, typed_resale
from pleamar.rules.currencies import checked_currency
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("seats", metavar="N", type=whole_number)
    parser.add_argument("--currency", required=True, help="ISO 4217 code")
    parser.add_argument("--partner", metavar="P", help="with the prices agreed with this partner")
    parser.add_argument("--resale", metavar="PRICE", help="what the partner asks for a seat: says what is left of it")


def _run(arguments: Namespace) -> int:
    currency = checked_currency(arguments.currency)
    resale = None if arguments.resale is None else typed_resale(arguments.resale)
    partner, now = find_partner(EVERYTHING, arguments.partner) if arguments.partner else None, clock()()
    day = running_cycle_day(EVERYTHING, partner.id, now=now) if partner else now.date()
    version = price_books(EVERYTHING).applicable(partner.id if partner else None, currency, day)
    if version is None:
        raise Refused("price_book_missing", currency=currency)
    told = calculated(version, arguments.seats)
    for line in _lines(told):
        sys.stdout.write(f"{line}\n")
    if resale is not None:
        price = price_text(resale, currency)
        sys.stdout.write(f"{_margin_line(margin(told.priced, told.seats, resale), price)}\n")
    return 0


def _lines(told: Calculation) -> list[str]:
    lines = [line_text(line) for line in told.priced.lines]
    lines.append(f"{counted(told.seats, 'seat')} for one cycle: {money_text(told.priced.total)}, net")
    if told.following is not None:
        lines.append(next_tier_text(told))
    if told.cheaper is not None:
        lines.append(f"{told.cheaper.seats:,} seats would cost less: {money_text(told.cheaper.total)}")
    return lines


def _margin_line(left: Margin, price: str) -> str:
    sold = f"Resold at {price} each: {money_text(left.revenue)}"
    share = "" if left.percent is None else f", {abs(left.percent)} % of it"
    if left.margin.minor < 0:
        return f"{sold}, a loss of {money_text(-left.margin)}{share}"
    return f"{sold}, a margin of {money_text(left.margin)}{share}"


COMMAND = Command(
    help="what a number of seats costs for one cycle, by the prices in force today, or in a partner's running cycle",
    example="pleamar price 99 --currency USD --resale 3.50",
    arguments=_arguments,
    run=_run,
)
