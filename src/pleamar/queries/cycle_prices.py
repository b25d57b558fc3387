"""By what prices a partner's running cycle is billed, and its next one (rules M8, M9, M24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pleamar.models import Partner
from pleamar.queries.partners import standing
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import Scope
from pleamar.rules.calculator import room
from pleamar.rules.cycles import cycle_end, local_date
from pleamar.rules.prices import PriceVersion


@dataclass(frozen=True, slots=True)
class CyclePrices:
    """The running cycle with its count and peak, and the books of it and the next; None where none is in force.

    `room` is how many more seats cost nothing more in this cycle (None: any number, or there are no prices).
    `cycle_day` is the day of the month on which cycles start. `ended`: there is no next cycle.
    """

    cycle_start: datetime
    cycle_end: datetime
    next_end: datetime
    timezone: str
    cycle_day: int
    seats: int
    peak: int
    currency: str
    version: PriceVersion | None
    room: int | None
    next_currency: str
    next_version: PriceVersion | None
    ended: bool

    @property
    def changes(self) -> bool:
        """Whether the next cycle has other prices than the running one."""
        return not self.ended and _told(self.version) != _told(self.next_version)


def _told(version: PriceVersion | None) -> tuple[object, ...]:
    """What makes one table cost what another does not; its number and date do not."""
    return () if version is None else (version.currency, version.mode, version.capped, version.tiers)


def cycle_prices(scope: Scope, partner_id: int, *, now: datetime) -> CyclePrices:
    """The partner's, as of `now`, in four queries."""
    partner = scope.rows(Partner).select_related("meter").get(pk=partner_id)
    stands = standing(partner, now)
    meter, books = stands.meter, price_books(scope, [partner_id])
    version = books.applicable(partner_id, stands.currency, local_date(meter.starts_at, stands.timezone))
    next_day = local_date(meter.ends_at, partner.timezone)
    return CyclePrices(
        cycle_start=meter.starts_at,
        cycle_end=meter.ends_at,
        next_end=cycle_end(partner.anchor, meter.index + 1, partner.timezone),
        timezone=stands.timezone,
        cycle_day=partner.anchor.day,
        seats=meter.seats,
        peak=meter.peak,
        currency=stands.currency,
        version=version,
        room=room(version, meter.seats, meter.peak) if version else None,
        next_currency=partner.currency,
        next_version=None if stands.ended else books.applicable(partner_id, partner.currency, next_day),
        ended=stands.ended,
    )
