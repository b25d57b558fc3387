"""Where a partner's running cycle will probably end: its peak and what that costs (docs/concepts/forecast.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from pleamar.models import Cycle, Partner
from pleamar.models.bulk import array
from pleamar.queries.partners import find_partner, standing
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import Scope
from pleamar.rules.calculator import cost_range
from pleamar.rules.cycles import local_date
from pleamar.rules.forecast import MOST_CYCLES, Forecast, Past, Running, forecast, same_moment
from pleamar.rules.money import Money
from pleamar.rules.prices import PriceVersion, price


@dataclass(frozen=True, slots=True)
class AmountForecast:
    """What the cycle costs, net: `so_far` is that of its present peak.

    `low` and `high` are the least and the most of all peaks in the range, for more seats may cost less; they and
    `likely` are None when too little is known.
    """

    so_far: Money
    low: Money | None
    likely: Money | None
    high: Money | None


@dataclass(frozen=True, slots=True)
class PeakForecast:
    """The running cycle and where it goes; `amount` is None where no price book applies. `ended`: it was the last."""

    partner: str
    cycle_start: datetime
    cycle_end: datetime
    timezone: str
    seats: int
    peak: int
    peak_at: datetime
    forecast: Forecast
    amount: AmountForecast | None
    ended: bool


class _PastCycle(NamedTuple):
    """Bounds and opening count of a past cycle."""

    starts_at: datetime
    ends_at: datetime
    opening: int


def peak_forecast(scope: Scope, partner_name: str, *, now: datetime) -> PeakForecast:
    """The partner's forecast as of `now`, in a fixed number of queries. Refuses `partner_unknown`."""
    found = find_partner(scope, partner_name)
    partner = scope.rows(Partner).select_related("meter").get(pk=found.id)
    stands = standing(partner, now)
    meter = stands.meter
    running = Running(meter.starts_at, meter.ends_at, meter.ends_at if stands.ended else now, meter.seats, meter.peak)
    # The first cycle of all is left out: in it every partner starts from nothing.
    cycles = scope.rows(Cycle).filter(partner_id=found.id, index__gte=1).order_by("-index")[:MOST_CYCLES]
    frozen = [_PastCycle(*row) for row in cycles.values_list("starts_at", "ends_at", "opening")]
    unfrozen = [_PastCycle(one.starts_at, one.ends_at, one.opening) for one in stands.unfrozen if one.index >= 1]
    past = [*reversed(frozen), *unfrozen][-MOST_CYCLES:]
    told = forecast(running, _at_same_moment(scope, found.id, past, running))
    day = local_date(meter.starts_at, stands.timezone)
    version = price_books(scope, [found.id]).applicable(found.id, stands.currency, day)
    return PeakForecast(
        partner=found.name,
        cycle_start=meter.starts_at,
        cycle_end=meter.ends_at,
        timezone=stands.timezone,
        seats=meter.seats,
        peak=meter.peak,
        peak_at=meter.peak_at,
        forecast=told,
        amount=_amount(version, meter.peak, told) if version else None,
        ended=stands.ended,
    )


def _amount(version: PriceVersion, peak: int, told: Forecast) -> AmountForecast:
    so_far = price(version, peak).total
    if told.likely is None or told.high is None:
        return AmountForecast(so_far, None, None, None)
    low, high = cost_range(version, told.low, told.high)
    return AmountForecast(so_far, low, price(version, told.likely).total, high)


# The count at a moment is that after the last batch up to then, or the one that the cycle began with: whatever happened
# at exactly its start is in that already (rule M5).
_PAST = """
SELECT counted.seats, greatest(counted.seats, rest.highest)
FROM unnest(%(starts)s::timestamptz[], %(moments)s::timestamptz[], %(ends)s::timestamptz[], %(openings)s::int[])
    AS past (starts_at, moment, ends_at, opening)
CROSS JOIN LATERAL (
    SELECT coalesce((
        SELECT seats_after FROM seat_batch
        WHERE {scope} AND partner_id = %(partner)s AND at > past.starts_at AND at <= past.moment
        ORDER BY at DESC LIMIT 1
    ), past.opening) AS seats
) AS counted
CROSS JOIN LATERAL (
    SELECT max(seats_after) AS highest FROM seat_batch
    WHERE {scope} AND partner_id = %(partner)s AND at > past.moment AND at < past.ends_at
) AS rest
ORDER BY past.starts_at
"""


def _at_same_moment(scope: Scope, partner_id: int, past: Sequence[_PastCycle], running: Running) -> list[Past]:
    """Each cycle's count when the same share of it had gone by, and the highest one after, in one query."""
    if not past:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _PAST.format(scope=scope.sql("partner_id")),
            {
                "partner": partner_id,
                "starts": array([cycle.starts_at for cycle in past]),
                "moments": array([same_moment(cycle.starts_at, cycle.ends_at, running) for cycle in past]),
                "ends": array([cycle.ends_at for cycle in past]),
                "openings": array([cycle.opening for cycle in past]),
            },
        )
        return [Past(*row) for row in cursor.fetchall()]
