"""What a partner has in its favour, and which invoices took of it (rule M16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pleamar.models import InvoiceCredit, PartnerCredit
from pleamar.queries.scopes import Scope
from pleamar.rules.money import Money


@dataclass(frozen=True, slots=True)
class CreditUsed:
    """So much of the credit went to an invoice."""

    at: datetime
    invoice: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Credit:
    """What is left, by currency, and where it went last, the newest first."""

    left: tuple[Money, ...]
    used: tuple[CreditUsed, ...]


def partner_credit(scope: Scope, partner_id: int, *, most: int) -> Credit:
    """The partner's credit with its last `most` uses, in two queries."""
    balances = scope.rows(PartnerCredit).filter(partner_id=partner_id, balance__gt=0).order_by("currency")
    used = scope.rows(InvoiceCredit).filter(partner_id=partner_id, source="partner_credit")
    return Credit(
        tuple(Money(one.balance, one.currency) for one in balances),
        tuple(
            CreditUsed(one.applied_at, one.invoice.number, Money(one.amount, one.invoice.currency))
            for one in used.select_related("invoice").order_by("-applied_at", "-pk")[:most]
        ),
    )
