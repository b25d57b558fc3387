"""Tell partners of prices that rise for them, when the notice for it is due (rule M9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from pleamar.actions.write_messages import Telling, write_messages
from pleamar.models import PriceAnnouncement
from pleamar.models.bulk import array, quick_cursor
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.queries.price_effects import announced_effects
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.price_changes import PriceEffect

_AT_ONCE: Final = 1_000


def announce_prices(*, now: datetime, jobs: Jobs = NOBODY) -> int:
    """Settle every announcement that is due at `now`; the number of partners told.

    Told are those for whom the version is a rise still, at their present peak; a closed partner is not. Several workers
    may do so at once.
    """
    told = 0
    while (some := _announce_some(now, jobs)) is not None:
        told += some
    return told


@transaction.atomic
def _announce_some(now: datetime, jobs: Jobs) -> int | None:
    waiting = PriceAnnouncement.unscoped.filter(settled_at=None, due_at__lte=now).order_by("due_at", "id")
    due = list(waiting.select_for_update(skip_locked=True, of=("self",)).select_related("partner")[:_AT_ONCE])
    if not due:
        return None
    pairs = [(one.version_id, one.partner_id) for one in due if one.partner.closed_at is None]
    found = announced_effects(EVERYTHING, pairs, now=now)
    rises = {pair: _first_rise(rows) for pair, rows in found.items()}
    write_messages([_telling(pair, row) for pair, row in rises.items() if row], now=now, jobs=jobs)
    told = [rises.get((one.version_id, one.partner_id)) is not None for one in due]
    with quick_cursor() as cursor:
        cursor.execute(
            "UPDATE price_announcement SET settled_at = %s, told = settled.told "
            "FROM unnest(%s::bigint[], %s::bool[]) AS settled (id, told) WHERE price_announcement.id = settled.id",
            [now, array([one.pk for one in due]), array(told)],
        )
    return sum(told)


def _first_rise(rows: Sequence[PriceEffect]) -> PriceEffect | None:
    return next((row for row in rows if row.is_rise), None)


def _telling(pair: tuple[int, int], row: PriceEffect) -> Telling:
    version_id, partner_id = pair
    return Telling(
        partner_id,
        "price_rise",
        f"price_rise:{version_id}:{partner_id}",
        {
            "cycle_start": row.cycle_start.isoformat(),
            "seats": row.seats,
            "before": row.before.minor if row.before else 0,
            "after": row.after.minor,
            "currency": row.after.currency,
        },
    )
