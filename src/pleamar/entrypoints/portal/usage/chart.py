"""A cycle's chart: what the drawing is made from."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from pleamar.entrypoints.portal.usage.chart_labels import Placed
from pleamar.entrypoints.portal.usage.step_chart import ChartedCycle, Outlook, StepChart, step_chart
from pleamar.queries.cycle_use import CycleUse
from pleamar.queries.forecast import PeakForecast
from pleamar.queries.scopes import Scope
from pleamar.queries.use_over_time import use_over_time


class TierLine(NamedTuple):
    """A tier's line across the chart, and where its label stands, None: there is no place for it."""

    users: int
    y: str
    unit_price: Decimal
    label: Placed | None


def tier_lines(drawn: StepChart, use: CycleUse) -> list[TierLine]:
    """The lines with their prices."""
    prices = {tier.minimum: tier.unit_price for tier in use.version.tiers} if use.version else {}
    places = drawn.labels.tiers
    return [TierLine(mark.users, mark.y, prices[mark.users], places.get(mark.users)) for mark in drawn.tiers]


def chart(scope: Scope, use: CycleUse, told: PeakForecast | None, *, now: datetime, sees_prices: bool) -> StepChart:
    """The drawing; tiers are in it for those who see prices."""
    frame = use.frame
    points = use_over_time(
        *(scope, frame.partner_id),
        starts_at=frame.starts_at,
        ends_at=frame.ends_at,
        opening=frame.opening,
        timezone=frame.timezone,
    )
    outlook = None
    if told is not None and told.forecast.likely is not None and told.forecast.high is not None:
        outlook = Outlook(told.forecast.low, told.forecast.likely, told.forecast.high)
    # The first tier begins at one user: a line there says nothing.
    tiers = tuple(tier.minimum for tier in use.version.tiers[1:]) if sees_prices and use.version else ()
    return step_chart(
        ChartedCycle(
            *(frame.starts_at, frame.ends_at, frame.timezone, max(min(now, frame.ends_at), frame.starts_at)),
            points=points,
            peak=frame.peak,
            peak_at=frame.peak_at,
            outlook=outlook,
            tiers=tiers,
        )
    )
