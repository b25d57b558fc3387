"""`pleamar partner terms`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.change_terms import change_terms
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.tables import moment_text
from pleamar.queries.due_dates import running_cycle_end
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--currency", metavar="C", help="ISO 4217 code; needs every invoice paid")
    parser.add_argument("--timezone", metavar="Z", help="IANA name, in which its cycles start at midnight")
    parser.add_argument("--reason", default="", help="why, for the audit trail")


def _run(arguments: Namespace) -> int:
    now = clock()()
    found = find_partner(EVERYTHING, arguments.name)
    cause = by_console("partner terms", reason=arguments.reason)
    partner = change_terms(found.id, cause=cause, now=now, currency=arguments.currency, timezone=arguments.timezone)
    end = running_cycle_end(EVERYTHING, found.id, now=now)
    starting = f", from its next cycle on, which starts at {moment_text(end)}" if end else ""
    sys.stdout.write(f"{partner.name} is billed in {partner.currency}, by the days of {partner.timezone}{starting}.\n")
    return 0


COMMAND = Command(
    help="show in which currency and time zone a partner is billed, or change it from its next cycle on",
    example='pleamar partner terms "Northwind IT" --timezone Europe/Lisbon --reason "moved"',
    arguments=_arguments,
    run=_run,
)
