"""What an account's administrator is told of who did something: their own people by name, others as the partner."""

from __future__ import annotations

from collections.abc import Sequence

from pleamar.entrypoints.tenant.account_page import MEANS, Keeper
from pleamar.queries.deny_list import DenyRow
from pleamar.queries.members import MemberRow
from pleamar.queries.team import administrators


def told_users(keeper: Keeper, rows: Sequence[MemberRow]) -> list[tuple[MemberRow, str, str]]:
    """Each user, who made them active or inactive, and why; a reason that the partner wrote is not for these eyes."""
    own = _own(keeper)
    return [
        (row, row.actor, row.reason) if row.means == MEANS or row.actor in own else (row, keeper.account.partner, "")
        for row in rows
    ]


def told_entries(keeper: Keeper, rows: Sequence[DenyRow]) -> list[tuple[DenyRow, str]]:
    """Each entry of the deny list, and who put it there."""
    own = _own(keeper)
    return [(row, row.added_by if row.added_by in own else keeper.account.partner) for row in rows]


def _own(keeper: Keeper) -> set[str]:
    return {one.email for one in administrators(keeper.scope, keeper.account.id)}
