"""The alerts that partners set on their use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pleamar.models import Partner, UsageAlert
from pleamar.queries.partners import find_partner, standing
from pleamar.queries.scopes import Scope
from pleamar.rules.money import Money


@dataclass(frozen=True, slots=True)
class AlertRow:
    """`threshold` is in seats, minor units or percent, by `kind`; `amount` is it as money, for an amount.

    `told`: it has spoken in the running cycle.
    """

    partner: str
    public_id: str
    kind: str
    threshold: int
    amount: Money | None
    told: bool
    created_at: datetime


def alerts(scope: Scope, partner_name: str | None = None, *, now: datetime) -> list[AlertRow]:
    """The alerts in scope, or one partner's, by partner, kind and threshold. Refuses `partner_unknown`."""
    rows = scope.rows(UsageAlert)
    if partner_name is not None:
        rows = rows.filter(partner_id=find_partner(scope, partner_name).id)
    ids = set(rows.values_list("partner_id", flat=True))
    partners = scope.rows(Partner).filter(pk__in=ids).select_related("meter").in_bulk()
    running = {number: standing(partner, now) for number, partner in partners.items()}
    return sorted(
        (
            AlertRow(
                partner=partners[row.partner_id].name,
                public_id=row.public_id,
                kind=row.kind,
                threshold=row.threshold,
                amount=Money(row.threshold, running[row.partner_id].currency) if row.kind == "amount" else None,
                told=row.told_cycle >= running[row.partner_id].meter.index,
                created_at=row.created_at,
            )
            for row in rows
        ),
        key=lambda row: (row.partner, row.kind, row.threshold),
    )


def running_currency(scope: Scope, partner_id: int, *, now: datetime) -> str:
    """The currency of the partner's running cycle: the one that an alert on its amount is in."""
    return standing(scope.rows(Partner).select_related("meter").get(pk=partner_id), now).currency
