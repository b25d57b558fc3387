"""The price books as the price rules want them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pleamar.models import PriceBook, PriceVersion
from pleamar.queries.scopes import Scope
from pleamar.rules import prices


@dataclass(frozen=True, slots=True)
class Books:
    """All versions of some books: (currency, partner id or None for the list) → versions."""

    versions: dict[tuple[str, int | None], list[prices.PriceVersion]]

    def applicable(self, partner_id: int | None, currency: str, on: date) -> prices.PriceVersion | None:
        """The version in force on the day: the one agreed with the partner, else the list's, else None (rule M9)."""
        agreed = self.versions.get((currency, partner_id), ()) if partner_id is not None else ()
        return prices.applicable(agreed, self.versions.get((currency, None), ()), on)

    def with_version(self, version: prices.PriceVersion, partner_id: int | None) -> Books:
        """The same books with one more version, of the list or of the book agreed with a partner."""
        key = version.currency, partner_id
        return Books({**self.versions, key: [*self.versions.get(key, ()), version]})

    def without(self, version_id: int) -> Books:
        """The same books as they were before a version came."""
        return Books({key: [one for one in held if one.id != version_id] for key, held in self.versions.items()})


def price_books(scope: Scope, partner_ids: Sequence[int] | None = None) -> Books:
    """The list books and the agreed ones in scope (with `partner_ids`: of those partners only), in three queries."""
    books = scope.with_shared(PriceBook)
    if partner_ids is not None:
        books = books.filter(partner_id__in=partner_ids) | books.filter(partner_id__isnull=True)
    versions = defaultdict(list)
    for version in (
        scope.with_shared(PriceVersion).filter(book__in=books).select_related("book").prefetch_related("tiers")
    ):
        key = version.book.currency, version.book.partner_id
        versions[key].append(as_rule(version))
    return Books(dict(versions))


def as_rule(version: PriceVersion) -> prices.PriceVersion:
    """A written-down version, its book and tiers at hand, as the price rules want it."""
    tiers = tuple(prices.Tier(tier.minimum, tier.unit_price) for tier in version.tiers.all())
    return prices.PriceVersion(
        version.pk, version.book.currency, version.valid_from, _mode(version.mode), version.capped, tiers
    )


def _mode(text: str) -> prices.Mode:
    return "graduated" if text == "graduated" else "volume"
