"""`pleamar account limit`: how many users a customer may have."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.set_member_limit import MemberLimit, set_member_limit
from pleamar.entrypoints.commands.command import Command, by_console, whole_number
from pleamar.entrypoints.commands.counting import counted
from pleamar.queries.partners import find_account, find_partner
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


def _run(arguments: Namespace) -> int:
    partner = find_partner(EVERYTHING, arguments.partner)
    account = find_account(EVERYTHING, partner.id, arguments.name)
    done = set_member_limit(
        partner.id,
        account.id,
        arguments.limit,
        cause=by_console("account limit", reason=arguments.reason),
        clock=clock(),
        deactivate=arguments.deactivate,
        preview=arguments.preview,
        by_staff=True,
    )
    limit = "no limit on active users" if done.after is None else f"at most {counted(done.after, 'active user')}"
    sys.stdout.write(f"{_prefix(done)}{account.name}: {limit}.\n")
    if done.change is not None:
        change = done.change
        sys.stdout.write(
            f"{counted(change.deactivated, 'user')} made inactive. {partner.name}: {change.seats_before:,} → "
            f"{counted(change.seats_after, 'seat')}, peak {change.peak:,}.\n"
        )
    sys.stdout.writelines(f"made inactive, the account's limit is lower: {email}\n" for email in done.leaving)
    return 0


def _prefix(done: MemberLimit) -> str:
    return "Preview, nothing was changed: " if done.preview else ""


COMMAND = Command(
    help="limit how many active users a customer may have",
    example='pleamar account limit "Contoso" 100 --partner "Northwind IT" --preview',
    arguments=_arguments,
    run=_run,
)
