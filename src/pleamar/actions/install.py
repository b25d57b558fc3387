"""Make a fresh database an installation: its mode, its first seller, the shipped price books."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db import transaction

from pleamar.actions.record_act import record_act
from pleamar.models import Installation, PriceBook, PriceTier, PriceVersion, Seller
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused
from pleamar.rules.shipped_prices import MONTHLY

Mode = Literal["sandbox", "live"]


def install(mode: Mode, *, seller: str, cause: Cause, now: datetime) -> Installation:
    """The installation, made if there is none. An existing one of the other mode refuses `installation_mode_is_set`."""
    with transaction.atomic():
        installation, is_new = Installation.objects.get_or_create(id=1, defaults={"mode": mode, "created_at": now})
        if installation.mode != mode:
            raise Refused("installation_mode_is_set", mode=installation.mode)
        if is_new:
            Seller.objects.create(name=seller, is_default=True)
            for currency in MONTHLY:
                _ship(currency, now)
            record_act("install", mode, cause=cause, at=now)
        return installation


def _ship(currency: str, now: datetime) -> None:
    book = PriceBook.unscoped.create(currency=currency)
    version = PriceVersion.unscoped.create(book=book, mode="volume", created_at=now)
    PriceTier.unscoped.bulk_create(
        PriceTier(version=version, minimum=tier.minimum, unit_price=tier.unit_price) for tier in MONTHLY[currency]
    )
