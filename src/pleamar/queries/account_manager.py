"""Whom of the vendor a partner turns to (rule M24)."""

from __future__ import annotations

from dataclasses import dataclass

from pleamar.models import Partner
from pleamar.queries.scopes import Scope


@dataclass(frozen=True, slots=True)
class AccountManager:
    """The vendor's person for a partner and how they are reached; any of it may be empty.

    `seller` and `seller_email` are there for a partner that has nobody named.
    """

    name: str
    contact: str
    seller: str
    seller_email: str

    @property
    def reached_at(self) -> str:
        """The address, number or whatever else is known."""
        return self.contact or self.seller_email


def account_manager(scope: Scope, partner_id: int) -> AccountManager:
    """The partner's. One query."""
    partner = scope.rows(Partner).select_related("seller").get(pk=partner_id)
    seller = partner.seller
    return AccountManager(partner.manager_name, partner.manager_contact, seller.name, seller.email)
