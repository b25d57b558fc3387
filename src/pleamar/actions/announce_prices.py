"""Tell partners of prices that rise for them, when the notice for it is due (rule M9)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.write_messages import Telling, write_messages
from pleamar.models.bulk import array, quick_cursor
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.queries.price_effects import rises_to_tell
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.price_changes import PriceEffect

_SETTLED = """
INSERT INTO price_announcement (version_id, partner_id, settled_at, told)
SELECT version_id, partner_id, %(now)s, TRUE
FROM unnest(%(versions)s::bigint[], %(partners)s::bigint[]) AS rise (version_id, partner_id)
ON CONFLICT (partner_id, version_id) DO NOTHING
RETURNING version_id, partner_id
"""


def announce_prices(*, now: datetime, jobs: Jobs = NOBODY) -> int:
    """Tell every partner of the rises whose notice is due at `now`, each once; the number told.

    A rise is one at the partner's present peak: for whom it is none yet, it is looked at again until its cycle starts,
    for it may grow. Whoever came later, went live or changed its terms since the prices were loaded is told as well.
    Several workers may do so at once.
    """
    with transaction.atomic():
        rises = rises_to_tell(EVERYTHING, now=now)
        if not rises:
            return 0
        with quick_cursor() as cursor:
            cursor.execute(
                _SETTLED,
                {
                    "now": now,
                    "versions": array([version_id for version_id, _ in rises]),
                    "partners": array([partner_id for _, partner_id in rises]),
                },
            )
            ours = sorted(cursor.fetchall())
        write_messages([_telling((one, other), rises[one, other]) for one, other in ours], now=now, jobs=jobs)
        return len(ours)


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
            "timezone": row.timezone,
        },
    )
