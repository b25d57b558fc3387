"""Open a partner: its cycles begin at the moment of its creation (rule M8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from pleamar.actions.record_act import record_act
from pleamar.models import Meter, Partner, Seller
from pleamar.rules.causes import Cause
from pleamar.rules.currencies import checked_currency
from pleamar.rules.cycles import anchor, checked_creation, checked_zone, cycle_end
from pleamar.rules.names import checked_name
from pleamar.rules.parties import NO_DETAILS, PartyDetails, checked_details
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import checked_email


@dataclass(frozen=True, slots=True)
class NewPartner:
    """What is known of a partner when it is opened. Without `shadow` its cycles are invoiced from the first on."""

    name: str
    currency: str
    timezone: str = "UTC"
    email: str = ""
    details: PartyDetails = NO_DETAILS
    shadow: bool = False


def open_partner(new: NewPartner, *, created: datetime, cause: Cause, now: datetime) -> Partner:
    """The partner, in its first cycle, with no seats.

    Refuses `partner_exists` (also if another of that name is opened at the same time), `currency_unknown`,
    `timezone_unknown`, `email_invalid`, `name_invalid`, `country_invalid`, `detail_invalid`, `time_in_future` and
    `time_too_early`.
    """
    name, zone, details = checked_name(new.name), checked_zone(new.timezone), checked_details(new.details)
    created = checked_creation(created, now)
    try:
        with transaction.atomic():
            if Partner.unscoped.filter(name__iexact=name).exists():
                raise Refused("partner_exists", partner=name)
            return _written(replace(new, name=name, timezone=zone, details=details), created, cause, now)
    except IntegrityError as error:
        if _constraint(error) != "partner_name_once":
            raise
        raise Refused("partner_exists", partner=name) from error


def _constraint(error: IntegrityError) -> str | None:
    violation = error.__cause__
    return violation.diag.constraint_name if isinstance(violation, UniqueViolation) else None


def _written(new: NewPartner, created: datetime, cause: Cause, now: datetime) -> Partner:
    partner = Partner.unscoped.create(
        seller=Seller.objects.get(is_default=True),
        name=new.name,
        email=checked_email(new.email) if new.email else "",
        legal_name=new.details.legal_name,
        address=new.details.address,
        country=new.details.country,
        tax_id=new.details.tax_id,
        currency=checked_currency(new.currency),
        timezone=new.timezone,
        created_at=created,
        anchor=anchor(created, new.timezone),
        invoiced_from=None if new.shadow else created,
    )
    Meter.unscoped.create(
        partner=partner,
        starts_at=created,
        ends_at=cycle_end(partner.anchor, 0, partner.timezone),
        timezone=partner.timezone,
        currency=partner.currency,
        peak_at=created,
    )
    record_act("open partner", partner.public_id, cause=cause, at=now, partner_id=partner.pk, name=partner.name)
    return partner
