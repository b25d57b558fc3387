"""The price books that come with Pleamar: demo figures, no start date, volume mode, uncapped (rule M9)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from pleamar.rules.prices import Tier

_MINIMUMS: Final = (1, 100, 250, 500, 1000, 2500)


def _tiers(unit_prices: str) -> tuple[Tier, ...]:
    texts = unit_prices.split()
    return tuple(Tier(minimum, Decimal(text)) for minimum, text in zip(_MINIMUMS, texts, strict=True))


# Currency → tiers of the monthly list book; prices per seat and month, in major units.
MONTHLY: Final[dict[str, tuple[Tier, ...]]] = {
    "USD": _tiers("2.40 2.10 1.90 1.70 1.50 1.30"),
    "EUR": _tiers("2.20 1.95 1.75 1.55 1.40 1.20"),
    "GBP": _tiers("1.90 1.65 1.50 1.35 1.20 1.05"),
}
