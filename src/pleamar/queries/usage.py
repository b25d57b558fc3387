"""A partner's use: the running cycle, whose it is, how it went, and every cycle before it (rules M2, M12, M24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from pleamar.models import Account, Cycle, Partner
from pleamar.queries.partners import find_partner, standing
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import Scope
from pleamar.rules.calculator import Calculation, calculated, room
from pleamar.rules.cycles import is_shadow, local_date
from pleamar.rules.money import Money, split
from pleamar.rules.peak import AccountCount, EndedCycle, Meter, share_of


class Point(NamedTuple):
    """The partner's seats from `at` on."""

    at: datetime
    seats: int


@dataclass(frozen=True, slots=True)
class AccountUse:
    """An account's seats now and at the moment of the peak, and its part of the price of that: both add up over the
    accounts. Its own highest count, `own_peak`, does not. A suspended one is billed all the same (rule M22).
    """

    account: str
    public_id: str
    state: str
    suspended: bool
    seats: int
    at_peak: int
    share: Money | None
    own_peak: int


@dataclass(frozen=True, slots=True)
class PricedUse:
    """What the peak so far costs, net; and how many more seats cost nothing more in this cycle (None: any number)."""

    calculation: Calculation
    room: int | None


@dataclass(frozen=True, slots=True)
class PastCycle:
    """A cycle that is over. `net` is None until it is closed, `invoice` where nothing was invoiced."""

    cycle_start: datetime
    cycle_end: datetime
    timezone: str
    peak: int
    peak_at: datetime
    unit_price: Decimal | None
    net: Money | None
    invoice: str | None
    shadow: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """The running cycle; `ended`: it was the last. Until `cycle_end` the peak stays, whatever is removed (rule M17).

    `priced` is None where no price book applies. `points` are the chart's, from the cycle's start on; `past` begins
    with the newest cycle.
    """

    partner: str
    cycle_start: datetime
    cycle_end: datetime
    timezone: str
    currency: str
    seats: int
    peak: int
    peak_at: datetime
    priced: PricedUse | None
    accounts: tuple[AccountUse, ...]
    points: tuple[Point, ...]
    past: tuple[PastCycle, ...]
    shadow: bool
    ended: bool


def usage(scope: Scope, partner_name: str, *, now: datetime) -> Usage:
    """The partner's use as of `now`, in a fixed number of queries. Refuses `partner_unknown`."""
    found = find_partner(scope, partner_name)
    partner = scope.rows(Partner).select_related("meter").get(pk=found.id)
    stands = standing(partner, now)
    meter = stands.meter
    day = local_date(meter.starts_at, stands.timezone)
    version = price_books(scope, [found.id]).applicable(found.id, stands.currency, day)
    priced = PricedUse(calculated(version, meter.peak), room(version, meter.seats, meter.peak)) if version else None
    past = _past(scope, found.id, partner.meter.index)
    return Usage(
        partner=found.name,
        cycle_start=meter.starts_at,
        cycle_end=meter.ends_at,
        timezone=stands.timezone,
        currency=stands.currency,
        seats=meter.seats,
        peak=meter.peak,
        peak_at=meter.peak_at,
        priced=priced,
        accounts=_accounts(scope, found.id, meter, priced.calculation.priced.total if priced else None),
        points=_points(scope, found.id, meter),
        past=(*(_unfrozen(cycle, partner) for cycle in reversed(stands.unfrozen) if not stands.ended), *past),
        shadow=is_shadow(meter.starts_at, partner.invoiced_from),
        ended=stands.ended,
    )


def _accounts(scope: Scope, partner_id: int, meter: Meter, net: Money | None) -> tuple[AccountUse, ...]:
    """The accounts that are billed or were in this cycle, by name."""
    used = Q(seats__gt=0) | Q(seats_at_peak__gt=0) | Q(own_peak__gt=0)
    billed = Q(model="monthly", state="live", internal=False)
    rows = scope.rows(Account).filter(used | billed, partner_id=partner_id).order_by("name", "pk")
    counts = {row.pk: _count(row, meter) for row in rows}
    weights = {number: at_peak for number, (at_peak, _) in counts.items()}
    shares = split(net, weights) if net is not None and any(weights.values()) else {}
    nothing = Money(0, net.currency) if net is not None else None
    return tuple(
        AccountUse(
            account=row.name,
            public_id=row.public_id,
            state=row.state,
            suspended=row.suspended_at is not None,
            seats=row.seats,
            at_peak=counts[row.pk][0],
            share=shares.get(row.pk, nothing),
            own_peak=counts[row.pk][1],
        )
        for row in rows
        if row.state == "live" or any(counts[row.pk])
    )


def _count(row: Account, meter: Meter) -> tuple[int, int]:
    """The account's seats at the peak, and its own peak, as they will be frozen if nothing changes any more."""
    count = AccountCount(row.seats, row.seats_at_peak, row.mark, row.own_peak, row.own_peak_cycle)
    as_if_ended = EndedCycle(
        *(meter.index, meter.starts_at, meter.ends_at, meter.opening, meter.seats),
        *(meter.peak, meter.peak_at, meter.peak_batch, meter.mark),
    )
    return share_of(count, as_if_ended)


# Of the batches of an hour, the one with the highest count and the last: a chart shows no more, and always the peak.
_POINTS = """
WITH step AS (
    SELECT at, seats_after, date_bin('1 hour', at, %(start)s) AS hour
    FROM seat_batch WHERE {scope} AND partner_id = %(partner)s AND at > %(start)s AND at < %(end)s
)
(SELECT DISTINCT ON (hour) at, seats_after FROM step ORDER BY hour, seats_after DESC, at)
UNION
(SELECT DISTINCT ON (hour) at, seats_after FROM step ORDER BY hour, at DESC)
ORDER BY at
"""


def _points(scope: Scope, partner_id: int, meter: Meter) -> tuple[Point, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            _POINTS.format(scope=scope.sql("partner_id")),
            {"partner": partner_id, "start": meter.starts_at, "end": meter.ends_at},
        )
        return (Point(meter.starts_at, meter.opening), *(Point(*row) for row in cursor.fetchall()))


def _past(scope: Scope, partner_id: int, before: int) -> tuple[PastCycle, ...]:
    cycles = scope.rows(Cycle).filter(partner_id=partner_id, index__lt=before)
    return tuple(_closed(cycle) for cycle in cycles.select_related("statement__invoice").order_by("-index"))


def _closed(cycle: Cycle) -> PastCycle:
    statement = getattr(cycle, "statement", None)
    invoice = getattr(statement, "invoice", None)
    return PastCycle(
        *(cycle.starts_at, cycle.ends_at, cycle.timezone, cycle.peak, cycle.peak_at),
        unit_price=statement.unit_price if statement else None,
        net=Money(statement.net, statement.currency) if statement else None,
        invoice=invoice.number if invoice else None,
        shadow=bool(statement and statement.shadow),
    )


def _unfrozen(cycle: EndedCycle, partner: Partner) -> PastCycle:
    # Only the first of them began under the meter's own zone (rule M8).
    terms = partner.meter if cycle.index == partner.meter.index else partner
    return PastCycle(
        *(cycle.starts_at, cycle.ends_at, terms.timezone, cycle.peak, cycle.peak_at),
        unit_price=None,
        net=None,
        invoice=None,
        shadow=is_shadow(cycle.starts_at, partner.invoiced_from),
    )
