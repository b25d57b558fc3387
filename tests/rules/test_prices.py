"""Prices, against models that count seat by seat and try every quantity (rules M9 and M24)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pleamar.rules import prices
from pleamar.rules.currencies import DECIMALS
from pleamar.rules.money import Money
from pleamar.rules.prices import Mode, PricedLine, PriceVersion, Tier, TierRow, checked_tiers, in_force, price
from pleamar.rules.refusals import Refused
from pleamar.rules.shipped_prices import MONTHLY

LISTED = PriceVersion(1, "USD", None, "volume", capped=False, tiers=MONTHLY["USD"])
LISTED_CAPPED = PriceVersion(1, "USD", None, "volume", capped=True, tiers=MONTHLY["USD"])
quantities = st.integers(0, 80)
flags = st.booleans()


def book(*tiers: tuple[int, str], currency: str = "USD", mode: Mode = "volume", capped: bool = False) -> PriceVersion:
    return PriceVersion(1, currency, None, mode, capped, tuple(Tier(first, Decimal(text)) for first, text in tiers))


@st.composite
def versions(draw: st.DrawFn, mode: Mode, capped: st.SearchStrategy[bool] = flags) -> PriceVersion:
    """Books of up to five tiers below 60 seats, at prices that rise and fall, with halves of a minor unit in them."""
    steps = draw(st.lists(st.integers(1, 14), max_size=4))
    currency = draw(st.sampled_from(["USD", "JPY", "KWD"]))
    fine = st.integers(0, 4_000_000).map(lambda millionths: Decimal(millionths).scaleb(-6))
    halves = st.integers(0, 20).map(lambda count: Decimal(count * 5).scaleb(-1 - DECIMALS[currency]))
    tiers = tuple(Tier(minimum, draw(fine | halves)) for minimum in accumulate(steps, initial=1))
    return PriceVersion(1, currency, None, mode, draw(capped), tiers)


any_version = versions("volume") | versions("graduated")


def in_minor(exact: Fraction, currency: str) -> int:
    """Half up, with integers only; prices are never negative."""
    return int((exact * 10 ** DECIMALS[currency] * 2 + 1) // 2)


def tier_of(version: PriceVersion, seat: int) -> Tier:
    return [tier for tier in version.tiers if tier.minimum <= seat][-1]


def volume_minor(version: PriceVersion, seats: int) -> int:
    return in_minor(Fraction(tier_of(version, seats).unit_price) * seats, version.currency) if seats else 0


def graduated_minor(version: PriceVersion, seats: int) -> list[int]:
    """Each seat, one after the other, adds its own tier's price to that tier's line."""
    by_tier: dict[int, Fraction] = {}
    for seat in range(1, seats + 1):
        tier = tier_of(version, seat)
        by_tier[tier.minimum] = by_tier.get(tier.minimum, Fraction(0)) + Fraction(tier.unit_price)
    return [in_minor(exact, version.currency) for exact in by_tier.values()]


def capped_minor(version: PriceVersion, seats: int) -> int:
    """The lowest total of this and every larger quantity."""
    last = max(seats, version.tiers[-1].minimum)
    return min(volume_minor(version, quantity) for quantity in range(seats, last + 1))


@pytest.mark.parametrize(
    ("quantity", "unit_price", "minor"),
    [
        *[(0, "2.40", 0), (1, "2.40", 240), (20, "2.40", 4800), (99, "2.40", 23760), (100, "2.10", 21000)],
        *[(249, "2.10", 52290), (250, "1.90", 47500), (2499, "1.50", 374850), (2500, "1.30", 325000)],
    ],
)
def test_m09_the_tier_that_the_peak_reaches_prices_every_seat(quantity: int, unit_price: str, minor: int) -> None:
    priced = price(LISTED, quantity)
    assert (priced.unit_price, priced.total) == (Decimal(unit_price), Money(minor, "USD"))


def test_m09_the_shipped_books_are_the_published_ones() -> None:
    published = {
        "USD": "2.40 2.10 1.90 1.70 1.50 1.30",
        "EUR": "2.20 1.95 1.75 1.55 1.40 1.20",
        "GBP": "1.90 1.65 1.50 1.35 1.20 1.05",
    }
    assert {code: " ".join(str(tier.unit_price) for tier in tiers) for code, tiers in MONTHLY.items()} == published
    bounds = [(1, 99), (100, 249), (250, 499), (500, 999), (1000, 2499), (2500, None)]
    for tiers in MONTHLY.values():
        rows = [TierRow(*bound, tier.unit_price) for bound, tier in zip(bounds, tiers, strict=True)]
        assert checked_tiers(rows) == checked_tiers(rows[::-1]) == checked_tiers(rows[3:] + rows[:3]) == tiers


def test_m09_a_graduated_book_has_a_line_for_each_tier_reached() -> None:
    version = book((1, "2"), (11, "1.50"), (21, "0.333333"), currency="KWD", mode="graduated")
    priced = price(version, 24)
    assert priced.lines == (
        PricedLine("usage", 10, Decimal(2), Money(20_000, "KWD"), tier_minimum=1, tier_maximum=10),
        PricedLine("usage", 10, Decimal("1.50"), Money(15_000, "KWD"), tier_minimum=11, tier_maximum=20),
        PricedLine("usage", 4, Decimal("0.333333"), Money(1_333, "KWD"), tier_minimum=21, tier_maximum=None),
    )
    assert (priced.unit_price, priced.total) == (None, Money(36_333, "KWD"))
    assert [line.quantity for line in price(version, 10).lines] == [10]
    assert [line.quantity for line in price(version, 11).lines] == [10, 1]


def test_m09_a_capped_cycle_shows_an_adjustment_line() -> None:
    priced = price(LISTED_CAPPED, 99)
    assert priced.lines == (
        PricedLine("usage", 99, Decimal("2.40"), Money(23760, "USD"), tier_minimum=1, tier_maximum=99),
        PricedLine("cap", 100, Decimal("2.10"), Money(-2760, "USD"), tier_minimum=100, tier_maximum=249),
    )
    assert (priced.unit_price, priced.total) == (Decimal("2.40"), Money(21000, "USD"))
    assert [line.kind for line in price(LISTED_CAPPED, 87).lines] == ["usage"]
    assert [line.kind for line in price(LISTED_CAPPED, 88).lines] == ["usage", "cap"]


def test_m09_a_cap_looks_past_the_next_tier() -> None:
    priced = price(book((1, "10"), (10, "9.99"), (11, "1"), currency="JPY", capped=True), 9)
    assert priced.total == Money(11, "JPY")
    assert priced.lines[1] == PricedLine("cap", 11, Decimal(1), Money(-79, "JPY"), tier_minimum=11, tier_maximum=None)


def test_m09_a_cap_compares_what_is_left_after_rounding() -> None:
    # 40.4 and 40.2 yen are both 40: of two such tiers the earlier is shown, and against one's own there is no cap.
    assert price(book((1, "10"), (10, "4.04"), (20, "2.01"), currency="JPY", capped=True), 9).lines[1].quantity == 10
    assert len(price(book((1, "10.10"), (5, "8.04"), currency="JPY", capped=True), 4).lines) == 1


@pytest.mark.parametrize("mode", ["volume", "graduated"])
@pytest.mark.parametrize("capped", [False, True])
def test_m07_no_seats_cost_nothing_and_have_no_lines(mode: Mode, capped: bool) -> None:
    priced = price(book((1, "2.40"), (5, "0"), currency="KWD", mode=mode, capped=capped), 0)
    assert (priced.lines, priced.total) == ((), Money(0, "KWD"))
    assert priced.unit_price == (Decimal("2.40") if mode == "volume" else None)


def test_m07_free_seats_have_a_line_of_zero() -> None:
    priced = price(book((1, "0"), currency="JPY"), 7)
    assert (priced.total, [line.quantity for line in priced.lines]) == (Money(0, "JPY"), [7])


@settings(deadline=None, max_examples=200)
@given(versions("volume", st.just(False)), quantities)  # noqa: FBT003 - the strategy of that one value
def test_m09_volume_matches_a_linear_scan(version: PriceVersion, quantity: int) -> None:
    priced = price(version, quantity)
    assert priced.total == Money(volume_minor(version, quantity), version.currency)
    assert priced.unit_price == tier_of(version, max(quantity, 1)).unit_price
    assert [(line.kind, line.quantity, line.amount) for line in priced.lines] == (
        [("usage", quantity, priced.total)] if quantity else []
    )


@settings(deadline=None, max_examples=200)
@given(versions("graduated"), quantities)
def test_m09_graduated_matches_a_walk_seat_by_seat(version: PriceVersion, quantity: int) -> None:
    priced = price(version, quantity)
    assert [line.amount.minor for line in priced.lines] == graduated_minor(version, quantity)
    assert sum(line.quantity for line in priced.lines) == quantity
    assert (priced.unit_price, priced.total.minor) == (None, sum(graduated_minor(version, quantity)))


@settings(deadline=None, max_examples=200)
@given(versions("volume", st.just(True)), quantities)  # noqa: FBT003 - the strategy of that one value
def test_m09_capped_is_never_dearer_than_any_larger_quantity(version: PriceVersion, quantity: int) -> None:
    priced = price(version, quantity)
    assert priced.total.minor == capped_minor(version, quantity) == sum(line.amount.minor for line in priced.lines)
    for cap in priced.lines[1:]:
        assert (cap.kind, cap.unit_price) == ("cap", tier_of(version, cap.quantity).unit_price)
        assert cap.amount.minor == volume_minor(version, cap.quantity) - volume_minor(version, quantity) < 0


@settings(deadline=None)
@given(any_version, quantities)
def test_m09_every_line_lies_in_the_tier_it_names(version: PriceVersion, quantity: int) -> None:
    for line in price(version, quantity).lines:
        later = [tier.minimum for tier in version.tiers if tier.minimum > line.tier_minimum]
        assert line.unit_price == tier_of(version, line.tier_minimum).unit_price
        assert line.tier_maximum == (min(later) - 1 if later else None)


@settings(deadline=None, max_examples=200)
@given(any_version, quantities)
def test_m24_more_seats_that_cost_less_are_found_by_trying_them_all(version: PriceVersion, quantity: int) -> None:
    best, lowest = None, price(version, quantity).total.minor
    for larger in range(quantity + 1, 82):
        if price(version, larger).total.minor < lowest:
            best, lowest = larger, price(version, larger).total.minor
    assert prices.cheaper_with_more(version, quantity) == best


@pytest.mark.parametrize(
    ("quantity", "cheaper"), [(0, None), (87, None), (88, 100), (99, 100), (100, None), (249, 250)]
)
def test_m24_ninety_nine_seats_against_a_hundred(quantity: int, cheaper: int | None) -> None:
    assert prices.cheaper_with_more(LISTED, quantity) == cheaper
    assert prices.cheaper_with_more(LISTED_CAPPED, quantity) is None


@pytest.mark.parametrize(
    ("quantity", "minimum"), [(0, 100), (1, 100), (99, 100), (100, 250), (2499, 2500), (2500, None)]
)
def test_m24_the_next_tier(quantity: int, minimum: int | None) -> None:
    following = prices.next_tier(LISTED, quantity)
    assert (following.minimum if following else None) == minimum


@pytest.mark.parametrize("ask", [price, prices.next_tier, prices.cheaper_with_more])
@pytest.mark.parametrize("mode", ["volume", "graduated"])
def test_a_negative_quantity_is_a_mistake_of_the_caller(ask: Callable[[PriceVersion, int], object], mode: Mode) -> None:
    with pytest.raises(ValueError, match="never negative: -1"):
        ask(book((1, "1"), mode=mode), -1)


def dated(number: int, valid_from: date | None) -> PriceVersion:
    return PriceVersion(number, "USD", valid_from, "volume", capped=False, tiers=(Tier(1, Decimal(1)),))


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2025, 1, 31), 9), (date(2025, 2, 1), 2), (date(2025, 5, 31), 2), (date(2025, 6, 1), 4)],
)
def test_m09_the_newest_version_not_after_the_date_is_in_force(on: date, expected: int) -> None:
    held = [dated(3, date(2025, 6, 1)), dated(9, None), dated(4, date(2025, 6, 1)), dated(2, date(2025, 2, 1))]
    assert [found.id for order in (held, held[::-1]) if (found := in_force(order, on))] == [expected] * 2
    assert in_force([dated(9, None), dated(1, date.min)], date.min) == dated(1, date.min)


def test_m09_the_agreed_book_comes_before_the_list() -> None:
    agreed, listed = [dated(1, date(2025, 6, 1))], [dated(2, None), dated(3, date(2025, 7, 1))]
    assert prices.applicable(agreed, listed, date(2025, 8, 1)) == agreed[0]
    assert prices.applicable(agreed, listed, date(2025, 5, 31)) == listed[0]
    assert prices.applicable([], listed, date(2025, 7, 1)) == listed[1]
    assert prices.applicable(agreed, listed[1:], date(2025, 5, 31)) is None


def rows(*written: tuple[int, int | None, str]) -> list[TierRow]:
    return [TierRow(first, last, Decimal(text)) for first, last, text in written]


@pytest.mark.parametrize(
    ("written", "code", "facts"),
    [
        (rows(), "tiers_missing", {}),
        (rows((0, None, "1")), "tiers_not_from_one", {"row": 1, "first": 0}),
        (rows((5, None, "1"), (2, 4, "2")), "tiers_not_from_one", {"row": 2, "first": 2}),
        (rows((11, None, "1"), (1, 9, "2")), "tier_gap", {"row": 1, "first": 11, "expected": 10}),
        (rows((1, 9, "2"), (9, None, "1")), "tier_overlap", {"row": 2, "first": 9, "expected": 10}),
        (rows((1, 9, "2"), (10, 8, "1")), "tier_ends_early", {"row": 2, "first": 10, "last": 8}),
        (rows((1, None, "2"), (10, None, "1")), "tier_open_before_last", {"row": 1, "first": 1, "next_first": 10}),
        (rows((10, 19, "1"), (1, 9, "2")), "tier_closed_at_last", {"row": 1, "last": 19}),
        (rows((1, 9, "2"), (10, None, "-0.01")), "unit_price_negative", {"row": 2, "unit_price": "-0.01"}),
        *[
            (rows((1, None, text)), f"unit_price_{reason}", {"row": 1, "unit_price": text})
            for reason, texts in {
                "not_finite": "NaN sNaN Infinity -Infinity",
                "too_fine": "1E-7 2.1234567 0.3333333333333333333333333333333333 1E-1000000",
                "too_large": "100000000 100000000.0000001 1E+1000000",
            }.items()
            for text in texts.split()
        ],
    ],
)
def test_m09_a_table_that_is_not_a_price_book_is_refused(
    written: list[TierRow], code: str, facts: dict[str, str | int]
) -> None:
    with pytest.raises(Refused) as refusal:
        checked_tiers(written)
    assert (refusal.value.code, refusal.value.facts) == (code, facts)


@pytest.mark.parametrize("text", ["0", "0.000001", "99999999.999999", "2.4000000000", "1E+7", "-0.00", "0E-10"])
def test_m09_unit_prices_have_up_to_six_decimals_and_no_minus(text: str) -> None:
    assert str(checked_tiers(rows((1, None, text)))[0].unit_price) == text.lstrip("-")


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 6), st.none() | st.integers(0, 6)), max_size=4))
@example([(2, None), (1, 1)])
def test_m09_a_table_is_accepted_when_it_covers_every_quantity_once(written: list[tuple[int, int | None]]) -> None:
    # 7 and 8 are past every bound, so they stand for all larger quantities; 0 may be in no tier.
    cover = [sum(first <= seat and (last is None or seat <= last) for first, last in written) for seat in range(9)]
    whole = cover == [0] + [1] * 8 and all(last is None or first <= last for first, last in written)
    try:
        tiers = checked_tiers([TierRow(first, last, Decimal(first)) for first, last in written])
    except Refused:
        assert not whole
    else:
        assert whole
        assert tiers == tuple(Tier(first, Decimal(first)) for first, _ in sorted(written))
