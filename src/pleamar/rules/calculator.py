"""The price calculator: what seats cost, what more of them would, and what reselling them leaves (rules M9, M24)."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Final

from pleamar.rules.money import Money, product, rounded
from pleamar.rules.prices import (
    UNIT_PRICE_DECIMALS,
    UNIT_PRICE_LIMIT,
    Priced,
    PriceVersion,
    Tier,
    cheaper_with_more,
    next_tier,
    price,
)
from pleamar.rules.refusals import Refused

# The most seats that a database's integer holds.
MOST_SEATS: Final = 2_000_000_000
_RESALE: Final = re.compile(rf"[0-9]{{1,8}}(?:\.[0-9]{{1,{UNIT_PRICE_DECIMALS}}})?")


@dataclass(frozen=True, slots=True)
class Cheaper:
    """A larger number of seats with a lower total (rule M24)."""

    seats: int
    total: Money


@dataclass(frozen=True, slots=True)
class Calculation:
    """What `seats` cost for one cycle, net, and what stands next to that.

    `tier` is the one reached, up to `tier_maximum` seats (None: no end); `to_following` more seats reach `following`.
    `cheaper` is told where more seats would cost less.
    """

    seats: int
    priced: Priced
    tier: Tier
    tier_maximum: int | None
    following: Tier | None
    to_following: int | None
    cheaper: Cheaper | None


@dataclass(frozen=True, slots=True)
class Margin:
    """What is left of `revenue`, seats at the resale price, after their cost: below zero when it is sold at a loss.

    `percent` is that part of the revenue in whole percent, half away from zero; None without revenue.
    """

    revenue: Money
    margin: Money
    percent: int | None


def calculated(version: PriceVersion, seats: int) -> Calculation:
    """What the calculator shows (rule M24). Refuses `seats_out_of_range` below 0 and above `MOST_SEATS`."""
    if not 0 <= seats <= MOST_SEATS:
        raise Refused("seats_out_of_range", seats=seats, most=MOST_SEATS)
    following, fewer = next_tier(version, seats), cheaper_with_more(version, seats)
    return Calculation(
        seats=seats,
        priced=price(version, seats),
        tier=max((tier for tier in version.tiers if tier.minimum <= max(seats, 1)), key=lambda tier: tier.minimum),
        tier_maximum=following.minimum - 1 if following else None,
        following=following,
        to_following=following.minimum - seats if following else None,
        cheaper=None if fewer is None else Cheaper(fewer, price(version, fewer).total),
    )


def typed_resale(text: str) -> Decimal:
    """A resale price a seat, as somebody typed it: major units with up to six decimals, not below zero.

    Refuses `resale_price_invalid`: nothing is rounded in silence.
    """
    if not _RESALE.fullmatch(text.strip()):
        decimals, below = UNIT_PRICE_DECIMALS, int(UNIT_PRICE_LIMIT)
        raise Refused("resale_price_invalid", price=text, example="3.50", decimals=decimals, below=below)
    return Decimal(text.strip())


def margin(priced: Priced, seats: int, resale_price: Decimal) -> Margin:
    """What a partner that resells each of the `seats` at `resale_price` keeps of it (rule M24).

    The revenue is rounded once, as an invoice of one line would be.
    """
    revenue = rounded(product(resale_price, seats), priced.total.currency)
    left = revenue - priced.total
    return Margin(revenue, left, _percent(left.minor, revenue.minor) if revenue else None)


def _percent(part: int, whole: int) -> int:
    sign = -1 if part < 0 else 1
    return sign * ((200 * abs(part) + whole) // (2 * whole))


def room(version: PriceVersion, seats: int, peak: int) -> int | None:
    """The most seats that can be added so that neither they nor any fewer make the cycle dearer; None: any number.

    `peak` is the cycle's so far, `seats` are those of now. There is room below the peak (rule M17), and above it while
    the total is no higher: at 2.40 for each of 99 and 2.10 from 100 on, a peak of 99 has room up to 113.
    """
    if not 0 <= seats <= peak:
        message = f"{seats} seats with a peak of {peak}"
        raise ValueError(message)
    paid = price(version, peak).total
    # Inside a tier, whatever the mode, the total never falls: where it is no higher at the end, it is nowhere.
    for first, last in _stretches(version, peak):
        free = _affordable(version, first, last, paid)
        if free is None:
            return None
        if free != last:
            return free - seats
    raise AssertionError  # the last stretch has no end


def _stretches(version: PriceVersion, start: int) -> list[tuple[int, int | None]]:
    """The quantities from `start` on, each stretch of them inside one tier."""
    firsts = [start, *(tier.minimum for tier in version.tiers if tier.minimum > start)]
    return [(first, following - 1) for first, following in pairwise(firsts)] + [(firsts[-1], None)]


def _affordable(version: PriceVersion, first: int, last: int | None, paid: Money) -> int | None:
    """The last quantity of the stretch for which, and for all before it, the total is at most `paid`.

    One before `first` if there is none; None if there is no end to them.
    """

    def is_dearer(quantity: int) -> bool:
        return paid < price(version, quantity).total

    if is_dearer(first):
        return first - 1
    if last is None:
        # Free seats for ever: only what has a price can become too dear.
        if not version.tiers[-1].unit_price:
            return None
        last = first
        while not is_dearer(last):
            last *= 2
            last += 1
    return first + bisect_left(range(first, last + 1), x=True, key=is_dearer) - 1


def cost_range(version: PriceVersion, low: int, high: int) -> tuple[Money, Money]:
    """The lowest and the highest total of all quantities from `low` to `high`: a peak between them costs neither less
    nor more. Raises ValueError if they are the wrong way round.
    """
    if not 0 <= low <= high:
        message = f"from {low} to {high}"
        raise ValueError(message)
    ends = {low, high}
    for tier in version.tiers:
        ends.update(edge for edge in (tier.minimum - 1, tier.minimum) if low < edge < high)
    totals = [price(version, quantity).total for quantity in sorted(ends)]
    return min(totals, key=lambda total: total.minor), max(totals, key=lambda total: total.minor)


def never_dearer(before: PriceVersion, after: PriceVersion) -> bool:
    """Whether it is certain that no quantity costs more `after` than `before` (rule M9).

    Certain where every seat's own price is no higher and nothing else is worse: the same mode, no cap lost, and no
    other tiers in a graduated book, whose lines are rounded one by one. False may only mean that it is not certain.
    """
    if before.currency != after.currency or before.mode != after.mode:
        return False
    if before.mode == "volume" and before.capped and not after.capped:
        return False
    edges = {tier.minimum for tier in before.tiers}, {tier.minimum for tier in after.tiers}
    if before.mode == "graduated" and edges[0] != edges[1]:
        return False
    return all(_unit_price(after, edge) <= _unit_price(before, edge) for edge in edges[0] | edges[1])


@lru_cache(maxsize=10_000)
def is_dearer_from(before: PriceVersion, after: PriceVersion, start: int) -> bool:
    """Whether some quantity from `start` on, and from 1 on, costs more `after` than `before` (rule M9).

    By volume a higher unit price counts also where rounding hides it; in other modes a rise of a minor unit that is
    only rounding's may go unseen.
    """
    if never_dearer(before, after):
        return False
    start = max(start, 1)
    edges = {tier.minimum for tier in (*before.tiers, *after.tiers) if tier.minimum > start}
    firsts = sorted({start, *edges})
    if any(_is_dearer_within(before, after, first, following - 1) for first, following in pairwise(firsts)):
        return True
    # After the last edge the difference only grows, or only shrinks.
    first = firsts[-1]
    return _unit_price(before, first) < _unit_price(after, first) or _is_dearer_at(before, after, first)


def _is_dearer_at(before: PriceVersion, after: PriceVersion, quantity: int) -> bool:
    return price(before, quantity).total < price(after, quantity).total


def _is_dearer_within(before: PriceVersion, after: PriceVersion, first: int, last: int) -> bool:
    """Whether a quantity from `first` to `last`, all inside one tier of each, costs more after.

    Both totals are straight lines there, but for caps: the difference is largest at an end or where the new cap begins.
    """
    is_plain = before.mode == after.mode == "volume" and not after.capped
    if is_plain and _unit_price(before, first) < _unit_price(after, first):
        return True
    quantities = {first, last}
    if after.capped and after.mode == "volume":
        capped = first + bisect_left(range(first, last + 1), x=True, key=lambda it: len(price(after, it).lines) > 1)
        quantities |= {max(first, capped - 1), min(last, capped)}
    return any(_is_dearer_at(before, after, quantity) for quantity in quantities)


def _unit_price(version: PriceVersion, seats: int) -> Decimal:
    return next(tier.unit_price for tier in reversed(version.tiers) if tier.minimum <= seats)
