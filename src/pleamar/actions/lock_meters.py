"""Take a partner's lock, which is its meter's row, and learn how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pleamar.models.bulk import array, quick_cursor
from pleamar.rules.peak import Meter

COLUMNS = """
    partner_id, index, starts_at, ends_at, opening, seats, peak, peak_at, peak_batch_id, mark, last_at,
    timezone, currency, ends_with_cycle, ended
"""


@dataclass(frozen=True, slots=True)
class LockedMeter:
    """A meter whose row this transaction holds. `timezone` and `currency` are the running cycle's."""

    partner_id: int
    meter: Meter
    timezone: str
    currency: str
    ends_with_cycle: bool
    ended: bool

    def is_due(self, until: datetime) -> bool:
        """Whether its cycle has ended by `until` and is still to be frozen."""
        return not self.ended and self.meter.ends_at <= until


def locked(row: Sequence[Any]) -> LockedMeter:
    """A row of `COLUMNS`."""
    return LockedMeter(row[0], Meter(*row[1:11]), *row[11:15])


def lock_meters(partner_ids: Sequence[int]) -> dict[int, LockedMeter]:
    """Lock the partners' meters, in ascending order so that no two transactions wait for each other.

    A partner that does not exist is simply not in the answer.
    """
    with quick_cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM meter WHERE partner_id = ANY(%s::bigint[]) ORDER BY partner_id FOR UPDATE",
            [array(partner_ids)],
        )
        return {row[0]: locked(row) for row in cursor.fetchall()}


def lock_meter(partner_id: int) -> LockedMeter:
    """The same for one partner, which must exist (KeyError): the first statement of every change of seats."""
    with quick_cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM meter WHERE partner_id = %s FOR UPDATE", [partner_id], prepare=True)
        row = cursor.fetchone()
    if row is None:
        raise KeyError(partner_id)
    return locked(row)
