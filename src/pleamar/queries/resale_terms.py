"""How a partner bills each of its customers, as it has written it down."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from pleamar.models import Account
from pleamar.queries.scopes import Scope
from pleamar.rules.public_ids import from_public
from pleamar.rules.rebill import SellPrice


@dataclass(frozen=True, slots=True)
class ResaleRow:
    """A customer with its terms; what was never written down is empty."""

    account_id: int
    public_id: str
    customer: str
    closed: bool
    reference: str
    product_code: str
    price: SellPrice | None


def resale_terms_count(scope: Scope, partner_id: int, *, search: str = "") -> int:
    """How many customers `resale_terms` lists."""
    return _found(scope, partner_id, search).count()


def resale_terms(
    scope: Scope, partner_id: int, *, search: str = "", first: int = 0, rows: int | None = None
) -> list[ResaleRow]:
    """The monthly customers by name, `rows` of them (None: all) after the first `first`; also those that are closed,
    for what they used before. `search` is part of a name, a reference or a code. One query.
    """
    found = _found(scope, partner_id, search).select_related("resale_terms").order_by("name", "pk")
    return [_row(account) for account in found[first : None if rows is None else first + rows]]


def named_resale_terms(scope: Scope, partner_id: int, public_ids: Collection[str]) -> dict[str, ResaleRow]:
    """Those customers of the partner by their public ids; what is no such id, or another's, is not there."""
    uids = [uid for text in public_ids if (uid := from_public(Account.public_prefix, text)) is not None]
    found = _found(scope, partner_id, "").filter(uid__in=uids).select_related("resale_terms")
    return {account.public_id: _row(account) for account in found}


def _found(scope: Scope, partner_id: int, search: str) -> QuerySet[Account]:
    found = scope.rows(Account).filter(partner_id=partner_id, model="monthly", internal=False)
    if not search:
        return found
    return found.filter(
        Q(name__icontains=search)
        | Q(resale_terms__reference__icontains=search)
        | Q(resale_terms__product_code__icontains=search)
    )


def _row(account: Account) -> ResaleRow:
    terms = getattr(account, "resale_terms", None)
    return ResaleRow(
        account_id=account.pk,
        public_id=account.public_id,
        customer=account.name,
        closed=account.state == "closed",
        reference=terms.reference if terms else "",
        product_code=terms.product_code if terms else "",
        price=SellPrice(terms.unit_price, terms.currency) if terms and terms.unit_price is not None else None,
    )
