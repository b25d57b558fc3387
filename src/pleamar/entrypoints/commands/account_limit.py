"""`pleamar account limit`: how many users a customer may have."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from functools import partial

from pleamar.actions.set_member_limit import MemberLimit, set_member_limit
from pleamar.entrypoints.commands.command import Command, by_console, whole_number
from pleamar.entrypoints.commands.confirming import confirmed, yes_argument
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.effects import effect_lines
from pleamar.queries.account_effects import members_effects
from pleamar.queries.partners import FoundAccount, FoundPartner, find_account, find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.wiring.clock import clock


def _number_or_none(text: str) -> int | None:
    return None if text == "none" else whole_number(text)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("limit", metavar="N", type=_number_or_none, help="a number of active users, or `none`")
    parser.add_argument("--partner", required=True, metavar="P")
    parser.add_argument("--preview", action="store_true", help="say who would become inactive, and change nothing")
    parser.add_argument("--deactivate", action="store_true", help="make those inactive who are too many")
    parser.add_argument("--reason", default="", metavar="R", help="why; it is kept with the change")
    yes_argument(parser)


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    account = find_account(EVERYTHING, partner.id, arguments.name)
    limited = partial(
        set_member_limit,
        partner.id,
        account.id,
        arguments.limit,
        cause=by_console("account limit", reason=arguments.reason),
        clock=clock(),
        deactivate=arguments.deactivate,
        by_staff=True,
    )
    if arguments.preview or arguments.deactivate:
        would = limited(preview=True)
        lines = [*_limit_lines(account, would), *_money_lines(partner, account, would)]
        if arguments.preview:
            sys.stdout.writelines(f"{line}\n" for line in ("Preview, nothing was changed.", *lines))
            return 0
        if would.leaving:
            confirmed(arguments, lines)
    done = limited()
    sys.stdout.writelines(f"{line}\n" for line in _limit_lines(account, done))
    if done.change is not None:
        change = done.change
        seats = f"{change.seats_before:,} → {counted(change.seats_after, 'seat')}"
        sys.stdout.write(f"{partner.name}: {seats}, peak {change.peak:,}.\n")
    return 0


def _limit_lines(account: FoundAccount, done: MemberLimit) -> Iterator[str]:
    limit = "no limit on active users" if done.after is None else f"at most {counted(done.after, 'active user')}"
    yield f"{account.name}: {limit}" + (f", {counted(len(done.leaving), 'user')} inactive." if done.leaving else ".")
    yield from (f"inactive, the account's limit is lower: {email}" for email in done.leaving)


def _money_lines(partner: FoundPartner, account: FoundAccount, would: MemberLimit) -> Iterator[str]:
    if would.leaving:
        moved = {account.id: -len(would.leaving)}
        yield from effect_lines(partner.name, members_effects(EVERYTHING, partner.id, moved, now=clock()()))


COMMAND = Command(
    help="limit how many active users a customer may have",
    example='pleamar account limit "Contoso" 100 --partner "Northwind IT" --preview',
    arguments=_arguments,
    run=_run,
)
