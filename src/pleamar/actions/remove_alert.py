"""Remove an alert on a partner's use."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.models import Partner, UsageAlert
from pleamar.queries.alerts import meant_currency
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.alerts import AlertKind
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def remove_alert(
    partner_id: int, kind: AlertKind, threshold: int, *, cause: Cause, now: datetime, currency: str | None = None
) -> None:
    """The partner's alert of that kind and threshold is no more; an amount's is in `currency`, by default the running
    cycle's. Refuses `alert_unknown` and `currency_unknown`.
    """
    with transaction.atomic():
        lock_meter(partner_id)
        meant = meant_currency(EVERYTHING, partner_id, kind, currency, now=now)
        alerts = UsageAlert.unscoped.filter(partner_id=partner_id, kind=kind)
        alert = alerts.filter(threshold=threshold, currency=meant).first()
        if alert is None:
            raise Refused("alert_unknown", partner=Partner.unscoped.get(pk=partner_id).name)
        subject = alert.public_id
        alert.delete()
        facts = {"kind": kind, "threshold": threshold, "currency": meant}
        record_act("remove alert", subject, cause=cause, at=now, partner_id=partner_id, **facts)
