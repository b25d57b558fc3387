"""Set an alert on a partner's use: told once a cycle, when the peak reaches it (rule M12)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.models import Partner, UsageAlert
from pleamar.rules.alerts import MOST_ALERTS, AlertKind, checked_threshold
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def set_alert(partner_id: int, kind: AlertKind, threshold: int, *, cause: Cause, now: datetime) -> UsageAlert:
    """The alert; one that is already set is left as it is.

    `threshold`: seats of the peak; minor units, in the currency of the cycle, of the net amount of the peak; or percent
    of growth of the peak over the last cycle's. What is reached already is told too, at the next look. Refuses
    `alert_kind_unknown`, `alert_threshold_out_of_range` and `alerts_too_many`.
    """
    checked_threshold(kind, threshold)
    with transaction.atomic():
        lock_meter(partner_id)
        partner = Partner.unscoped.get(pk=partner_id)
        alerts = UsageAlert.unscoped.filter(partner=partner)
        found = alerts.filter(kind=kind, threshold=threshold).first()
        if found is not None:
            return found
        if alerts.count() >= MOST_ALERTS:
            raise Refused("alerts_too_many", partner=partner.name, most=MOST_ALERTS)
        alert = UsageAlert.unscoped.create(partner=partner, kind=kind, threshold=threshold, created_at=now)
        facts = {"kind": kind, "threshold": threshold}
        record_act("set alert", alert.public_id, cause=cause, at=now, partner_id=partner_id, **facts)
        return alert
