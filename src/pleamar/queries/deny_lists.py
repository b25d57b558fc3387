"""A partner's deny lists, customer by customer (rule M19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, IntegerField, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Lower

from pleamar.models import Account, DenyEntry
from pleamar.queries.deny_list import DenyRow
from pleamar.queries.scopes import Scope


@dataclass(frozen=True, slots=True)
class DenyListRow:
    """A customer with the number of entries on its list, and when the last of them was added."""

    customer: str
    customer_id: str
    closed: bool
    entries: int
    last_added: datetime | None


class DenyListsPage(NamedTuple):
    """Customers by name, from `first` on, of `total`."""

    rows: list[DenyListRow]
    total: int


class DenyPage(NamedTuple):
    """Entries of one list by pattern, of `total`."""

    rows: list[DenyRow]
    total: int


def deny_lists(
    scope: Scope, partner_id: int, *, search: str = "", only_used: bool = False, first: int = 0, most: int = 50
) -> DenyListsPage:
    """The partner's open customers and the closed ones with a list, in two queries; `search` is part of the name.

    Where there are none from `first` on, it is the last page of `most` that is given.
    """
    entries = scope.rows(DenyEntry).filter(account_id=OuterRef("pk")).order_by().values("account_id")
    found = (
        scope.rows(Account)
        .filter(partner_id=partner_id, model="monthly")
        .annotate(
            entries=Coalesce(Subquery(entries.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
            last_added=Subquery(entries.annotate(at=Max("added_at")).values("at")),
        )
        .filter(Q(entries__gt=0) if only_used else Q(entries__gt=0) | ~Q(state="closed"))
    )
    if text := _printable(search.strip()):
        found = found.filter(name__icontains=text)
    total = found.count()
    first = min(first, max(total - 1, 0) // most * most)
    rows = found.order_by(Lower("name"), "pk")[first : first + most]
    return DenyListsPage(
        [
            DenyListRow(
                account.name,
                account.public_id,
                account.state == "closed",
                vars(account)["entries"],
                vars(account)["last_added"],
            )
            for account in rows
        ],
        total,
    )


def deny_page(scope: Scope, account_id: int, *, search: str = "", first: int = 0, most: int = 50) -> DenyPage:
    """A page of the account's list, in two queries; `search` is part of a pattern or of a reason."""
    found = scope.rows(DenyEntry).filter(account_id=account_id)
    if text := _printable(search.strip()):
        found = found.filter(Q(pattern__contains=text.casefold()) | Q(reason__icontains=text))
    total = found.count()
    first = min(first, max(total - 1, 0) // most * most)
    rows = found.order_by("pattern")[first : first + most]
    return DenyPage(
        [DenyRow(row.public_id, row.pattern, row.reason, row.added_at, row.added_by) for row in rows], total
    )


def _printable(text: str) -> str:
    """Without what no row holds and no database takes: null characters, halves of a character."""
    return "".join(character for character in text if character.isprintable())
