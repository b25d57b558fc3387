"""`pleamar member move`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from functools import partial

from pleamar.actions.move_members import move_members
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.confirming import confirmed, yes_argument
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.effects import effect_lines
from pleamar.entrypoints.commands.of_account import account_arguments, named_account, reason_argument
from pleamar.queries.account_effects import members_effects
from pleamar.queries.partners import find_account
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("emails", metavar="EMAIL", nargs="+")
    account_arguments(parser)
    parser.add_argument("--to", required=True, metavar="B", help="the partner's other account")
    reason_argument(parser)
    yes_argument(parser)


def _run(arguments: Namespace) -> int:
    source, now = named_account(arguments), clock()
    target = find_account(EVERYTHING, source.partner_id, arguments.to)
    cause = by_console("member move", reason=arguments.reason)
    move = partial(move_members, source.partner_id, source.id, target.id, arguments.emails, cause=cause, clock=now)
    would = move(preview=True)
    moved = {source.id: -would.change.deactivated, target.id: would.change.activated}
    money = members_effects(EVERYTHING, source.partner_id, moved, now=now())
    if not money.changes_nothing:  # out of a trial or a closed account, or into one
        confirmed(arguments, effect_lines(arguments.partner, money))
    done = move()
    sys.stdout.write(
        f"{counted(done.moved, 'member')} moved from {source.name} to {target.name}"
        f"{f', which knew {done.known:,} of them already' if done.known else ''}. "
        f"{arguments.partner}: {done.change.seats_before:,} → {counted(done.change.seats_after, 'seat')}, "
        f"peak {done.change.peak:,}.\n"
    )
    return 0


COMMAND = Command(
    help="move members to another account of the same partner; its count stays level",
    example='pleamar member move ana@contoso.example --account "Contoso" --to "Fabrikam" --partner "Northwind IT"',
    arguments=_arguments,
    run=_run,
)
