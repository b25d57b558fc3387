"""The periods that a partner can bill its customers for: its own cycles, and calendar months."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from pleamar.models import Cycle, Partner
from pleamar.queries.partners import standing
from pleamar.queries.scopes import Scope
from pleamar.rules.cycles import is_shadow, local_date
from pleamar.rules.invoicing import tax_point
from pleamar.rules.money import Money
from pleamar.rules.peak import EndedCycle

_MONTH: Final = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")


@dataclass(frozen=True, slots=True)
class CycleFrame:
    """A cycle, over or running. `kept_as` is its row's id once it is frozen, and before that what would be kept of it.

    `net` is known once it has its statement; `invoice` is empty where none was written.
    """

    kept_as: int | EndedCycle
    starts_at: datetime
    ends_at: datetime
    timezone: str
    currency: str
    peak: int
    peak_at: datetime
    running: bool
    shadow: bool
    net: Money | None
    invoice: str

    @property
    def first_day(self) -> date:
        """The local day on which it starts; names it."""
        return local_date(self.starts_at, self.timezone)

    @property
    def last_day(self) -> date:
        """Its last local day, by which it belongs to a calendar month."""
        return tax_point(self.ends_at, ZoneInfo(self.timezone))


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in the partner's zone; of the first one, what is left of it from the partner's beginning on."""

    first_day: date
    starts_at: datetime
    ends_at: datetime
    timezone: str
    running: bool

    @property
    def last_day(self) -> date:
        """Its last local day."""
        return tax_point(self.ends_at, ZoneInfo(self.timezone))


@dataclass(frozen=True, slots=True)
class Periods:
    """The newest first: cycles, from the running one (or a closed partner's last) on, and months, from this one on."""

    cycles: tuple[CycleFrame, ...]
    months: tuple[Month, ...]

    def named(self, name: str) -> CycleFrame | Month | None:
        """`2026-01` is that month, `2026-01-05` the cycle that starts on that day; None: there is no such one."""
        if _MONTH.fullmatch(name):
            return next((month for month in self.months if f"{month.first_day:%Y-%m}" == name), None)
        return next((cycle for cycle in self.cycles if cycle.first_day.isoformat() == name), None)

    def billed_in(self, month: Month) -> CycleFrame | None:
        """The cycle whose last day is in the month: the one that is billed by it. None in a partner's first weeks."""
        of = (month.first_day.year, month.first_day.month)
        return next((one for one in self.cycles if (one.last_day.year, one.last_day.month) == of), None)


def rebill_periods(scope: Scope, partner: Partner, *, now: datetime) -> Periods:
    """The partner's, as of `now`; its meter is at hand. One query."""
    cycles = sorted(_cycles(scope, partner, now), key=lambda one: one.starts_at, reverse=True)
    zone = cycles[0].timezone
    months = tuple(_months(partner.created_at, zone, now))
    return Periods(tuple(cycles), months[::-1])


def _cycles(scope: Scope, partner: Partner, now: datetime) -> Iterator[CycleFrame]:
    rows = scope.rows(Cycle).filter(partner_id=partner.pk).select_related("statement__invoice")
    frozen = {row.index: row for row in rows}
    yield from (_frozen(row, partner) for row in frozen.values())
    stands = standing(partner, now)
    for ended in stands.unfrozen:
        if ended.index not in frozen:
            # Only the first of them began under the meter's own terms (rules M8, M26).
            terms = partner.meter if ended.index == partner.meter.index else partner
            yield _unfrozen(ended, terms.timezone, terms.currency, partner, running=False)
    if not stands.ended:
        meter = stands.meter
        so_far = EndedCycle(
            *(meter.index, meter.starts_at, meter.ends_at, meter.opening, meter.seats),
            *(meter.peak, meter.peak_at, meter.peak_batch, meter.mark),
        )
        yield _unfrozen(so_far, stands.timezone, stands.currency, partner, running=True)


def _frozen(row: Cycle, partner: Partner) -> CycleFrame:
    statement = getattr(row, "statement", None)
    invoice = getattr(statement, "invoice", None)
    return CycleFrame(
        kept_as=row.pk,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        timezone=row.timezone,
        currency=row.currency,
        peak=row.peak,
        peak_at=row.peak_at,
        running=False,
        shadow=statement.shadow if statement else is_shadow(row.starts_at, partner.invoiced_from),
        net=Money(statement.net, statement.currency) if statement else None,
        invoice=invoice.number if invoice else "",
    )


def _unfrozen(cycle: EndedCycle, timezone: str, currency: str, partner: Partner, *, running: bool) -> CycleFrame:
    return CycleFrame(
        kept_as=cycle,
        starts_at=cycle.starts_at,
        ends_at=cycle.ends_at,
        timezone=timezone,
        currency=currency,
        peak=cycle.peak,
        peak_at=cycle.peak_at,
        running=running,
        shadow=is_shadow(cycle.starts_at, partner.invoiced_from),
        net=None,
        invoice="",
    )


def _months(created_at: datetime, timezone: str, now: datetime) -> Iterator[Month]:
    first, last = local_date(created_at, timezone).replace(day=1), local_date(now, timezone)
    while first <= last:
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        starts_at, ends_at = _midnight(first, timezone), _midnight(following, timezone)
        yield Month(first, max(starts_at, created_at), ends_at, timezone, running=now < ends_at)
        first = following


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def end_of_day(day: date, timezone: str) -> datetime:
    """The first moment after the local day."""
    return _midnight(date.fromordinal(day.toordinal() + 1), timezone)
