"""`pleamar standing approve`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.approve_suspension import approve_suspension
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.confirming import confirmed, yes_argument
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.standing import StandingRow, standing_of
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("partner", metavar="PARTNER")
    parser.add_argument("--reason", required=True, metavar="R", help="why; it is kept in the audit trail")
    yes_argument(parser)


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    cause, now = by_console("standing approve", reason=arguments.reason), clock()()
    stands = standing_of(EVERYTHING, partner.id, now=now)
    if stands is not None and stands.next_step == "approval":
        confirmed(arguments, _effects(stands))
    approve_suspension(partner.id, cause=cause, now=now)
    sys.stdout.write(f"{partner.name} is suspended. It ends by itself when nothing is overdue any more.\n")
    return 0


def _effects(stands: StandingRow) -> list[str]:
    owed = " + ".join(f"{one.decimal:f} {one.currency}" for one in stands.overdue) or "nothing"
    return [
        f"{stands.partner} is overdue with {owed}, for {stands.days or 0} days.",
        "Nobody of its monthly customers can sign in then; their seats go on counting and are billed all the same.",
        "Its annual customers and its own portal are not touched.",
    ]


COMMAND = Command(
    help="suspend a partner as was proposed: sign-in blocked for its monthly customers, still billed",
    example='pleamar standing approve "Northwind IT" --reason "three calls, no answer" --yes',
    arguments=_arguments,
    run=_run,
)
