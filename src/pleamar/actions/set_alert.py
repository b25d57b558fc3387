"""Set an alert on a partner's use: told once a cycle, when the peak reaches it (rule M12)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.models import Partner, UsageAlert
from pleamar.queries.alerts import meant_currency
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.alerts import MOST_ALERTS, AlertKind, checked_threshold
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def set_alert(
    partner_id: int, kind: AlertKind, threshold: int, *, cause: Cause, now: datetime, currency: str | None = None
) -> UsageAlert:
    """The alert; one that is already set is left as it is.

    `threshold`: seats of the peak; minor units of the net amount of the peak; or percent of growth of the peak over the
    last cycle's. An amount is in `currency`, by default the running cycle's, and silent in a cycle of another. What is
    reached already is told too, at the next look. Refuses `alert_kind_unknown`, `alert_threshold_out_of_range`,
    `alerts_too_many` and `currency_unknown`.
    """
    checked_threshold(kind, threshold)
    with transaction.atomic():
        lock_meter(partner_id)
        partner = Partner.unscoped.get(pk=partner_id)
        meant = meant_currency(EVERYTHING, partner_id, kind, currency, now=now)
        alerts = UsageAlert.unscoped.filter(partner=partner)
        found = alerts.filter(kind=kind, threshold=threshold, currency=meant).first()
        if found is not None:
            return found
        if alerts.count() >= MOST_ALERTS:
            raise Refused("alerts_too_many", partner=partner.name, most=MOST_ALERTS)
        alert = UsageAlert.unscoped.create(
            partner=partner, kind=kind, threshold=threshold, currency=meant, created_at=now
        )
        facts = {"kind": kind, "threshold": threshold, "currency": meant}
        record_act("set alert", alert.public_id, cause=cause, at=now, partner_id=partner_id, **facts)
        return alert
