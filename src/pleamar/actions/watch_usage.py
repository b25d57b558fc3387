"""Watch the running cycles: tell partners when their use reaches an alert, or grows unusually (rule M12).

Each once a cycle. A meter whose cycle has ended is left alone until it is rolled: the next look sees the new cycle.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db import transaction

from pleamar.actions.write_messages import Telling, write_messages
from pleamar.models.bulk import array, quick_cursor
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.queries.price_books import Books, price_books
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.settings import current_settings
from pleamar.rules.alerts import grown_percent
from pleamar.rules.cycles import local_date
from pleamar.rules.prices import price


class _Watched(NamedTuple):
    """An alert that may have something to say in the running cycle; `before` is the last cycle's peak."""

    alert_id: int
    partner_id: int
    kind: str
    threshold: int
    cycle: int
    starts_at: datetime
    ends_at: datetime
    timezone: str
    currency: str
    peak: int
    before: int | None


# Seats and growth are decided here; amounts are priced afterwards, for the few partners that have such an alert.
_ALERTS: Final = """
SELECT alert.id, alert.partner_id, alert.kind, alert.threshold, meter.index, meter.starts_at, meter.ends_at,
    meter.timezone, meter.currency, meter.peak, before.peak
FROM usage_alert AS alert
JOIN meter ON meter.partner_id = alert.partner_id
LEFT JOIN cycle AS before ON before.partner_id = meter.partner_id AND before.index = meter.index - 1
WHERE alert.told_cycle < meter.index AND NOT meter.ended AND meter.ends_at > %(now)s AND CASE alert.kind
    WHEN 'seats' THEN meter.peak >= alert.threshold
    WHEN 'growth' THEN before.peak > 0 AND (meter.peak - before.peak)::bigint * 100 >= alert.threshold * before.peak
    ELSE meter.peak > 0 AND alert.currency = meter.currency END
ORDER BY alert.id
FOR UPDATE OF alert SKIP LOCKED
"""

_UNUSUAL: Final = """
SELECT meter.partner_id, meter.index, meter.ends_at, meter.timezone, meter.peak, before.peak
FROM meter
JOIN partner ON partner.id = meter.partner_id
JOIN cycle AS before ON before.partner_id = meter.partner_id AND before.index = meter.index - 1
WHERE NOT meter.ended AND meter.ends_at > %(now)s AND meter.starts_at >= partner.invoiced_from
    AND before.peak > 0 AND meter.peak - before.peak >= %(seats)s
    AND (meter.peak - before.peak)::bigint * 100 >= %(percent)s::bigint * before.peak
    AND NOT EXISTS (
        SELECT FROM outbox_message
        WHERE channel = 'mail' AND key = format('unusual_growth:%%s:%%s', meter.partner_id, meter.index)
    )
ORDER BY meter.partner_id
"""


def watch_usage(*, now: datetime, jobs: Jobs = NOBODY) -> int:
    """Tell what is to be told at `now`; the number of things told. In a fixed number of statements."""
    with transaction.atomic():
        tellings = [*_alerts(now), *_unusual(now)]
        write_messages(tellings, now=now, jobs=jobs)
        return len(tellings)


def _alerts(now: datetime) -> list[Telling]:
    with quick_cursor() as cursor:
        cursor.execute(_ALERTS, {"now": now})
        watched = [_Watched(*row) for row in cursor.fetchall()]
    priced = sorted({one.partner_id for one in watched if one.kind == "amount"})
    books = price_books(EVERYTHING, priced) if priced else Books({})
    values = [(one, _value(one, books)) for one in watched]
    reached = [(one, value) for one, value in values if value is not None and value >= one.threshold]
    _note_told([one for one, _ in reached])
    return [_alert(one, value) for one, value in reached]


def _value(one: _Watched, books: Books) -> int | None:
    """What is held against the threshold; None where nothing can be."""
    if one.kind == "seats":
        return one.peak
    if one.kind == "growth":
        return grown_percent(one.before or 0, one.peak)
    version = books.applicable(one.partner_id, one.currency, local_date(one.starts_at, one.timezone))
    return price(version, one.peak).total.minor if version else None


def _note_told(told: Sequence[_Watched]) -> None:
    if not told:
        return
    with quick_cursor() as cursor:
        cursor.execute(
            "UPDATE usage_alert SET told_cycle = told.cycle FROM unnest(%s::bigint[], %s::int[]) AS told (id, cycle) "
            "WHERE usage_alert.id = told.id",
            [array([one.alert_id for one in told]), array([one.cycle for one in told])],
        )


def _alert(one: _Watched, value: int) -> Telling:
    return Telling(
        one.partner_id,
        "usage_alert",
        f"usage_alert:{one.alert_id}:{one.cycle}",
        {
            "kind": one.kind,
            "threshold": one.threshold,
            "value": value,
            "currency": one.currency if one.kind == "amount" else "",
            "cycle_end": one.ends_at.isoformat(),
            "timezone": one.timezone,
        },
    )


def _unusual(now: datetime) -> list[Telling]:
    settings = current_settings()
    with quick_cursor() as cursor:
        cursor.execute(_UNUSUAL, {"now": now, "seats": settings.growth_seats, "percent": settings.growth_percent})
        rows = cursor.fetchall()
    return [
        Telling(
            partner_id,
            "unusual_growth",
            f"unusual_growth:{partner_id}:{index}",
            {
                "seats": peak,
                "before": before,
                "percent": grown_percent(before, peak) or 0,
                "cycle_end": ends_at.isoformat(),
                "timezone": timezone,
            },
        )
        for partner_id, index, ends_at, timezone, peak, before in rows
    ]
