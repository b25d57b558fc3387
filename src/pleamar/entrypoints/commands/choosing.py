"""Commands on many members: named by their addresses, or all whom a filter means and somebody has counted."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import whole_number
from pleamar.queries.members import MemberFilter
from pleamar.rules.refusals import Refused


def filter_arguments(parser: ArgumentParser) -> None:
    """`--search T`, `--domain D`."""
    parser.add_argument("--search", default="", metavar="T", help="part of the address or of the name")
    parser.add_argument("--domain", default="", metavar="D", help="what is behind the @")


def choosing_arguments(parser: ArgumentParser) -> None:
    """`[EMAIL …]`, or a filter with `--confirm N`."""
    parser.add_argument("emails", metavar="EMAIL", nargs="*")
    filter_arguments(parser)
    parser.add_argument("--everybody", action="store_true", help="all of the account, in place of addresses")
    parser.add_argument("--confirm", type=whole_number, metavar="N", help="with a filter: yes, it means N users")


def chosen(arguments: Namespace, account_id: int, *, active: bool) -> MemberFilter | None:
    """The filter that was typed, of members who are `active` now or not; None if addresses were typed.

    Refuses `members_unsaid` where it is none or more than one of addresses, a filter and everybody.
    """
    filtered = bool(arguments.search or arguments.domain)
    if [filtered, arguments.everybody, bool(arguments.emails)].count(True) != 1:
        raise Refused("members_unsaid")
    if arguments.emails:
        return None
    return MemberFilter(account_id, active=active, search=arguments.search, domain=arguments.domain)


def confirmed_count(arguments: Namespace, count: int) -> int:
    """The number that was confirmed. Refuses `members_nobody` where nobody is meant, and `members_unconfirmed`."""
    if not count:
        raise Refused("members_nobody")
    if arguments.confirm is None:
        raise Refused("members_unconfirmed", count=count)
    number: int = arguments.confirm
    return number
