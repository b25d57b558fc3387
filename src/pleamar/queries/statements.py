"""A partner's statements: one a closed cycle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pleamar.models import Statement
from pleamar.queries.partners import find_partner
from pleamar.queries.scopes import Scope
from pleamar.rules.money import Money


@dataclass(frozen=True, slots=True)
class StatementRow:
    """What a closed cycle costs, before tax. `unit_price` is None for graduated prices, which have several."""

    cycle_start: datetime
    cycle_end: datetime
    peak: int
    peak_at: datetime
    unit_price: Decimal | None
    currency: str
    net: Money
    shadow: bool


def statements(scope: Scope, partner_name: str) -> list[StatementRow]:
    """The partner's statements, oldest cycle first. Refuses `partner_unknown`."""
    partner = find_partner(scope, partner_name)
    found = scope.rows(Statement).filter(cycle__partner_id=partner.id).select_related("cycle").order_by("cycle__index")
    return [
        StatementRow(
            cycle_start=statement.cycle.starts_at,
            cycle_end=statement.cycle.ends_at,
            peak=statement.quantity,
            peak_at=statement.cycle.peak_at,
            unit_price=statement.unit_price,
            currency=statement.currency,
            net=Money(statement.net, statement.currency),
            shadow=statement.shadow,
        )
        for statement in found
    ]
