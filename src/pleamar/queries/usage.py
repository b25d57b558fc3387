"""A partner's use: the running cycle, whose it is, how it went, and every cycle before it (rules M2, M12, M24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pleamar.models import Partner
from pleamar.queries.cycle_frames import as_if_ended
from pleamar.queries.cycle_use import AccountUse, running_accounts
from pleamar.queries.partners import find_partner, standing
from pleamar.queries.past_cycles import PastCycle, past_cycles
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import Scope
from pleamar.queries.use_over_time import Point, use_over_time
from pleamar.rules.calculator import Calculation, calculated, room
from pleamar.rules.cycles import is_shadow, local_date


@dataclass(frozen=True, slots=True)
class PricedUse:
    """What the peak so far costs, net; and how many more seats cost nothing more in this cycle (None: any number)."""

    calculation: Calculation
    room: int | None


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
    net = priced.calculation.priced.total if priced else None
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
        accounts=running_accounts(scope, found.id, as_if_ended(meter), net),
        points=use_over_time(
            *(scope, found.id),
            starts_at=meter.starts_at,
            ends_at=meter.ends_at,
            opening=meter.opening,
            timezone=stands.timezone,
        ),
        past=past_cycles(scope, found.id, now=now).rows,
        shadow=is_shadow(meter.starts_at, partner.invoiced_from),
        ended=stands.ended,
    )
