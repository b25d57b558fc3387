"""Priced lines, as they are told at the console."""

from __future__ import annotations

from decimal import Decimal

from pleamar.rules.calculator import Calculation
from pleamar.rules.currencies import DECIMALS
from pleamar.rules.money import Money
from pleamar.rules.prices import PricedLine


def price_text(unit_price: Decimal, currency: str) -> str:
    """A unit price with all the decimals it has, and at least the currency's: `2.40`, `0.0125`, `150` (JPY)."""
    whole, _, decimals = f"{unit_price:f}".partition(".")
    decimals = decimals.rstrip("0").ljust(DECIMALS[currency], "0")
    return f"{whole}.{decimals}" if decimals else whole


def price_value(unit_price: Decimal, currency: str) -> Decimal:
    """The same as a number, which a table puts to the right."""
    return Decimal(price_text(unit_price, currency))


def money_text(amount: Money) -> str:
    """`2,600.00 USD`."""
    return f"{amount.decimal:,f} {amount.currency}"


def next_tier_text(told: Calculation) -> str:
    """`Next tier: 2.10 from 100 seats, 1 more`; nothing in the last tier."""
    if told.following is None:
        return ""
    price = price_text(told.following.unit_price, told.priced.total.currency)
    return f"Next tier: {price} from {told.following.minimum:,} seats, {told.to_following or 0:,} more"


def line_text(line: PricedLine) -> str:
    """`99 × 2.40 = 237.60 USD`."""
    currency, amount = line.amount.currency, money_text(line.amount)
    if line.kind == "cap":
        return f"no dearer than {line.quantity:,}: {amount}"
    price = "" if line.unit_price is None else price_text(line.unit_price, currency)
    return f"{line.quantity:,} × {price} = {amount}"
