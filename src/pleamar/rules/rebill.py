"""What a partner bills its own customers, against what they cost it: ways of counting, revenue and margin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias, get_args

from pleamar.rules.currencies import DECIMALS
from pleamar.rules.money import Money, product, rounded, split, total
from pleamar.rules.prices import UNIT_PRICE_DECIMALS, UNIT_PRICE_LIMIT
from pleamar.rules.refusals import Refused

Counting: TypeAlias = Literal["share", "own_peak", "date"]
COUNTINGS: Final[tuple[Counting, ...]] = get_args(Counting)
LONGEST_REFERENCE: Final = 100

_EXAMPLE: Final = "2.40"

# 1,234 may be a thousand or one and a bit: who writes three digits after a comma is asked.
_PRICE: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6}|,(?:[0-9]{1,2}|[0-9]{4,6}))?")


@dataclass(frozen=True, slots=True)
class Use:
    """An account's users in a period: its share of the partner's peak (these add up), its own peak (these do not), and
    its count at a moment of it.
    """

    share: int
    own_peak: int
    on_date: int

    def counted(self, counting: Counting) -> int:
        """The number that is billed when it is counted so."""
        return {"share": self.share, "own_peak": self.own_peak, "date": self.on_date}[counting]

    @property
    def had_use_but_no_share(self) -> bool:
        """Somebody was active in the period, but nobody at the moment of the peak."""
        return self.own_peak > 0 and self.share == 0


@dataclass(frozen=True, slots=True)
class SellPrice:
    """What the partner bills a user, in major units of a currency."""

    unit_price: Decimal
    currency: str

    @property
    def plain(self) -> str:
        """For programs and for forms: with the currency's decimals, and more only where it has them: `2.40`."""
        whole, _, decimals = f"{self.unit_price:f}".partition(".")
        decimals = decimals.rstrip("0").ljust(DECIMALS[self.currency], "0")
        return f"{whole}.{decimals}" if decimals else whole


@dataclass(frozen=True, slots=True)
class RebillLine:
    """What a customer is billed. `revenue` is None where it has users and no price, `cost` where it is not known.

    `margin` is None where either is, or they are in two currencies.
    """

    users: int
    revenue: Money | None
    cost: Money | None
    margin: Money | None
    had_use_but_no_share: bool


@dataclass(frozen=True, slots=True)
class RebillTotals:
    """All customers together. `revenue` has one amount a currency; `margin` is None unless every line has one."""

    users: int
    revenue: tuple[Money, ...]
    cost: Money | None
    margin: Money | None


def cost_shares(net: Money, shares: Mapping[int, int]) -> dict[int, Money]:
    """The net amount of a cycle by account, as its invoice shares it; nobody's where nobody had users (rule M9)."""
    if not any(shares.values()):
        return dict.fromkeys(shares, Money(0, net.currency))
    return split(net, shares)


def rebill_line(use: Use, counting: Counting, price: SellPrice | None, cost: Money | None) -> RebillLine:
    """One customer's. Revenue is rounded once, half up (rule M9); no users are billed nothing at any price."""
    users = use.counted(counting)
    revenue = _revenue(users, price, cost)
    is_known = revenue is not None and cost is not None and revenue.currency == cost.currency
    return RebillLine(
        users=users,
        revenue=revenue,
        cost=cost,
        margin=revenue - cost if is_known and revenue is not None and cost is not None else None,
        had_use_but_no_share=use.had_use_but_no_share,
    )


def rebill_totals(lines: Sequence[RebillLine]) -> RebillTotals:
    """The sums of these lines, whose costs are all of one currency or all unknown."""
    costs = [line.cost for line in lines if line.cost is not None]
    margins = [line.margin for line in lines if line.margin is not None]
    return RebillTotals(
        users=sum(line.users for line in lines),
        revenue=_by_currency(line.revenue for line in lines if line.revenue is not None),
        cost=total(costs, costs[0].currency) if costs else None,
        margin=total(margins, margins[0].currency) if margins and len(margins) == len(lines) else None,
    )


def checked_sell_price(text: str) -> Decimal:
    """The price that somebody typed: `2.40`, or `2,40`. Refuses `sell_price_invalid`."""
    told = text.strip()
    if not _PRICE.fullmatch(told):
        raise Refused("sell_price_invalid", price=told, decimals=UNIT_PRICE_DECIMALS, example=_EXAMPLE)
    return checked_unit_price(Decimal(told.replace(",", ".")))


def checked_unit_price(price: Decimal) -> Decimal:
    """A price of a user that can be written down: not negative, of six decimals at most. Refuses alike."""
    is_fit = price.is_finite() and 0 <= price < UNIT_PRICE_LIMIT
    # The first test spares the exact fraction of something like 1E-1000000.
    if not is_fit or (price and price.adjusted() < -UNIT_PRICE_DECIMALS) or _too_fine(price):
        raise Refused("sell_price_invalid", price=str(price), decimals=UNIT_PRICE_DECIMALS, example=_EXAMPLE)
    return price.copy_abs()


def _too_fine(price: Decimal) -> bool:
    """Whether it has more decimals than are kept; zeros written at its end do not count."""
    return 10**UNIT_PRICE_DECIMALS % price.as_integer_ratio()[1] != 0


def checked_reference(text: str) -> str:
    """A reference or a code of a partner's own, trimmed; may be empty. Refuses `reference_invalid`."""
    told = text.strip()
    if len(told) > LONGEST_REFERENCE or not told.isprintable():
        raise Refused("reference_invalid", longest=LONGEST_REFERENCE)
    return told


def _revenue(users: int, price: SellPrice | None, cost: Money | None) -> Money | None:
    if users == 0 and cost is not None:
        return Money(0, cost.currency)
    return None if price is None else rounded(product(price.unit_price, users), price.currency)


def _by_currency(amounts: Iterable[Money]) -> tuple[Money, ...]:
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Money(0, amount.currency)) + amount
    return tuple(sums[currency] for currency in sorted(sums) if sums[currency] or len(sums) == 1)
