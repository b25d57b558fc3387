"""Load a price book's next version (rule M9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from pleamar.actions.record_act import record_act
from pleamar.models import Partner, PriceAnnouncement, PriceBook, PriceTier, PriceVersion
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.queries.price_effects import PriceEffects, price_effects
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.settings import current_settings
from pleamar.rules import prices
from pleamar.rules.causes import Cause
from pleamar.rules.currencies import checked_currency
from pleamar.rules.price_changes import earliest_date
from pleamar.rules.prices import Mode, TierRow, checked_tiers
from pleamar.rules.refusals import Refused

# Of two versions with the same date the higher id holds; one that is not written down yet has the highest.
_UNWRITTEN: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class NewPrices:
    """A table as it is to be loaded: the currency's list, or (`partner_id`) the book agreed with a partner."""

    tiers: tuple[TierRow, ...]
    currency: str
    valid_from: date
    partner_id: int | None = None
    mode: Mode = "volume"
    capped: bool = False


@dataclass(frozen=True, slots=True)
class LoadingPrices:
    """What loading a table does: the cycles it prices, and for how many partners it may be dearer too soon.

    `first` is the first of them by name, and `earliest` the first date from which it would be so for none: "" and None
    where there are none.
    """

    version: prices.PriceVersion
    effects: PriceEffects
    too_soon: int
    first: str
    earliest: date | None
    notice_days: int


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
    short_notice: bool = False,
    jobs: Jobs = NOBODY,
) -> PriceVersion:
    """The new version of the currency's list book, or of the one agreed with a partner.

    It is in force for cycles that start on `valid_from` or later; what is closed stays as it was priced. A version is
    never edited: another one of the same date refuses `price_version_exists`; tiers that cannot be read as a table
    refuse what `checked_tiers` does.

    Who may have to pay more is told in time: where it costs more at some number of seats that a cycle can still have,
    and the cycle starts within the notice that is set, or has begun, it refuses `price_rise_too_soon` with the earliest
    date, unless at `short_notice` with a reason in the cause (else `short_notice_needs_reason`). A cycle that has begun
    can have its present peak and any more; one to come, any number. Partners in shadow, and those that never had a
    seat, are not asked. Prices that are nowhere higher are never refused.
    """
    new = NewPrices(tuple(tiers), currency, valid_from, partner_id, mode, capped)
    with transaction.atomic():
        checked = _as_rule(new)
        partner = None if partner_id is None else Partner.unscoped.get(pk=partner_id)
        book, _ = PriceBook.unscoped.get_or_create(currency=checked.currency, partner=partner)
        PriceBook.unscoped.select_for_update().get(pk=book.pk)
        loading = preview_prices(new, now=now)
        if loading.too_soon:
            _refuse_surprise(loading, cause, short_notice=short_notice)
        version = _written(book, checked, now)
        _settle_untold(version, loading, now)
        told = {"short_notice_for": loading.too_soon} if loading.too_soon else {}
        record_act(
            "load prices",
            version.public_id,
            cause=cause,
            at=now,
            partner_id=partner_id,
            currency=checked.currency,
            valid_from=valid_from.isoformat(),
            **told,
        )
        jobs.wake("announce_prices")
        return version


def preview_prices(new: NewPrices, *, now: datetime) -> LoadingPrices:
    """What loading the table would do; nothing is written. Refuses as `load_prices` does, but for rises too soon."""
    version, days = _as_rule(new), current_settings().price_notice_days
    book = Q(book__partner__isnull=True) if new.partner_id is None else Q(book__partner_id=new.partner_id)
    if PriceVersion.unscoped.filter(book, book__currency=version.currency, valid_from=new.valid_from).exists():
        raise Refused("price_version_exists", currency=version.currency, date=new.valid_from.isoformat())
    found = price_effects(EVERYTHING, version, partner_id=new.partner_id, now=now)
    until = now + timedelta(days=days)
    surprised = found.surprised(until)
    first = surprised[0].name if surprised else ""
    return LoadingPrices(version, found, len(surprised), first, earliest_date(surprised, until), days)


def _as_rule(new: NewPrices) -> prices.PriceVersion:
    checked = checked_tiers(new.tiers)
    return prices.PriceVersion(
        _UNWRITTEN, checked_currency(new.currency), new.valid_from, new.mode, new.capped, checked
    )


def _refuse_surprise(loading: LoadingPrices, cause: Cause, *, short_notice: bool) -> None:
    if short_notice and cause.reason.strip():
        return
    if short_notice:
        raise Refused("short_notice_needs_reason", count=loading.too_soon)
    raise Refused(
        "price_rise_too_soon",
        count=loading.too_soon,
        partner=loading.first,
        days=loading.notice_days,
        earliest=loading.earliest.isoformat() if loading.earliest else "",
    )


def _written(book: PriceBook, checked: prices.PriceVersion, now: datetime) -> PriceVersion:
    version = PriceVersion.unscoped.create(
        book=book,
        partner=book.partner,
        valid_from=checked.valid_from,
        mode=checked.mode,
        capped=checked.capped,
        created_at=now,
    )
    PriceTier.unscoped.bulk_create(
        PriceTier(version=version, partner=book.partner, minimum=tier.minimum, unit_price=tier.unit_price)
        for tier in checked.tiers
    )
    return version


def _settle_untold(version: PriceVersion, loading: LoadingPrices, now: datetime) -> None:
    """Whoever had no seat yet when a cycle that it is in was re-priced is not told of it, once it has some."""
    partners = loading.effects.partners
    begun = {
        row.partner_id
        for row in loading.effects.rows
        if row.may_rise and row.cycle_start < now and not row.shadow and not partners[row.partner_id].had_seats
    }
    PriceAnnouncement.unscoped.bulk_create(
        PriceAnnouncement(partner_id=partner_id, version=version, settled_at=now) for partner_id in sorted(begun)
    )
