"""One cycle of a partner: its bounds, its peak and, once it is closed, its price, as they were frozen or will be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, Literal

from pleamar.models import Cycle, Partner, PriceBook, PriceVersion
from pleamar.queries.partners import standing
from pleamar.queries.price_books import as_rule
from pleamar.queries.scopes import Scope
from pleamar.rules import prices
from pleamar.rules.cycles import is_shadow, local_date
from pleamar.rules.money import Money
from pleamar.rules.peak import EndedCycle, Meter
from pleamar.rules.prices import PricedLine, price
from pleamar.rules.refusals import Refused

# No zone is further from UTC than this.
_FURTHEST: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ExplainedPrice:
    """What the cycle costs before tax. `invoice` is None in shadow and for a peak of zero.

    `version` is the table of prices that it was reckoned with, None if that is not to be seen any more.
    """

    unit_price: Decimal | None
    lines: tuple[PricedLine, ...]
    net: Money
    shadow: bool
    invoice: str | None
    version: prices.PriceVersion | None = None


@dataclass(frozen=True, slots=True)
class CycleFrame:
    """A cycle that is `running`, `ended` but still without a statement, or `closed`; then with a price.

    `closing` are the seats at its end, or those of now while it runs. `cycle_id` is None until it is frozen, and
    `counts` is what its accounts' shares are read by until then. `last`: the partner is closed and none follows.
    """

    partner_id: int
    index: int
    starts_at: datetime
    ends_at: datetime
    timezone: str
    currency: str
    state: Literal["running", "ended", "closed"]
    peak: int
    peak_at: datetime
    peak_batch: int | None
    opening: int
    closing: int
    shadow: bool
    price: ExplainedPrice | None
    cycle_id: int | None
    counts: EndedCycle | None
    last: bool = False

    @property
    def start_day(self) -> date:
        """The local day on which it starts: what it is called by in addresses."""
        return local_date(self.starts_at, self.timezone)


def cycle_starting(
    scope: Scope, partner_id: int, since: datetime, before: datetime, *, now: datetime | None = None
) -> CycleFrame | None:
    """The partner's cycle that starts in `[since, before)`; None if there is none.

    With `now`, cycles that have ended by then but are not frozen yet are known too; without it the running cycle is the
    one of the meter.
    """
    cycles = scope.rows(Cycle).filter(partner_id=partner_id, starts_at__gte=since, starts_at__lt=before)
    cycle = cycles.select_related("statement__invoice", "partner").first()
    if cycle is not None:
        return _frozen(scope, cycle)
    return next((frame for frame in _unfrozen(scope, partner_id, now) if since <= frame.starts_at < before), None)


def cycle_of_day(scope: Scope, partner_id: int, day: date, *, now: datetime) -> CycleFrame:
    """The partner's cycle that starts on the local `day`, in its own zone. Refuses `cycle_unknown`."""
    around = datetime.combine(day, time(), tzinfo=UTC)
    try:
        since, before = around - _FURTHEST, around + 2 * _FURTHEST
    except OverflowError:
        since = before = around
    # Cycles are weeks long, so that no two start within these days.
    frame = cycle_starting(scope, partner_id, since, before, now=now)
    if frame is None or frame.start_day != day:
        raise Refused("cycle_unknown", partner="", start=day.isoformat())
    return frame


def running_cycle(scope: Scope, partner_id: int, *, now: datetime) -> CycleFrame:
    """The cycle that runs at `now`; of a closed partner its last one, once that is over. Refuses `cycle_unknown`."""
    frames = list(_unfrozen(scope, partner_id, now))
    if not frames:
        raise Refused("cycle_unknown", partner="", start=now.isoformat())
    frame = frames[-1]
    if frame.state == "running":
        return frame
    return replace(cycle_starting(scope, partner_id, frame.starts_at, frame.ends_at, now=now) or frame, last=True)


def _frozen(scope: Scope, cycle: Cycle) -> CycleFrame:
    priced = _price(scope, cycle)
    return CycleFrame(
        *(cycle.partner_id, cycle.index, cycle.starts_at, cycle.ends_at, cycle.timezone, cycle.currency),
        "closed" if priced else "ended",
        *(cycle.peak, cycle.peak_at, cycle.peak_batch_id, cycle.opening, cycle.closing),
        shadow=priced.shadow if priced else is_shadow(cycle.starts_at, cycle.partner.invoiced_from),
        price=priced,
        cycle_id=cycle.pk,
        counts=None,
    )


def _unfrozen(scope: Scope, partner_id: int, now: datetime | None) -> Iterator[CycleFrame]:
    """The cycles that ended but are not frozen, oldest first, and the one that runs, or was the last of all."""
    partner = scope.rows(Partner).filter(pk=partner_id, meter__isnull=False).select_related("meter").first()
    if partner is None:
        return
    # The moment its cycle starts is one at which no meter is due.
    stands = standing(partner, partner.meter.starts_at if now is None else now)
    if not stands.ended:
        for cycle in stands.unfrozen:
            # The first of them began under the meter's own terms, the others under the partner's (rules M8, M26).
            terms = partner.meter if cycle.index == partner.meter.index else partner
            yield _counting(partner, cycle, terms.timezone, terms.currency, "ended")
    state: Literal["running", "ended"] = "ended" if stands.ended else "running"
    ended = as_if_ended(stands.meter)
    yield _counting(partner, ended, stands.timezone, stands.currency, state, last=stands.ended)


def _counting(
    partner: Partner,
    cycle: EndedCycle,
    timezone: str,
    currency: str,
    state: Literal["running", "ended"],
    *,
    last: bool = False,
) -> CycleFrame:
    return CycleFrame(
        *(partner.pk, cycle.index, cycle.starts_at, cycle.ends_at, timezone, currency, state),
        *(cycle.peak, cycle.peak_at, cycle.peak_batch, cycle.opening, cycle.closing),
        shadow=is_shadow(cycle.starts_at, partner.invoiced_from),
        price=None,
        cycle_id=None,
        counts=cycle,
        last=last,
    )


def as_if_ended(meter: Meter) -> EndedCycle:
    """The running cycle as it will be frozen if nothing changes any more."""
    return EndedCycle(
        *(meter.index, meter.starts_at, meter.ends_at, meter.opening, meter.seats),
        *(meter.peak, meter.peak_at, meter.peak_batch, meter.mark),
    )


def _price(scope: Scope, cycle: Cycle) -> ExplainedPrice | None:
    statement = getattr(cycle, "statement", None)
    if statement is None:
        return None
    invoice = getattr(statement, "invoice", None)
    books = scope.with_shared(PriceBook)
    versions = scope.with_shared(PriceVersion).filter(book__in=books).filter(pk=statement.price_version_id)
    found = versions.select_related("book").prefetch_related("tiers").first()
    version = as_rule(found) if found else None
    return ExplainedPrice(
        unit_price=statement.unit_price,
        lines=price(version, statement.quantity).lines if version else (),
        net=Money(statement.net, statement.currency),
        shadow=statement.shadow,
        invoice=invoice.number if invoice else None,
        version=version,
    )
