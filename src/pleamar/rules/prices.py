"""Price books: which version is in force, what a quantity of seats costs, where more would cost less (M9, M24)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from operator import attrgetter
from typing import Final, Literal, TypeAlias

from pleamar.rules.money import Money, product, rounded
from pleamar.rules.refusals import Refused

Mode: TypeAlias = Literal["volume", "graduated"]

UNIT_PRICE_DECIMALS: Final = 6
UNIT_PRICE_LIMIT: Final = Decimal(10) ** 8  # the column is numeric(14, 6): eight digits before the point

_minimum = attrgetter("minimum")


@dataclass(frozen=True, slots=True)
class Tier:
    """From `minimum` seats on, up to the next tier's minimum, a seat costs `unit_price` (major units of money)."""

    minimum: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class PriceVersion:
    """One dated table of a price book in one currency (rule M9).

    `tiers` are those of `checked_tiers`: by rising minimum, the first at 1. They are not checked again here, so that
    pricing stays cheap. `valid_from` is None for a table with no start date. `capped` has an effect in volume mode
    only: a graduated total never falls as the quantity grows.
    """

    id: int
    currency: str
    valid_from: date | None
    mode: Mode
    capped: bool
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier as somebody wrote it: seats `first` to `last`, both included; `last` is None for "and more"."""

    first: int
    last: int | None
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line of a statement or invoice; `amount` is rounded, once.

    `usage`: `quantity` seats at `unit_price`. `cap`: a negative adjustment, down to what `quantity` seats would cost
    at `unit_price`. The tier applied covers `tier_minimum` to `tier_maximum` seats (None: no end).
    """

    kind: Literal["usage", "cap"]
    quantity: int
    unit_price: Decimal | None
    amount: Money
    tier_minimum: int
    tier_maximum: int | None


@dataclass(frozen=True, slots=True)
class Priced:
    """What a quantity costs: `total`, net of tax, is the sum of `lines`; `unit_price` is None in graduated mode."""

    lines: tuple[PricedLine, ...]
    unit_price: Decimal | None
    total: Money


def checked_tiers(rows: Iterable[TierRow]) -> tuple[Tier, ...]:
    """The tiers of a table that covers every quantity from 1 on exactly once (rule M9). Rows come in any order.

    Refuses `tiers_missing`; with `row` (its place among `rows`, from 1) and `unit_price`: `unit_price_not_finite`,
    `unit_price_negative`, `unit_price_too_large`, `unit_price_too_fine`; with `row` and bounds: `tier_ends_early`,
    `tiers_not_from_one`, `tier_gap`, `tier_overlap`, `tier_open_before_last`, `tier_closed_at_last`.
    """
    numbered = list(enumerate(rows, start=1))
    if not numbered:
        raise Refused("tiers_missing")
    for number, row in numbered:
        _check_unit_price(number, row.unit_price)
        if row.last is not None and row.last < row.first:
            raise Refused("tier_ends_early", row=number, first=row.first, last=row.last)
    numbered.sort(key=lambda pair: (pair[1].first, pair[0]))
    _check_cover(numbered)
    # A negative zero is no negative price, but would be printed as one.
    return tuple(Tier(row.first, row.unit_price.copy_abs()) for _, row in numbered)


def _check_unit_price(number: int, unit_price: Decimal) -> None:
    code = None
    if not unit_price.is_finite():
        code = "unit_price_not_finite"
    elif unit_price < 0:
        code = "unit_price_negative"
    elif unit_price >= UNIT_PRICE_LIMIT:
        code = "unit_price_too_large"
    elif unit_price and _too_fine(unit_price):
        code = "unit_price_too_fine"
    if code:
        raise Refused(code, row=number, unit_price=str(unit_price))


def _too_fine(unit_price: Decimal) -> bool:
    """Whether the value needs more decimals than are kept; zeros written at its end do not count."""
    # The first test spares the exact fraction of something like 1E-1000000.
    if unit_price.adjusted() < -UNIT_PRICE_DECIMALS:
        return True
    denominator = unit_price.as_integer_ratio()[1]
    return 10**UNIT_PRICE_DECIMALS % denominator != 0


def _check_cover(numbered: list[tuple[int, TierRow]]) -> None:
    number, row = numbered[0]
    if row.first != 1:
        raise Refused("tiers_not_from_one", row=number, first=row.first)
    for (before_number, before), (number, row) in pairwise(numbered):
        if before.last is None:
            raise Refused("tier_open_before_last", row=before_number, first=before.first, next_first=row.first)
        expected = before.last + 1
        if row.first != expected:
            code = "tier_gap" if row.first > expected else "tier_overlap"
            raise Refused(code, row=number, first=row.first, expected=expected)
    number, row = numbered[-1]
    if row.last is not None:
        raise Refused("tier_closed_at_last", row=number, last=row.last)


def in_force(versions: Iterable[PriceVersion], on: date) -> PriceVersion | None:
    """Of one book's versions in one currency, the newest whose date is not after `on`; None if there is none (M9).

    For a cycle, `on` is the local date of its start. A version with no date is older than any dated one; of two with
    the same date the higher id holds.
    """
    held = [version for version in versions if version.valid_from is None or version.valid_from <= on]
    # No real version is dated on the calendar's first day, yet the first part of the key keeps even that one apart.
    return max(held, key=lambda it: (it.valid_from is not None, it.valid_from or date.min, it.id), default=None)


def applicable(agreed: Iterable[PriceVersion], listed: Iterable[PriceVersion], on: date) -> PriceVersion | None:
    """The version in force on `on` of the partner's agreed book, else of the list; None if neither has one (M9)."""
    found = in_force(agreed, on)
    return found if found is not None else in_force(listed, on)


def price(version: PriceVersion, quantity: int) -> Priced:
    """What `quantity` seats cost in a cycle, with its lines (rule M9). Raises ValueError for a negative quantity.

    Volume: one usage line, all seats at the unit price of the tier reached, and in a capped book a cap line where
    some larger quantity costs less. Graduated: a usage line for each tier reached. No seats: no lines and a total of
    zero; the unit price shown is then the first tier's.
    """
    if version.mode == "graduated":
        lines = _graduated_lines(version, quantity)
        unit_price = None
    else:
        index = _index(version, quantity)
        lines = _volume_lines(version, index, quantity)
        unit_price = version.tiers[index].unit_price
    return Priced(lines, unit_price, Money(sum(line.amount.minor for line in lines), version.currency))


def next_tier(version: PriceVersion, quantity: int) -> Tier | None:
    """The tier after the one that `quantity` seats are in, None in the last (rule M24). No seats are in the first."""
    following = _index(version, quantity) + 1
    return version.tiers[following] if following < len(version.tiers) else None


def cheaper_with_more(version: PriceVersion, quantity: int) -> int | None:
    """The larger quantity with the lowest total, if that is below `quantity`'s own, else None (rule M24).

    Of several with that total, the smallest. In a capped or graduated book more seats never cost less.
    """
    index = _index(version, quantity)
    if version.capped or version.mode == "graduated":
        return None
    own = _amount(version, index, quantity)
    found = _cheapest_above(version, index, own)
    return version.tiers[found[0]].minimum if found else None


def _index(version: PriceVersion, quantity: int) -> int:
    if quantity < 0:
        message = f"a quantity of seats is never negative: {quantity}"
        raise ValueError(message)
    return max(bisect_right(version.tiers, quantity, key=_minimum) - 1, 0)


def _amount(version: PriceVersion, index: int, quantity: int) -> Money:
    return rounded(product(version.tiers[index].unit_price, quantity), version.currency)


def _maximum(version: PriceVersion, index: int) -> int | None:
    following = index + 1
    return version.tiers[following].minimum - 1 if following < len(version.tiers) else None


def _cheapest_above(version: PriceVersion, index: int, own: Money) -> tuple[int, Money] | None:
    """The tier after `index` whose minimum costs least, and that cost, if below `own`; of equals the first.

    Inside a tier a larger quantity never costs less, so only the minimums need looking at.
    """
    best = None
    for later in range(index + 1, len(version.tiers)):
        amount = _amount(version, later, version.tiers[later].minimum)
        if amount.minor < own.minor:
            best, own = (later, amount), amount
    return best


def _volume_lines(version: PriceVersion, index: int, quantity: int) -> tuple[PricedLine, ...]:
    if quantity == 0:
        return ()
    tier = version.tiers[index]
    own = _amount(version, index, quantity)
    usage = PricedLine("usage", quantity, tier.unit_price, own, tier.minimum, _maximum(version, index))
    found = _cheapest_above(version, index, own) if version.capped else None
    if found is None:
        return (usage,)
    later, amount = found
    tier = version.tiers[later]
    cap = PricedLine("cap", tier.minimum, tier.unit_price, amount - own, tier.minimum, _maximum(version, later))
    return (usage, cap)


def _graduated_lines(version: PriceVersion, quantity: int) -> tuple[PricedLine, ...]:
    if quantity == 0:
        return ()
    lines = []
    for index in range(_index(version, quantity) + 1):
        tier, last = version.tiers[index], _maximum(version, index)
        inside = (quantity if last is None else min(quantity, last)) - tier.minimum + 1
        amount = _amount(version, index, inside)
        lines.append(PricedLine("usage", inside, tier.unit_price, amount, tier.minimum, last))
    return tuple(lines)
