"""`pleamar account resume-billing`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from functools import partial

from pleamar.actions.resume_billing import BillingResumed, resume_billing
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.entrypoints.commands.confirming import confirmed, yes_argument
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.effects import effect_lines
from pleamar.entrypoints.commands.of_account import (
    change_lines,
    left_inactive,
    name_arguments,
    named_account,
    reason_argument,
)
from pleamar.queries.account_effects import members_effects
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _arguments(parser: ArgumentParser) -> None:
    name_arguments(parser)
    reason_argument(parser)
    yes_argument(parser)


def _run(arguments: Namespace) -> int:
    account, now = named_account(arguments), clock()
    cause = by_console("account resume-billing", reason=arguments.reason)
    resume = partial(resume_billing, account.partner_id, account.id, cause=cause, clock=now)
    would = resume(preview=True)
    money = members_effects(EVERYTHING, account.partner_id, {account.id: would.change.activated}, now=now())
    lines = [
        f"{account.name}: {counted(would.change.activated, 'member')} active again.",
        *_left_out(would),
        *effect_lines(arguments.partner, money),
    ]
    confirmed(arguments, lines)
    done = resume()
    sys.stdout.writelines(f"{line}\n" for line in (*change_lines(arguments, done.change), *_gone(done)))
    return 0


def _left_out(resumed: BillingResumed) -> Iterator[str]:
    """Who was active when billing was stopped and is not made so again."""
    yield from left_inactive(resumed.change)
    yield from _gone(resumed)


def _gone(resumed: BillingResumed) -> Iterator[str]:
    for email in resumed.kept_out:
        yield f"not made active, made inactive since billing was stopped: {email}"
    for email in resumed.gone:
        yield f"not made active, no longer in the account: {email}"


COMMAND = Command(
    help="make exactly those active again who were when an account's billing was stopped",
    example='pleamar account resume-billing "Contoso" --partner "Northwind IT" --yes',
    arguments=_arguments,
    run=_run,
)
