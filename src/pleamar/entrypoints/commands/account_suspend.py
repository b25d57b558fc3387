"""`pleamar account suspend`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.suspend_account import suspend_account
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.confirming import confirmed, yes_argument
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.effects import effect_lines
from pleamar.entrypoints.commands.of_account import name_arguments, named_account, reason_argument
from pleamar.queries.account_effects import AccountEffects, account_effects
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    name_arguments(parser)
    reason_argument(parser, required=True)
    yes_argument(parser)


def _run(arguments: Namespace) -> int:
    account, now = named_account(arguments), clock()
    told = account_effects(EVERYTHING, account.id, "suspend", now=now())
    lines = [
        f"{told.account}: sign-in blocked, {_billing(told)} ({counted(told.active_members, 'active member')}).",
        *effect_lines(arguments.partner, told.money),
    ]
    confirmed(arguments, lines)
    cause = by_console("account suspend", reason=arguments.reason)
    suspended = suspend_account(account.partner_id, account.id, cause=cause, clock=now)
    sys.stdout.write(f"{suspended.name} is suspended. Reason: {suspended.suspended_because}\n")
    return 0


def _billing(told: AccountEffects) -> str:
    if told.billed:
        return "still billed"
    return "its yearly contract goes on" if told.model == "annual" else "not billed, as before"


COMMAND = Command(
    help="block sign-in for an account's members; they are still billed",
    example='pleamar account suspend "Contoso" --partner "Northwind IT" --reason "their administrator asks" --yes',
    arguments=_arguments,
    run=_run,
)
