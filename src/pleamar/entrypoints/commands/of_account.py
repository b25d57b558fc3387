"""Commands on one account of a partner: how it is named, and what a change of its seats is told as."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from pleamar.actions.change_seats import SeatChange
from pleamar.entrypoints.commands.counting import counted
from pleamar.queries.partners import FoundAccount, find_account, find_partner
from pleamar.queries.scopes import EVERYTHING


def account_arguments(parser: ArgumentParser) -> None:
    """`--account A --partner P`."""
    parser.add_argument("--account", required=True, metavar="A")
    parser.add_argument("--partner", required=True, metavar="P")


def name_arguments(parser: ArgumentParser) -> None:
    """`NAME --partner P`, for commands whose object is the account."""
    parser.add_argument("account", metavar="NAME")
    parser.add_argument("--partner", required=True, metavar="P")


def reason_argument(parser: ArgumentParser, *, required: bool = False) -> None:
    """`--reason R`."""
    parser.add_argument("--reason", required=required, default="", metavar="R", help="why; it is kept")


def named_account(arguments: Namespace) -> FoundAccount:
    """The account that is named. Refuses `partner_unknown` and `account_unknown`."""
    partner = find_partner(EVERYTHING, arguments.partner)
    return find_account(EVERYTHING, partner.id, arguments.account)


def change_lines(arguments: Namespace, change: SeatChange) -> Iterator[str]:
    """What was done to the members, what the partner's count is by it, and who was left as they were."""
    yield (
        f"{arguments.account}: {change.activated:,} made active, {change.deactivated:,} made inactive. "
        f"{arguments.partner}: {change.seats_before:,} → {counted(change.seats_after, 'seat')}, peak {change.peak:,}."
    )
    yield from left_inactive(change)


def left_inactive(change: SeatChange) -> Iterator[str]:
    """Whom the deny list or the limit kept from being active, and who stays inactive when billing is resumed."""
    for _, email in change.denied:
        yield f"not made active, on the deny list: {email}"
    for _, email in change.over_limit:
        yield f"not made active, the account's limit is reached: {email}"
    for _, email in change.kept_out:
        yield f"stays inactive when billing is resumed: {email}"
