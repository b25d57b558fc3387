"""`pleamar partner terms`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import datetime

from pleamar.actions.change_terms import change_terms
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.confirming import confirmed, yes_argument
from pleamar.entrypoints.commands.tables import moment_text
from pleamar.queries.partners import FoundPartner, PartnerRow, find_partner, partner_row
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.currencies import checked_currency
from pleamar.rules.cycles import checked_zone, local_date
from pleamar.rules.prices import price
from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--currency", metavar="C", help="ISO 4217 code; needs every invoice paid")
    parser.add_argument("--timezone", metavar="Z", help="IANA name, in which its cycles start at midnight")
    parser.add_argument("--reason", default="", help="why, for the audit trail")
    yes_argument(parser)


def _run(arguments: Namespace) -> int:
    now = clock()()
    found = find_partner(EVERYTHING, arguments.name)
    running = partner_row(EVERYTHING, found.id, now=now)
    if running.ended:
        raise Refused("partner_closed")
    currency = checked_currency(arguments.currency) if arguments.currency else found.currency
    timezone = checked_zone(arguments.timezone) if arguments.timezone else found.timezone
    lines = list(_lines(found, running, currency, timezone))
    if (currency, timezone) == (found.currency, found.timezone):
        sys.stdout.writelines(f"{line}\n" for line in lines)
        return 0
    confirmed(arguments, lines)
    cause = by_console("partner terms", reason=arguments.reason)
    change_terms(found.id, cause=cause, now=now, currency=arguments.currency, timezone=arguments.timezone)
    sys.stdout.write("Done.\n")
    return 0


def _lines(found: FoundPartner, running: PartnerRow, currency: str, timezone: str) -> Iterator[str]:
    """The terms of the running cycle, and those of the next with what the seats of today cost in it."""
    end = moment_text(running.cycle_end)
    yield f"{found.name}, until {end}: {running.currency}, by the days of {running.timezone}."
    yield f"From {end} on: {currency}, by the days of {timezone}."
    if currency != running.currency:
        before = _cost(found.id, running.seats, running.currency, running.cycle_end, running.timezone)
        after = _cost(found.id, running.seats, currency, running.cycle_end, timezone)
        yield f"A cycle of the {running.seats:,} seats of today: {before} → {after}, net."


def _cost(partner_id: int, seats: int, currency: str, start: datetime, timezone: str) -> str:
    version = price_books(EVERYTHING, [partner_id]).applicable(partner_id, currency, local_date(start, timezone))
    if version is None:
        return f"no price book in {currency}"
    total = price(version, seats).total
    return f"{total.decimal:,f} {currency}"


COMMAND = Command(
    help="show in which currency and time zone a partner is billed, or change it from its next cycle on",
    example='pleamar partner terms "Northwind IT" --timezone Europe/Lisbon --reason "moved" --yes',
    arguments=_arguments,
    run=_run,
)
