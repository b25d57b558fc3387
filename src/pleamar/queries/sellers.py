"""Who sells."""

from __future__ import annotations

from pleamar.models import Partner, Seller
from pleamar.queries.scopes import Scope


def seller_of(scope: Scope, partner_id: int) -> str:
    """The name of the seller that bills this partner."""
    name: str = scope.rows(Partner).select_related("seller").get(pk=partner_id).seller.name
    return name


def default_seller(scope: Scope) -> str:
    """The name of the seller that partners have by default; sellers are the installation's, the same in every scope."""
    del scope
    return Seller.objects.get(is_default=True).name
