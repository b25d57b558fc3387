"""Give a partner another currency or time zone, from its next cycle (rules M8, M26)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import LockedMeter, lock_meter
from pleamar.actions.record_act import record_act
from pleamar.actions.roll_meters import roll_locked
from pleamar.models import Cycle, Invoice, Partner
from pleamar.rules.causes import Cause
from pleamar.rules.currencies import checked_currency
from pleamar.rules.cycles import checked_zone, cycle_end
from pleamar.rules.refusals import Refused


def change_terms(
    partner_id: int, *, cause: Cause, now: datetime, currency: str | None = None, timezone: str | None = None
) -> Partner:
    """The partner with its new terms; the running cycle keeps its own.

    A partner in shadow that is to be invoiced from a cycle to come still is from that very cycle: with another zone its
    `invoiced_from` moves to where that cycle now starts.

    Another currency needs every cycle closed and no invoice open: else refuses `currency_needs_paid_invoices`. Also
    refuses `currency_unknown` and `timezone_unknown`.
    """
    with transaction.atomic():
        standing, _ = roll_locked([lock_meter(partner_id)], now)
        partner = Partner.unscoped.get(pk=partner_id)
        before = _terms(partner)
        if currency is not None and checked_currency(currency) != partner.currency:
            owing = Invoice.unscoped.filter(partner_id=partner_id, state="open").exists()
            if owing or Cycle.unscoped.filter(partner_id=partner_id, closed_at=None).exists():
                raise Refused("currency_needs_paid_invoices", partner=partner.name)
            partner.currency = checked_currency(currency)
        if timezone is not None:
            zone = checked_zone(timezone)
            partner.invoiced_from = _moved(partner, standing[partner_id], zone)
            partner.timezone = zone
        after = _terms(partner)
        if after != before:
            partner.save(update_fields=["currency", "timezone", "invoiced_from"])
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


def _terms(partner: Partner) -> dict[str, str | None]:
    invoiced_from = partner.invoiced_from.isoformat() if partner.invoiced_from else None
    return {"currency": partner.currency, "timezone": partner.timezone, "invoiced_from": invoiced_from}


def _moved(partner: Partner, held: LockedMeter, zone: str) -> datetime | None:
    """The start, in `zone`, of the cycle that `invoiced_from` starts; the next cycle starts at the same instant in any.

    The cycles to come are walked in the zone that the partner still has: `invoiced_from` was reckoned in it.
    """
    wanted: datetime | None = partner.invoiced_from
    index, start = held.meter.index, held.meter.ends_at
    if wanted is None or wanted <= start:
        return wanted
    while start < wanted:
        index += 1
        start = cycle_end(partner.anchor, index, partner.timezone)
    return cycle_end(partner.anchor, index, zone)
