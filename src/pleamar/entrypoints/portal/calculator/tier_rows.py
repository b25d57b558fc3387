"""The rows of a price table as they are read: from how many users to how many, and what each costs."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from pleamar.rules.prices import PriceVersion


class TierRow(NamedTuple):
    """`last` is None in the last row; `here`: the number asked about is in it."""

    first: int
    last: int | None
    unit_price: Decimal
    here: bool


def tier_rows(version: PriceVersion, users: int | None = None) -> list[TierRow]:
    """All of the table; no users are in its first row, as they are on an invoice."""
    ends: list[int | None] = [tier.minimum - 1 for tier in version.tiers[1:]]
    asked = None if users is None else max(users, 1)
    return [
        TierRow(
            *(tier.minimum, last, tier.unit_price),
            here=asked is not None and tier.minimum <= asked and (last is None or asked <= last),
        )
        for tier, last in zip(version.tiers, [*ends, None], strict=True)
    ]
