"""What a version of a price book changes, for whom and from which cycle on (rule M9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from django.db.models import Exists, OuterRef, Q

from pleamar.models import Cycle, Partner, PriceAnnouncement
from pleamar.models import PriceVersion as WrittenVersion
from pleamar.queries.partners import standing
from pleamar.queries.price_books import Books, price_books
from pleamar.queries.scopes import Scope
from pleamar.queries.settings import current_settings
from pleamar.rules.price_changes import (
    InForce,
    PricedCycle,
    PricedPartner,
    PriceEffect,
    begun_changes,
    coming_change,
    effects,
    is_surprise,
)
from pleamar.rules.prices import PriceVersion

# The longest cycle and a day for time zones: a version dated or written so long ago is no news in any running cycle.
_CYCLE: Final = timedelta(days=33)


@dataclass(frozen=True, slots=True)
class PriceEffects:
    """The cycles that a version prices in place of another, by partner's name and time, and whose they are.

    `before` and `after` are the books without the version and with it.
    """

    version: PriceVersion
    rows: tuple[PriceEffect, ...]
    partners: dict[int, PricedPartner]
    before: Books
    after: Books

    def surprised(self, until: datetime) -> list[PricedPartner]:
        """The partners that it can make dearer for: a cycle that has begun, or that starts before `until`. By name."""
        return [
            partner
            for partner in self.partners.values()
            if is_surprise(partner, self.version, *_in_force(self.version, partner.id, self.before, self.after), until)
        ]


class _News(NamedTuple):
    """A version that may be a rise for somebody who is to be told, and when it was written down.

    `partners` are those whom it may concern and with whom it is not settled: only its own, if it is agreed with one.
    """

    version: PriceVersion
    created_at: datetime
    partners: tuple[PricedPartner, ...]


def price_effects(scope: Scope, version: PriceVersion, *, partner_id: int | None, now: datetime) -> PriceEffects:
    """What `version`, not yet written, changes: in the list (`partner_id` None) or in the book agreed with a partner.

    In a fixed number of queries. Nothing is written.
    """
    only = None if partner_id is None else [partner_id]
    before = price_books(scope, only)
    after = before.with_version(version, partner_id)
    partners = _priced_partners(scope, {version.currency}, now, only)
    rows = [
        row
        for number, partner in partners.items()
        for row in effects(partner, version, *_in_force(version, number, before, after))
    ]
    rows.sort(key=lambda row: (row.partner, row.partner_id, row.cycle_start))
    return PriceEffects(version, tuple(rows), partners, before, after)


def rises_to_tell(scope: Scope, *, now: datetime) -> dict[tuple[int, int], PriceEffect]:
    """(version id, partner id) → the first cycle that it makes dearer at the partner's present peak, to be told now.

    That is a cycle to come that starts within the notice that is set, dearer than the cycle before it; or one that has
    begun, if the version was loaded after its start. Of partners that are billed and not closed. What was settled is
    left out. In a fixed number of queries; one where no version is news.
    """
    books, news = _news(scope, now)
    if not news:
        return {}
    until = now + timedelta(days=current_settings().price_notice_days)
    found = {}
    for version, created_at, partners in news:
        earlier = books.without(version.id)
        for partner in partners:
            before, after = _in_force(version, partner.id, earlier, books)
            rows = [row for row in begun_changes(partner, version, before, after) if row.cycle_start < created_at]
            change = coming_change(partner, version, after)
            if change is not None and change.cycle_start <= until:
                rows.append(change)
            rise = next((row for row in rows if row.is_rise), None)
            if rise is not None:
                found[version.id, partner.id] = rise
    return found


def announcements_due(scope: Scope, after: datetime) -> datetime | None:
    """When the next price rise is to be told, later than `after`, to whoever may have to pay more; None where none is.

    Whether somebody does is seen then, by its peak of then. In a fixed number of queries; one where no version is news.
    """
    books, news = _news(scope, after)
    if not news:
        return None
    notice = timedelta(days=current_settings().price_notice_days)
    changes = (
        coming_change(partner, version, partial(books.applicable, partner.id, version.currency))
        for version, _, partners in news
        for partner in partners
    )
    dates = (change.cycle_start - notice for change in changes if change is not None and change.may_rise)
    return min((at for at in dates if at > after), default=None)


def _news(scope: Scope, now: datetime) -> tuple[Books, list[_News]]:
    """What may have to be told of at `now` or later, and the books that it is in. One query where that is nothing."""
    is_news = Q(valid_from__gt=(now - _CYCLE).astimezone(UTC).date()) | Q(created_at__gt=now - _CYCLE)
    written = {
        pk: (currency, partner_id, created_at)
        for pk, currency, partner_id, created_at in scope.with_shared(WrittenVersion)
        .filter(is_news, valid_from__isnull=False)
        .values_list("pk", "book__currency", "book__partner_id", "created_at")
    }
    if not written:
        return Books({}), []
    owners = {owner for _, owner, _ in written.values()}
    only = None if None in owners else sorted(owners)
    partners = _priced_partners(scope, {currency for currency, _, _ in written.values()}, now, only)
    billed = {
        number: partner
        for number, partner in partners.items()
        if not partner.closed and partner.invoiced_from is not None
    }
    books = price_books(scope, only)
    announced = scope.rows(PriceAnnouncement).filter(version_id__in=written)
    settled = set(announced.values_list("version_id", "partner_id"))
    news = []
    for (_, owner), held in books.versions.items():
        whom = billed if owner is None else billed.keys() & {owner}
        for version in held:
            if version.id in written:
                theirs = tuple(billed[number] for number in whom if (version.id, number) not in settled)
                news.append(_News(version, written[version.id][2], theirs))
    return books, news


def _in_force(version: PriceVersion, partner_id: int, before: Books, after: Books) -> tuple[InForce, InForce]:
    return (
        partial(before.applicable, partner_id, version.currency),
        partial(after.applicable, partner_id, version.currency),
    )


def _priced_partners(
    scope: Scope, currencies: Collection[str], now: datetime, partner_ids: Collection[int] | None
) -> dict[int, PricedPartner]:
    """The partners with a cycle in one of the currencies that is to be priced, or will come, in two queries."""
    unclosed = scope.rows(Cycle).filter(closed_at=None)
    any_cycle = (
        Q(currency__in=currencies)
        | Q(meter__currency__in=currencies)
        | Q(Exists(unclosed.filter(partner_id=OuterRef("pk"), currency__in=currencies)))
    )
    used = Exists(scope.rows(Cycle).filter(partner_id=OuterRef("pk"), peak__gt=0))
    found = scope.rows(Partner).filter(any_cycle, kind="msp", meter__isnull=False).annotate(had_seats=used)
    found = found.select_related("meter")
    if partner_ids is not None:
        found, unclosed = found.filter(pk__in=partner_ids), unclosed.filter(partner_id__in=partner_ids)
    frozen = defaultdict(list)
    columns = "partner_id", "starts_at", "timezone", "currency", "peak"
    for partner_id, *cycle in unclosed.order_by("partner_id", "index").values_list(*columns):
        frozen[partner_id].append(PricedCycle(*cycle))
    return {partner.pk: _priced(partner, frozen[partner.pk], now) for partner in found.order_by("name")}


def _priced(partner: Partner, frozen: list[PricedCycle], now: datetime) -> PricedPartner:
    """The partner as it stands at `now`: cycles that nobody has frozen yet are among those that have begun."""
    stands, kept = standing(partner, now), partner.meter
    begun = list(frozen)
    for ended in stands.unfrozen:
        terms = kept if ended.index == kept.index else partner  # only the first began under the meter's own (M8, M26)
        begun.append(PricedCycle(ended.starts_at, terms.timezone, terms.currency, ended.peak))
    meter = stands.meter
    if not stands.ended:
        begun.append(PricedCycle(meter.starts_at, stands.timezone, stands.currency, meter.peak))
    is_last = stands.ended or kept.ends_with_cycle
    following = None if is_last else PricedCycle(meter.ends_at, partner.timezone, partner.currency, meter.peak)
    return PricedPartner(
        id=partner.pk,
        name=partner.name,
        anchor=partner.anchor,
        invoiced_from=partner.invoiced_from,
        closed=partner.closed_at is not None,
        begun=tuple(begun),
        next=following,
        next_index=meter.index + 1,
        had_seats=vars(partner)["had_seats"] or any(cycle.seats for cycle in begun),
    )
