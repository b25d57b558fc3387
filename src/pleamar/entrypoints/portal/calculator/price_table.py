"""A price table as it is read."""

from __future__ import annotations

from dataclasses import dataclass

from pleamar.entrypoints.portal.calculator.tier_rows import TierRow, tier_rows
from pleamar.rules.prices import PriceVersion


@dataclass(frozen=True, slots=True)
class PriceTable:
    """All of a table. `graduated`: a price is for the users inside its row; `capped`: never dearer than more users."""

    currency: str
    rows: list[TierRow]
    graduated: bool
    capped: bool


def price_table(version: PriceVersion, users: int | None = None) -> PriceTable:
    """The table, with the row marked that so many users are in."""
    is_graduated = version.mode == "graduated"
    return PriceTable(version.currency, tier_rows(version, users), is_graduated, version.capped and not is_graduated)
