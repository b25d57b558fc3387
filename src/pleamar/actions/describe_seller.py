"""Say who the seller is, as invoices from now on show it; those already issued keep what they say."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.record_act import record_act
from pleamar.models import Seller
from pleamar.rules.causes import Cause
from pleamar.rules.cycles import checked_zone
from pleamar.rules.names import checked_name
from pleamar.rules.parties import PartyDetails, checked_details
from pleamar.rules.seats import checked_email


def describe_seller(
    *,
    cause: Cause,
    now: datetime,
    name: str | None = None,
    details: PartyDetails | None = None,
    email: str | None = None,
    timezone: str | None = None,
) -> Seller:
    """The default seller with what is given changed; None leaves a thing as it is.

    `timezone` is where its issue dates are days. Refuses `name_invalid`, `country_invalid`, `detail_invalid`,
    `email_invalid` and `timezone_unknown`.
    """
    with transaction.atomic():
        seller = Seller.objects.select_for_update().get(is_default=True)
        before = _facts(seller)
        if name is not None:
            seller.name = checked_name(name)
        if details is not None:
            checked = checked_details(details)
            seller.address, seller.country, seller.tax_id = checked.address, checked.country, checked.tax_id
        if email is not None:
            seller.email = checked_email(email) if email else ""
        if timezone is not None:
            seller.timezone = checked_zone(timezone)
        if _facts(seller) != before:
            seller.save()
            record_act("describe seller", seller.public_id, cause=cause, at=now, before=before, after=_facts(seller))
        return seller


def _facts(seller: Seller) -> dict[str, str]:
    return {
        "name": seller.name,
        "address": seller.address,
        "country": seller.country,
        "tax_id": seller.tax_id,
        "email": seller.email,
        "timezone": seller.timezone,
    }
