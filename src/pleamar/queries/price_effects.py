"""What a version of a price book changes, for whom and from which cycle on (rule M9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db.models import Exists, Min, OuterRef, Q

from pleamar.models import Cycle, Partner, PriceAnnouncement
from pleamar.queries.partners import standing
from pleamar.queries.price_books import Books, price_books
from pleamar.queries.scopes import Scope
from pleamar.rules.price_changes import PricedCycle, PricedPartner, PriceEffect, earliest_date, effects
from pleamar.rules.prices import PriceVersion


@dataclass(frozen=True, slots=True)
class PriceEffects:
    """The cycles that a version prices in place of another, by partner's name and time, and whose they are."""

    rows: tuple[PriceEffect, ...]
    partners: dict[int, PricedPartner]

    def rises_before(self, until: datetime) -> list[PriceEffect]:
        """The rises in cycles that start before `until`."""
        return [row for row in self.rows if row.is_rise and row.cycle_start < until]

    def earliest_date(self, until: datetime) -> date | None:
        """The first date from which on the version would make none of `rises_before(until)`."""
        return earliest_date([self.partners[row.partner_id] for row in self.rises_before(until)], until)


def price_effects(scope: Scope, version: PriceVersion, *, partner_id: int | None, now: datetime) -> PriceEffects:
    """What `version`, not yet written, changes: in the list (`partner_id` None) or in the book agreed with a partner.

    In a fixed number of queries. Nothing is written.
    """
    only = None if partner_id is None else [partner_id]
    books = price_books(scope, only)
    partners = _priced_partners(scope, {version.currency}, now, only)
    return _effects(partners, version, books, books.with_version(version, partner_id))


def announced_effects(
    scope: Scope, announced: Collection[tuple[int, int]], *, now: datetime
) -> dict[tuple[int, int], list[PriceEffect]]:
    """What versions already written change for partners: (version id, partner id) → cycles, as of `now`.

    In a fixed number of queries, however many versions and partners they are.
    """
    partner_ids = defaultdict(set)
    for version_id, partner_id in announced:
        partner_ids[version_id].add(partner_id)
    ids = sorted({partner_id for _, partner_id in announced})
    books = price_books(scope, ids)
    versions = {one.id: one for book in books.versions.values() for one in book if one.id in partner_ids}
    partners = _priced_partners(scope, {one.currency for one in versions.values()}, now, ids)
    found: dict[tuple[int, int], list[PriceEffect]] = {pair: [] for pair in announced}
    for version_id, version in versions.items():
        theirs = {number: partners[number] for number in partner_ids[version_id] if number in partners}
        for row in _effects(theirs, version, books.without(version_id), books).rows:
            found[version_id, row.partner_id].append(row)
    return found


def announcements_due(scope: Scope, after: datetime) -> datetime | None:
    """When the next price rise is to be announced, later than `after`; None where none waits."""
    waiting = scope.rows(PriceAnnouncement).filter(settled_at=None, due_at__gt=after)
    soonest: datetime | None = waiting.aggregate(at=Min("due_at"))["at"]
    return soonest


def _effects(partners: dict[int, PricedPartner], version: PriceVersion, before: Books, after: Books) -> PriceEffects:
    rows = [
        row
        for partner in partners.values()
        for row in effects(
            partner,
            version,
            partial(before.applicable, partner.id, version.currency),
            partial(after.applicable, partner.id, version.currency),
        )
    ]
    return PriceEffects(tuple(sorted(rows, key=lambda row: (row.partner, row.partner_id, row.cycle_start))), partners)


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
    found = scope.rows(Partner).filter(any_cycle, kind="msp", meter__isnull=False).select_related("meter")
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
    )
