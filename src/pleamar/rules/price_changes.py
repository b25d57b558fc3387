"""What a new version of a price book changes for a partner: which of its cycles, from when, by how much (rule M9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple, TypeAlias

from pleamar.rules.calculator import never_dearer
from pleamar.rules.cycles import cycle_end, local_date
from pleamar.rules.money import Money
from pleamar.rules.prices import PriceVersion, price

# The version that prices a partner's cycle which starts on that local day, in the currency in question.
InForce: TypeAlias = Callable[[date], PriceVersion | None]

# Calendars end with the year 9999: no cycle is reckoned for a version dated near it.
_LAST: Final = date(9990, 1, 1)


class PricedCycle(NamedTuple):
    """A cycle, as far as its price goes: zone and currency are its own, `seats` its peak."""

    starts_at: datetime
    timezone: str
    currency: str
    seats: int

    @property
    def day(self) -> date:
        """The local day of its start, which decides its prices (rule M9)."""
        return local_date(self.starts_at, self.timezone)


@dataclass(frozen=True, slots=True)
class PricedPartner:
    """A partner's cycles whose price is still to come, and what decides them.

    `begun` are those that have begun and are not closed, the running one last. `next` is the one after it, under the
    terms already arranged for it and with the present peak, and of the index `next_index`; None if there will be none.
    """

    id: int
    name: str
    anchor: date
    invoiced_from: datetime | None
    closed: bool
    begun: tuple[PricedCycle, ...]
    next: PricedCycle | None
    next_index: int

    def is_shadow(self, cycle: PricedCycle) -> bool:
        """Whether the cycle is only priced to be compared."""
        return self.invoiced_from is None or cycle.starts_at < self.invoiced_from

    def to_come(self, index: int) -> PricedCycle | None:
        """The cycle of that index, from `next_index` on."""
        if self.next is None or index == self.next_index:
            return self.next
        return self.next._replace(starts_at=cycle_end(self.anchor, index - 1, self.next.timezone))


@dataclass(frozen=True, slots=True)
class PriceEffect:
    """A cycle of a partner that the new version prices; `before` is what it would cost without it.

    `seats` are its peak; those of a cycle to come, the partner's present peak. `before` is None where nothing prices
    the cycle yet. `shadow`: it is only priced to be compared. `may_rise`: some number of seats may cost more.
    """

    partner_id: int
    partner: str
    cycle_start: datetime
    timezone: str
    seats: int
    before: Money | None
    after: Money
    shadow: bool
    may_rise: bool

    @property
    def is_rise(self) -> bool:
        """Whether the partner would be billed more for the same use."""
        return not self.shadow and self.before is not None and self.before < self.after


def effects(partner: PricedPartner, version: PriceVersion, before: InForce, after: InForce) -> list[PriceEffect]:
    """The partner's cycles that `version` prices: all that have begun, and the first to come that is billed.

    The latter only where none that has begun is billed: from the first on, all are. `before` and `after` say what is
    in force without the version and with it.
    """
    cycles = [cycle for cycle in partner.begun if _is_priced_by(version, cycle, after)]
    if all(map(partner.is_shadow, cycles)):
        first = first_to_come(partner, version.valid_from or date.min)
        cycles += [first] if first and _is_priced_by(version, first, after) else []
    found = []
    for cycle in cycles:
        older = before(cycle.day)
        found.append(
            PriceEffect(
                partner_id=partner.id,
                partner=partner.name,
                cycle_start=cycle.starts_at,
                timezone=cycle.timezone,
                seats=cycle.seats,
                before=price(older, cycle.seats).total if older else None,
                after=price(version, cycle.seats).total,
                shadow=partner.is_shadow(cycle),
                may_rise=older is not None and not never_dearer(older, version),
            )
        )
    return found


def _is_priced_by(version: PriceVersion, cycle: PricedCycle, after: InForce) -> bool:
    found = after(cycle.day) if cycle.currency == version.currency else None
    return found is not None and found.id == version.id


def first_to_come(partner: PricedPartner, day: date) -> PricedCycle | None:
    """The partner's first cycle to come that starts on the local `day` or later, and is billed if any will be."""
    following, billed_from = partner.next, partner.invoiced_from
    if following is None or max(day, following.day) > _LAST:
        return None
    wanted = day if billed_from is None else max(day, local_date(billed_from, following.timezone))
    # A cycle after the next one starts in the month that its index says (rule M8).
    months = (wanted.year - partner.anchor.year) * 12 + wanted.month - partner.anchor.month
    index = partner.next_index
    while (cycle := partner.to_come(index)) and (
        cycle.day < day or (billed_from is not None and cycle.starts_at < billed_from)
    ):
        index = max(index + 1, months)
    return cycle


def earliest_date(partners: Iterable[PricedPartner], until: datetime) -> date | None:
    """The first date from which on a version prices no cycle of the partners that starts before `until`."""
    return max((_last_day_before(partner, until) + timedelta(days=1) for partner in partners), default=None)


def _last_day_before(partner: PricedPartner, until: datetime) -> date:
    last, index = partner.begun[-1] if partner.begun else None, partner.next_index
    while (cycle := partner.to_come(index)) and cycle.starts_at < until:
        last, index = cycle, index + 1
    # A cycle that began under another zone may have a later day than one after it.
    days = [cycle.day for cycle in (*partner.begun, last) if cycle is not None]
    return max(days, default=date.min)
