"""Load a price book's next version (rule M9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from pleamar.actions.record_act import record_act
from pleamar.models import Partner, PriceBook, PriceTier, PriceVersion
from pleamar.rules.causes import Cause
from pleamar.rules.currencies import checked_currency
from pleamar.rules.prices import Mode, TierRow, checked_tiers
from pleamar.rules.refusals import Refused


def load_prices(
    tiers: Iterable[TierRow],
    *,
    currency: str,
    valid_from: date,
    cause: Cause,
    now: datetime,
    partner_id: int | None = None,
    mode: Mode = "volume",
    capped: bool = False,
) -> PriceVersion:
    """The new version of the currency's list book, or of the one agreed with a partner.

    It is in force for cycles that start on `valid_from` or later; what is closed stays as it was priced. A version is
    never edited: another one of the same date refuses `price_version_exists`; tiers that cannot be read as a table
    refuse what `checked_tiers` does.
    """
    currency, checked = checked_currency(currency), checked_tiers(tiers)
    with transaction.atomic():
        partner = None if partner_id is None else Partner.unscoped.get(pk=partner_id)
        book, _ = PriceBook.unscoped.get_or_create(currency=currency, partner=partner)
        PriceBook.unscoped.select_for_update().get(pk=book.pk)
        if PriceVersion.unscoped.filter(book=book, valid_from=valid_from).exists():
            raise Refused("price_version_exists", currency=currency, date=valid_from.isoformat())
        version = PriceVersion.unscoped.create(
            book=book, partner=partner, valid_from=valid_from, mode=mode, capped=capped, created_at=now
        )
        PriceTier.unscoped.bulk_create(
            PriceTier(version=version, partner=partner, minimum=tier.minimum, unit_price=tier.unit_price)
            for tier in checked
        )
        record_act(
            "load prices",
            version.public_id,
            cause=cause,
            at=now,
            partner_id=partner_id,
            currency=currency,
            valid_from=valid_from.isoformat(),
        )
        return version
