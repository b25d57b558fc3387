"""What a partner calls its customers in its own books."""

from __future__ import annotations

from pleamar.models import ResaleTerms
from pleamar.queries.scopes import Scope


def resale_references(scope: Scope, partner_id: int) -> dict[int, str]:
    """Account id → the partner's own reference for it, of those that have one; one query."""
    found = scope.rows(ResaleTerms).filter(partner_id=partner_id).exclude(reference="")
    return dict(found.values_list("account_id", "reference"))
