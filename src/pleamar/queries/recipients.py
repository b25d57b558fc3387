"""Who gets a partner's mails about billing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pleamar.models import BillingRecipient, Partner
from pleamar.queries.scopes import Scope


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """A recipient; `language` is the partner's where the recipient has none of its own."""

    partner: str
    email: str
    name: str
    language: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """Where a partner is told of its bills if it names nobody; `email` may be empty."""

    email: str
    language: str


def own_address(scope: Scope, partner_id: int) -> OwnAddress:
    """The partner's."""
    partner = scope.rows(Partner).get(pk=partner_id)
    return OwnAddress(partner.email, partner.language)


def recipients(scope: Scope, partner_id: int | None = None) -> list[RecipientRow]:
    """The recipients in scope, or one partner's, by partner and address. A partner without any is told itself."""
    found = scope.rows(BillingRecipient).select_related("partner").order_by("partner__name", "email")
    if partner_id is not None:
        found = found.filter(partner_id=partner_id)
    return [
        RecipientRow(one.partner.name, one.email, one.name, one.language or one.partner.language, one.added_at)
        for one in found
    ]
