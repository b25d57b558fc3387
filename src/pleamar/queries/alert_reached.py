"""Whether an alert has something to say at once: what it watches is there already, and it has not spoken of it."""

from __future__ import annotations

from datetime import datetime

from pleamar.models import Cycle, Partner, UsageAlert
from pleamar.queries.partners import standing
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import Scope
from pleamar.rules.alerts import grown_percent
from pleamar.rules.cycles import local_date
from pleamar.rules.money import Money
from pleamar.rules.prices import price


def reached_untold(scope: Scope, partner_id: int, alert_id: int, *, now: datetime) -> int | Money | None:
    """The running cycle's peak, or its amount so far for an alert of an amount; None where nothing is to be told."""
    alert = scope.rows(UsageAlert).filter(partner_id=partner_id, pk=alert_id).first()
    stands = standing(scope.rows(Partner).select_related("meter").get(pk=partner_id), now)
    meter = stands.meter
    if alert is None or stands.ended or alert.told_cycle >= meter.index:
        return None
    if alert.kind == "seats":
        return meter.peak if meter.peak >= alert.threshold else None
    if alert.kind == "growth":
        before = scope.rows(Cycle).filter(partner_id=partner_id, index=meter.index - 1).first()
        grown = grown_percent(before.peak, meter.peak) if before else None
        return meter.peak if grown is not None and grown >= alert.threshold else None
    if alert.currency != stands.currency or not meter.peak:
        return None
    books, day = price_books(scope, [partner_id]), local_date(meter.starts_at, stands.timezone)
    version = books.applicable(partner_id, stands.currency, day)
    total = price(version, meter.peak).total if version else None
    return total if total is not None and total.minor >= alert.threshold else None
