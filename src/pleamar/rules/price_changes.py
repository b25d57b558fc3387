"""What a new version of a price book changes for a partner: which of its cycles, from when, by how much (rule M9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple, TypeAlias

from pleamar.rules.calculator import is_dearer_from, never_dearer
from pleamar.rules.cycles import cycle_end, is_shadow, local_date
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
    `had_seats`: it has some, or had in any cycle so far.
    """

    id: int
    name: str
    anchor: date
    invoiced_from: datetime | None
    closed: bool
    begun: tuple[PricedCycle, ...]
    next: PricedCycle | None
    next_index: int
    had_seats: bool = True

    def is_shadow(self, cycle: PricedCycle) -> bool:
        """Whether the cycle is only priced to be compared."""
        return is_shadow(cycle.starts_at, self.invoiced_from)

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
    return [_effect(partner, cycle, before(cycle.day), version) for cycle in cycles]


def _effect(
    partner: PricedPartner, cycle: PricedCycle, older: PriceVersion | None, version: PriceVersion
) -> PriceEffect:
    return PriceEffect(
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


def _is_priced_by(version: PriceVersion, cycle: PricedCycle, after: InForce) -> bool:
    found = after(cycle.day) if cycle.currency == version.currency else None
    return found is not None and found.id == version.id


def is_surprise(
    partner: PricedPartner, version: PriceVersion, before: InForce, after: InForce, until: datetime
) -> bool:
    """Whether `version` can make a billed cycle dearer that has begun, or the first to come if that is before `until`.

    A peak that there is cannot fall: a cycle that has begun is looked at from its peak up. One to come may have any
    number of seats. Who never had a seat has nothing to be surprised by.
    """
    if not partner.had_seats:
        return False
    held = [(cycle, cycle.seats) for cycle in partner.begun]
    first = first_to_come(partner, version.valid_from or date.min)
    if first is not None and first.starts_at < until:
        held.append((first, 1))
    for cycle, seats in held:
        if partner.is_shadow(cycle) or not _is_priced_by(version, cycle, after):
            continue
        older = before(cycle.day)
        if older is not None and is_dearer_from(older, version, seats):
            return True
    return False


def coming_change(partner: PricedPartner, version: PriceVersion, in_force: InForce) -> PriceEffect | None:
    """The first cycle to come that `version` prices, if it is billed, against the cycle before it at the same seats.

    None where it prices none, or the one before too. A cycle to come that is only compared is nothing to go by: the
    one before is then the last that is billed, or the running one. `in_force` is of the version's currency.
    """
    index = _first_index(partner, version.valid_from or date.min)
    cycle = None if index is None else partner.to_come(index)
    if index is None or cycle is None or partner.is_shadow(cycle) or not _is_priced_by(version, cycle, in_force):
        return None
    previous = partner.begun[-1] if partner.begun else None
    for earlier in range(index - 1, partner.next_index - 1, -1):
        found = partner.to_come(earlier)
        if found is not None and not partner.is_shadow(found):
            previous = found
            break
    if previous is None or previous.currency != version.currency:
        return None  # in another currency there is nothing to compare with
    older = in_force(previous.day)
    if older is None or older.id == version.id:
        return None
    return _effect(partner, cycle, older, version)


def begun_changes(partner: PricedPartner, version: PriceVersion, before: InForce, after: InForce) -> list[PriceEffect]:
    """The partner's billed cycles that have begun and that `version` prices; `before`: what is in force without it."""
    return [
        _effect(partner, cycle, before(cycle.day), version)
        for cycle in partner.begun
        if not partner.is_shadow(cycle) and _is_priced_by(version, cycle, after)
    ]


def first_to_come(partner: PricedPartner, day: date) -> PricedCycle | None:
    """The partner's first cycle to come that starts on the local `day` or later, and is billed if any will be."""
    index = _first_index(partner, day)
    return None if index is None else partner.to_come(index)


def _first_index(partner: PricedPartner, day: date) -> int | None:
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
    return index


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
