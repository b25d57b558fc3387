"""Give a partner another currency or time zone, from its next cycle (rules M8, M26)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.actions.roll_meters import roll_locked
from pleamar.models import Cycle, Invoice, Partner
from pleamar.rules.causes import Cause
from pleamar.rules.currencies import checked_currency
from pleamar.rules.cycles import checked_zone
from pleamar.rules.refusals import Refused


def change_terms(
    partner_id: int, *, cause: Cause, now: datetime, currency: str | None = None, timezone: str | None = None
) -> Partner:
    """The partner with its new terms; the running cycle keeps its own.

    Another currency needs every cycle closed and no invoice open: else refuses `currency_needs_paid_invoices`. Also
    refuses `currency_unknown` and `timezone_unknown`.
    """
    with transaction.atomic():
        roll_locked([lock_meter(partner_id)], now)
        partner = Partner.unscoped.get(pk=partner_id)
        before = {"currency": partner.currency, "timezone": partner.timezone}
        if currency is not None and checked_currency(currency) != partner.currency:
            owing = Invoice.unscoped.filter(partner_id=partner_id, state="open").exists()
            if owing or Cycle.unscoped.filter(partner_id=partner_id, closed_at=None).exists():
                raise Refused("currency_needs_paid_invoices", partner=partner.name)
            partner.currency = checked_currency(currency)
        if timezone is not None:
            partner.timezone = checked_zone(timezone)
        after = {"currency": partner.currency, "timezone": partner.timezone}
        if after != before:
            partner.save(update_fields=["currency", "timezone"])
            record_act(
                "change terms",
                partner.public_id,
                cause=cause,
                at=now,
                partner_id=partner_id,
                before=before,
                after=after,
            )
        return partner
