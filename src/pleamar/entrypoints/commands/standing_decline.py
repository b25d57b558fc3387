"""`pleamar standing decline`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.decline_suspension import decline_suspension
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.tables import moment_text
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("partner", metavar="PARTNER")
    parser.add_argument("--reason", required=True, metavar="R", help="why; it is kept in the audit trail")


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    cause = by_console("standing decline", reason=arguments.reason)
    again = decline_suspension(partner.id, cause=cause, now=clock()())
    sys.stdout.write(
        f"{partner.name} is not suspended. If it still owes then, it is proposed again at {moment_text(again)}; "
        "for longer than that, put its invoices on hold.\n"
    )
    return 0


COMMAND = Command(
    help="spare a partner whose suspension was proposed, for the time being",
    example='pleamar standing decline "Northwind IT" --reason "their bank was changed; they pay on Monday"',
    arguments=_arguments,
    run=_run,
)
