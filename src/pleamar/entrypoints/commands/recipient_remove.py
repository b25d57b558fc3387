"""`pleamar recipient remove`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.remove_recipient import remove_recipient
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.queries.partners import find_partner
from pleamar.queries.recipients import recipients
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--partner", required=True, metavar="P")


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    remove_recipient(partner.id, arguments.email, cause=by_console("recipient remove"), now=clock()())
    left = ", ".join(row.email for row in recipients(EVERYTHING, partner.id)) or "the partner's own address"
    sys.stdout.write(f"mails about the billing of {partner.name} go to {left}\n")
    return 0


COMMAND = Command(
    help="let somebody get a partner's mails about billing no longer",
    example='pleamar recipient remove ana@northwind.example --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
