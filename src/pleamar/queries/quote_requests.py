"""What a partner asked its account manager to quote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pleamar.models import QuoteRequest
from pleamar.queries.scopes import Scope


@dataclass(frozen=True, slots=True)
class AskedQuote:
    """A request as it was made."""

    public_id: str
    customer: str
    users: int
    message: str
    asked_by: str
    asked_at: datetime


def count_quote_requests(scope: Scope, partner_id: int) -> int:
    """How many the partner made."""
    return scope.rows(QuoteRequest).filter(partner_id=partner_id).count()


def quote_requests(scope: Scope, partner_id: int, *, after: int = 0, most: int = 50) -> list[AskedQuote]:
    """The partner's, newest first, past the first `after`."""
    found = scope.rows(QuoteRequest).filter(partner_id=partner_id).order_by("-asked_at", "-pk")
    return [
        AskedQuote(one.public_id, one.customer, one.members, one.message, one.asked_by, one.asked_at)
        for one in found[after : after + most]
    ]
