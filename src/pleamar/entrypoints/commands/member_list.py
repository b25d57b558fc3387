"""`pleamar member list`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Final

from pleamar.entrypoints.commands.choosing import filter_arguments
from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.of_account import account_arguments, named_account
from pleamar.entrypoints.commands.tables import Value, format_argument, print_rows
from pleamar.queries.members import MemberFilter, MemberRow, members
from pleamar.queries.scopes import EVERYTHING

_COLUMNS = ["email", "name", "id", "external_id", "state", "deny_list", "since", "by", "means", "reference", "reason"]
_PAGE: Final = 1000


def _arguments(parser: ArgumentParser) -> None:
    account_arguments(parser)
    filter_arguments(parser)
    state = parser.add_mutually_exclusive_group()
    state.add_argument("--active", action="store_const", const=True, dest="state", help="only those who are active")
    state.add_argument("--inactive", action="store_const", const=False, dest="state", help="only those who are not")
    parser.add_argument("--denied", action="store_true", default=None, help="only those on the deny list")
    format_argument(parser)


def _run(arguments: Namespace) -> int:
    wanted = MemberFilter(
        named_account(arguments).id, arguments.state, arguments.search, arguments.domain, arguments.denied
    )
    print_rows(_COLUMNS, map(_row, _members(wanted)), arguments.format, untold=["id", "external_id"])
    return 0


def _members(wanted: MemberFilter) -> Iterator[MemberRow]:
    after: str | None = ""
    while after is not None:
        rows, after = members(EVERYTHING, wanted, after=after, most=_PAGE)
        yield from rows


def _row(member: MemberRow) -> dict[str, Value]:
    return {
        "email": member.email,
        "name": member.display_name,
        "id": member.public_id,
        "external_id": member.external_id,
        "state": "active" if member.active else "inactive",
        "deny_list": member.denied,
        "since": member.changed_at,
        "by": member.actor,
        "means": member.means,
        "reference": member.reference,
        "reason": member.reason,
    }


COMMAND = Command(
    help="list an account's members: active or inactive, since when, by whom and why",
    example='pleamar member list --account "Contoso" --partner "Northwind IT" --inactive',
    arguments=_arguments,
    run=_run,
)
