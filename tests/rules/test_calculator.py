"""The calculator, against models that try every quantity (rules M9, M17 and M24)."""

from __future__ import annotations

from decimal import Decimal
from itertools import accumulate, count, takewhile

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pleamar.rules.calculator import (
    calculated,
    cost_range,
    is_dearer_from,
    margin,
    never_dearer,
    room,
    typed_resale,
)
from pleamar.rules.currencies import DECIMALS
from pleamar.rules.money import Money
from pleamar.rules.prices import Mode, PriceVersion, Tier, cheaper_with_more, next_tier, price
from pleamar.rules.refusals import Refused
from pleamar.rules.shipped_prices import MONTHLY

LISTED = PriceVersion(1, "USD", None, "volume", capped=False, tiers=MONTHLY["USD"])
CAPPED = PriceVersion(1, "USD", None, "volume", capped=True, tiers=MONTHLY["USD"])
GRADUATED = PriceVersion(1, "USD", None, "graduated", capped=False, tiers=MONTHLY["USD"])


def book(*tiers: tuple[int, str], currency: str = "USD", mode: Mode = "volume", capped: bool = False) -> PriceVersion:
    return PriceVersion(1, currency, None, mode, capped, tuple(Tier(first, Decimal(text)) for first, text in tiers))


@st.composite
def versions(draw: st.DrawFn, currency: str | None = None) -> PriceVersion:
    """Books of up to five tiers below 50 seats, at prices that rise, fall and are zero, with halves of a minor unit."""
    steps = draw(st.lists(st.integers(1, 12), max_size=4))
    currency = currency or draw(st.sampled_from(["USD", "JPY", "KWD"]))
    halves = st.integers(0, 20).map(lambda number: Decimal(number * 5).scaleb(-1 - DECIMALS[currency]))
    tiers = tuple(Tier(minimum, draw(halves | st.just(Decimal(0)))) for minimum in accumulate(steps, initial=1))
    mode: Mode = draw(st.sampled_from(["volume", "graduated"]))
    return PriceVersion(1, currency, None, mode, draw(st.booleans()), tiers)


def minor(version: PriceVersion, seats: int) -> int:
    return price(version, seats).total.minor


# Prices are either zero or at least half a minor unit, so no total that begins below this stays below it for ever.
_FAR = 600


def room_by_trying(version: PriceVersion, seats: int, peak: int) -> int | None:
    paid = minor(version, peak)
    free = sum(1 for _ in takewhile(lambda more: minor(version, max(peak, seats + more)) <= paid, range(1, _FAR)))
    return None if free == _FAR - 1 else free


@settings(deadline=None, max_examples=400)
@given(versions(), st.integers(0, 60), st.integers(0, 60))
@example(LISTED, 99, 99)
@example(CAPPED, 88, 99)
def test_m24_there_is_room_up_to_the_first_number_that_costs_more(version: PriceVersion, one: int, other: int) -> None:
    seats, peak = sorted((one, other))
    assert room(version, seats, peak) == room_by_trying(version, seats, peak)


@pytest.mark.parametrize(
    ("version", "seats", "peak", "expected"),
    [
        (LISTED, 99, 99, 14),  # 237.60; 100 cost 210.00 and 113 cost 237.30
        (LISTED, 60, 99, 53),
        (LISTED, 87, 87, 0),  # 88 would cost more, although 100 cost less than those
        (LISTED, 80, 87, 7),
        (LISTED, 100, 100, 0),
        (LISTED, 0, 0, 0),
        (LISTED, 2499, 2499, 384),  # 2,499 at 1.50; 2,883 at 1.30 is the last below that
        (LISTED, 2500, 2500, 0),
        (CAPPED, 99, 99, 1),  # both are 210.00
        (CAPPED, 87, 87, 0),
        (CAPPED, 88, 88, 12),
        (GRADUATED, 99, 99, 0),
        (GRADUATED, 10, 60, 50),
        (book((1, "0"), (11, "1")), 0, 0, 10),
        (book((1, "2"), (11, "0")), 10, 10, None),
        (book((1, "2"), (11, "0")), 4, 4, 0),
        (book((1, "2"), (11, "0"), (21, "1")), 10, 10, 10),
        (book((1, "2"), (11, "0"), mode="graduated"), 10, 10, None),
        (book((1, "2"), (11, "0"), (21, "1"), mode="graduated"), 10, 10, 10),
        (book((1, "2"), (11, "0"), capped=True), 1, 1, None),  # everything is capped at nothing
        (book((1, "0")), 5, 9, None),
        (book((1, "0.000001")), 0, 0, 4_999),  # half a cent is reached with 5,000
    ],
)
def test_m24_room_around_cliffs_and_at_free_tiers(
    version: PriceVersion, seats: int, peak: int, expected: int | None
) -> None:
    assert room(version, seats, peak) == expected


@pytest.mark.parametrize(("seats", "peak"), [(-1, 3), (4, 3)])
def test_seats_above_the_peak_are_a_mistake_of_the_caller(seats: int, peak: int) -> None:
    with pytest.raises(ValueError, match=f"{seats} seats with a peak of {peak}"):
        room(LISTED, seats, peak)


@settings(deadline=None, max_examples=200)
@given(versions(), st.integers(0, 60), st.integers(0, 60))
def test_m24_what_a_range_of_peaks_can_cost(version: PriceVersion, one: int, other: int) -> None:
    low, high = sorted((one, other))
    totals = [minor(version, quantity) for quantity in range(low, high + 1)]
    assert [end.minor for end in cost_range(version, low, high)] == [min(totals), max(totals)]


def test_m24_a_range_over_a_cliff_is_dearest_inside_it() -> None:
    assert cost_range(LISTED, 90, 101) == (Money(21000, "USD"), Money(23760, "USD"))
    with pytest.raises(ValueError, match="from 3 to 2"):
        cost_range(LISTED, 3, 2)


@settings(deadline=None)
@given(versions(), st.integers(0, 80))
def test_m24_the_calculator_says_tier_next_tier_and_where_more_costs_less(version: PriceVersion, seats: int) -> None:
    told = calculated(version, seats)
    assert (told.priced, told.following) == (price(version, seats), next_tier(version, seats))
    inside = [tier for tier in version.tiers if tier.minimum <= max(seats, 1)]
    assert told.tier == inside[-1]
    assert told.tier_maximum == (told.following.minimum - 1 if told.following else None)
    assert (told.to_following is None) == (told.following is None)
    assert not told.following or seats + (told.to_following or 0) == told.following.minimum
    assert (told.cheaper.seats if told.cheaper else None) == cheaper_with_more(version, seats)
    assert told.cheaper is None or told.cheaper.total == price(version, told.cheaper.seats).total < told.priced.total


@pytest.mark.parametrize("seats", [-1, 2_000_000_001])
def test_a_number_of_seats_that_nobody_can_have_is_refused(seats: int) -> None:
    with pytest.raises(Refused, match="seats_out_of_range"):
        calculated(LISTED, seats)


@pytest.mark.parametrize(
    ("seats", "resale", "expected"),
    [
        (99, "4", (39600, 15840, 40)),
        (100, "2.10", (21000, 0, 0)),
        (100, "2", (20000, -1000, -5)),
        (10, "0", (0, -2400, None)),
        (0, "4", (0, 0, None)),
        (1, "0.004", (0, -240, None)),  # rounded, it brings nothing
        (3, "2.404999", (721, 1, 0)),
        (3, "1.20", (360, -360, -100)),
        (1000, "12", (1_200_000, 1_050_000, 88)),  # 87.5
        (8, "2.25", (1800, -120, -7)),  # -6.67
    ],
)
def test_m24_the_partner_s_own_price_leaves_a_margin(
    seats: int, resale: str, expected: tuple[int, int, int | None]
) -> None:
    left = margin(price(LISTED, seats), seats, typed_resale(resale))
    assert (left.revenue.minor, left.margin.minor, left.percent) == expected


@settings(deadline=None)
@given(versions(), st.integers(0, 80), st.integers(0, 5_000_000))
def test_m24_margin_and_cost_are_the_revenue(version: PriceVersion, seats: int, millionths: int) -> None:
    priced = price(version, seats)
    left = margin(priced, seats, Decimal(millionths).scaleb(-6))
    assert left.margin + priced.total == left.revenue
    if left.percent is not None:
        # Within half a percent, the exact half away from zero.
        assert abs(2 * (left.percent * left.revenue.minor - 100 * left.margin.minor)) <= left.revenue.minor


@pytest.mark.parametrize("text", ["", "-1", "2,40", "1e3", "NaN", "2.1234567", "100000000", ".5", "2.", "٣", "1_0"])
def test_m24_a_resale_price_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="resale_price_invalid"):
        typed_resale(text)


@settings(deadline=None, max_examples=150)
@given(versions("USD"), versions("USD"))
@example(CAPPED, LISTED)
@example(book((1, "0.004"), mode="graduated"), book((1, "0.004"), (2, "0.004"), mode="graduated"))
def test_m09_a_table_that_is_never_dearer_is_so_at_every_quantity(before: PriceVersion, after: PriceVersion) -> None:
    assume(never_dearer(before, after))
    assert all(minor(after, seats) <= minor(before, seats) for seats in range(120))


def lowered(version: PriceVersion) -> PriceVersion:
    tiers = tuple(Tier(tier.minimum, tier.unit_price * Decimal("0.5")) for tier in version.tiers)
    return PriceVersion(2, version.currency, None, version.mode, version.capped, tiers)


@settings(deadline=None)
@given(versions("USD"))
def test_m09_lower_prices_are_known_to_be_never_dearer(version: PriceVersion) -> None:
    assert never_dearer(version, version)
    assert never_dearer(version, lowered(version))
    assert all(minor(lowered(version), seats) <= minor(version, seats) for seats in range(120))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LISTED, book((1, "2.41"))),
        (LISTED, book((1, "2.40"))),  # dearer from 100 on
        (LISTED, book((1, "1"), (5000, "1.31"))),
        (CAPPED, LISTED),
        (LISTED, GRADUATED),
        (LISTED, book((1, "0"), currency="EUR")),
    ],
)
def test_m09_what_may_be_dearer_is_not_called_never_dearer(before: PriceVersion, after: PriceVersion) -> None:
    assert not never_dearer(before, after)


def test_m24_room_is_found_by_tiers_and_not_by_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = count()

    def counting(version: PriceVersion, quantity: int) -> object:
        next(asked)
        return price(version, quantity)

    monkeypatch.setattr("pleamar.rules.calculator.price", counting)
    assert room(book((1, "0"), (1_000_000_000, "0.000001")), 0, 0) == 999_999_999
    assert room(book((1, "90"), (2, "0.000001")), 1, 1) == 90_004_998
    assert next(asked) < 100


@settings(deadline=None, max_examples=400)
@given(versions("USD"), versions("USD"), st.integers(0, 60))
def test_m09_whether_any_number_from_the_peak_up_is_dearer(
    before: PriceVersion, after: PriceVersion, peak: int
) -> None:
    quantities = [*range(max(peak, 1), 200), 10**7]
    most = max(minor(after, seats) - minor(before, seats) for seats in quantities)
    is_plain = before.mode == after.mode == "volume" and not after.capped
    rounding = 0 if is_plain else len(before.tiers) + len(after.tiers)
    if is_dearer_from(before, after, peak):
        assert most > 0
    else:
        assert most <= rounding


@pytest.mark.parametrize(
    ("after", "peak", "expected"),
    [
        (book((1, "2.40"), (11, "24")), 10, True),
        (book((1, "24"), (10, "2.40"), (100, "1")), 9, True),
        (book((1, "24"), (10, "2.40"), (100, "1")), 10, False),
        (book((1, "2.400001"), (2, "1")), 1, True),  # rounding hides it
        (book((1, "5"), (11, "1"), mode="graduated"), 28, True),  # 68.00 against 67.20
        (book((1, "5"), (11, "1"), mode="graduated"), 29, False),
        (book((1, "2"), (11, "3"), mode="graduated"), 1, True),  # from 24 up
        (book((1, "3"), (20, "1"), capped=True), 1, True),  # up to 8
        (book((1, "3"), (20, "1"), capped=True), 9, False),  # 20.00 for all of 7 to 20
    ],
)
def test_m09_examples_of_tables_dearer_than_2_40_for_each(after: PriceVersion, peak: int, *, expected: bool) -> None:
    assert is_dearer_from(book((1, "2.40")), after, peak) is expected
