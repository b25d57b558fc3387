"""Member limits: what may be set, and who would have to go (rule M21)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from pleamar.rules.refusals import Refused
from pleamar.rules.seats import fitting

HIGHEST_LIMIT: Final = 1_000_000


def checked_limit(limit: int, *, least: int = 0) -> int:
    """A number of members, from `least` to a million; with 0 nobody may be active. Refuses `limit_out_of_range`."""
    if not least <= limit <= HIGHEST_LIMIT:
        raise Refused("limit_out_of_range", limit=limit, least=least, most=HIGHEST_LIMIT)
    return limit


def leaving(active: Collection[str], limit: int | None) -> tuple[str, ...]:
    """Of the active members, who must go for the rest to fit: the last in e-mail order, as additions come in."""
    return tuple(fitting(active, active_after_removals=0, limit=limit)[1])
