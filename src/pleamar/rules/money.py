"""Money: whole minor units of one currency, and the only place where anything is rounded (rule M9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from pleamar.rules.currencies import DECIMALS
from pleamar.rules.refusals import Refused

# Wide enough for any quantity of seats times a unit price of six places; nothing is cut before the one rounding.
_EXACT = Context(prec=60)
_ONE = Decimal(1)
# As many digits as anybody can mean.
_TYPED = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,15})(\.(?P<decimals>[0-9]+))?")


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in whole minor units (cents for USD, yen for JPY) of an ISO 4217 currency. May be negative."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same_currency(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.minor <= other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    @property
    def decimal(self) -> Decimal:
        """The amount in major units with all its decimals: `Money(1050, "USD").decimal == Decimal("10.50")`."""
        return Decimal(self.minor).scaleb(-DECIMALS[self.currency])

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            message = f"{self.currency} and {other.currency} cannot be added or compared"
            raise ValueError(message)


def typed(text: str, currency: str) -> Money:
    """What somebody typed as major units, exact: `typed("10.5", "USD") == Money(1050, "USD")`.

    Refuses `amount_invalid`, also for more decimals than the currency has: nothing is rounded in silence.
    """
    decimals = DECIMALS[currency]
    match = _TYPED.fullmatch(text.strip())
    if match is None or len(match["decimals"] or "") > decimals:
        raise Refused("amount_invalid", amount=text, currency=currency, decimals=decimals)
    minor = int(match["whole"] + (match["decimals"] or "").ljust(decimals, "0"))
    return Money(-minor if match["sign"] else minor, currency)


def rounded(amount: Decimal, currency: str) -> Money:
    """`amount` of major units in whole minor units, half up (away from zero), once (rule M9)."""
    minor = amount.scaleb(DECIMALS[currency], _EXACT).quantize(_ONE, ROUND_HALF_UP, _EXACT)
    return Money(int(minor), currency)


def product(unit_price: Decimal, quantity: int) -> Decimal:
    """`unit_price × quantity`, exact."""
    return _EXACT.multiply(unit_price, quantity)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum, zero of `currency` when there is nothing to add."""
    result = Money(0, currency)
    for amount in amounts:
        result = result + amount
    return result


def split(amount: Money, weights: Mapping[int, int]) -> dict[int, Money]:
    """`amount` shared by `weights` (id → whole number, none negative), by largest remainder, ties by the lower id.

    The shares add up to `amount` exactly (rule M9). With no weight at all there is nobody to share with: refuses with
    ValueError unless `amount` is zero.
    """
    whole = sum(weights.values())
    if whole == 0:
        if amount:
            message = "money cannot be split among weights that are all zero"
            raise ValueError(message)
        return dict.fromkeys(weights, amount)
    sign = -1 if amount.minor < 0 else 1
    shares, remainders = {}, {}
    for key, weight in weights.items():
        shares[key], remainders[key] = divmod(abs(amount.minor) * weight, whole)
    left = abs(amount.minor) - sum(shares.values())
    for key in sorted(weights, key=lambda key: (-remainders[key], key))[:left]:
        shares[key] += 1
    return {key: Money(sign * share, amount.currency) for key, share in shares.items()}
