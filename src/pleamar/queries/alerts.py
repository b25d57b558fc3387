"""The alerts that partners set on their use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from pleamar.models import Partner, UsageAlert
from pleamar.queries.partners import find_partner, standing
from pleamar.queries.scopes import Scope
from pleamar.rules.alerts import AlertKind
from pleamar.rules.currencies import checked_currency
from pleamar.rules.money import Money


@dataclass(frozen=True, slots=True)
class AlertRow:
    """`threshold` is in seats, minor units or percent, by `kind`; `amount` is it as money, for an amount.

    `told`: it has spoken in the running cycle. `silent`: it cannot, for it is of an amount in another currency.
    """

    partner: str
    public_id: str
    kind: AlertKind
    threshold: int
    amount: Money | None
    told: bool
    silent: bool
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
                kind=cast(AlertKind, row.kind),
                threshold=row.threshold,
                amount=Money(row.threshold, row.currency) if row.currency else None,
                told=row.told_cycle >= running[row.partner_id].meter.index,
                silent=row.currency not in {"", running[row.partner_id].currency},
                created_at=row.created_at,
            )
            for row in rows
        ),
        key=lambda row: (row.partner, row.kind, row.amount.currency if row.amount else "", row.threshold),
    )


def meant_currency(scope: Scope, partner_id: int, kind: str, currency: str | None, *, now: datetime) -> str:
    """What an alert of that kind is in: the currency named or else the running cycle's; "" for what is no amount.

    Refuses `currency_unknown`.
    """
    if kind != "amount":
        return ""
    return checked_currency(currency) if currency else running_currency(scope, partner_id, now=now)


def running_currency(scope: Scope, partner_id: int, *, now: datetime) -> str:
    """The currency of the partner's running cycle."""
    return standing(scope.rows(Partner).select_related("meter").get(pk=partner_id), now).currency
