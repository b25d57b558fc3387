"""Who sells."""

from __future__ import annotations

from pleamar.models import Partner
from pleamar.queries.scopes import Scope


def seller_of(scope: Scope, partner_id: int) -> str:
    """The name of the seller that bills this partner."""
    name: str = scope.rows(Partner).select_related("seller").get(pk=partner_id).seller.name
    return name
