"""`pleamar account reopen`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.reopen_account import reopen_account
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.confirming import confirmed, yes_argument
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.effects import effect_lines
from pleamar.entrypoints.commands.of_account import name_arguments, named_account, reason_argument
from pleamar.queries.account_effects import account_effects
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    name_arguments(parser)
    reason_argument(parser)
    yes_argument(parser)


def _run(arguments: Namespace) -> int:
    account, now = named_account(arguments), clock()
    told = account_effects(EVERYTHING, account.id, "reopen", now=now())
    if told.seats:
        counts = f"{told.account}: {counted(told.seats, 'active member')} counted again, for the whole cycle."
        confirmed(arguments, [counts, *effect_lines(arguments.partner, told.money)])
    cause = by_console("account reopen", reason=arguments.reason)
    change = reopen_account(account.partner_id, account.id, cause=cause, clock=now)
    sys.stdout.write(
        f"{account.name} is open. {arguments.partner}: {change.seats_before:,} → "
        f"{counted(change.seats_after, 'seat')}, peak {change.peak:,}.\n"
    )
    return 0


COMMAND = Command(
    help="reopen a closed account as what it was; a live one counts from now on",
    example='pleamar account reopen "Contoso" --partner "Northwind IT" --yes',
    arguments=_arguments,
    run=_run,
)
