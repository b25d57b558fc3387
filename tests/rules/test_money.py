"""Money: one rounding, exact sums, and shares by largest remainder (rule M9)."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pleamar.rules.currencies import DECIMALS, checked_currency
from pleamar.rules.money import Money, product, rounded, split, total, typed
from pleamar.rules.refusals import Refused

currencies = st.sampled_from(["USD", "EUR", "JPY", "KWD"])
unit_prices = st.integers(-(10**13), 10**13).map(lambda millionths: Decimal(millionths).scaleb(-6))
weights = st.dictionaries(st.integers(1, 10**6), st.integers(0, 10**6), max_size=12)


def half_up(exact: Fraction) -> int:
    """The nearest whole number, halves away from zero, with integers only."""
    size = (abs(exact) * 2 + 1) // 2
    return int(size if exact >= 0 else -size)


def shares_by_largest_remainder(minor: int, by: dict[int, int]) -> dict[int, int]:
    """One unit at a time to whoever is furthest below the exact share; of equals, the lower id."""
    size, sign = abs(minor), -1 if minor < 0 else 1
    exact = {key: Fraction(size * weight, sum(by.values())) for key, weight in by.items()}
    given_out = {key: int(share) for key, share in exact.items()}
    while sum(given_out.values()) < size:
        furthest = max(sorted(by), key=lambda key: exact[key] - given_out[key])
        given_out[furthest] += 1
    return {key: sign * share for key, share in given_out.items()}


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("10.50", "USD", 1050),
        ("0.004999", "USD", 0),
        ("0.005", "USD", 1),
        ("-0.005", "USD", -1),
        ("-0.004999", "USD", 0),
        ("0.015", "USD", 2),
        ("0.025", "USD", 3),
        ("1.005", "EUR", 101),
        ("0.5", "JPY", 1),
        ("1.5", "JPY", 2),
        ("2.5", "JPY", 3),
        ("2.499999", "JPY", 2),
        ("-2.5", "JPY", -3),
        ("0.0005", "KWD", 1),
        ("0.000499", "KWD", 0),
        ("1.2345", "KWD", 1235),
        ("1E+3", "JPY", 1000),
        ("99999999999999999999999999999.995", "USD", 10**31),
    ],
)
def test_m09_amounts_are_rounded_half_up_to_the_minor_unit(amount: str, currency: str, minor: int) -> None:
    assert rounded(Decimal(amount), currency) == Money(minor, currency)


@settings(deadline=None)
@given(unit_prices, st.integers(0, 10**7), currencies)
def test_m09_a_line_is_rounded_once_from_the_exact_product(unit_price: Decimal, seats: int, currency: str) -> None:
    exact = Fraction(unit_price) * seats
    assert Fraction(product(unit_price, seats)) == exact
    assert rounded(product(unit_price, seats), currency).minor == half_up(exact * 10 ** DECIMALS[currency])


def test_m09_the_caller_s_decimal_context_changes_nothing() -> None:
    with localcontext(prec=3):
        line = rounded(product(Decimal("1.234567"), 1_000_000), "USD")
    assert line == Money(123_456_700, "USD")


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(1050, "USD"), "10.50"),
        (Money(-5, "USD"), "-0.05"),
        (Money(1050, "JPY"), "1050"),
        (Money(1050, "KWD"), "1.050"),
        (Money(0, "KWD"), "0.000"),
    ],
)
def test_m09_an_amount_in_major_units_has_all_its_decimals(money: Money, text: str) -> None:
    assert str(money.decimal) == text
    assert rounded(money.decimal, money.currency) == money


def test_money_adds_subtracts_negates_and_compares_within_a_currency() -> None:
    five, seven = Money(5, "JPY"), Money(7, "JPY")
    assert five + seven == Money(12, "JPY")
    assert five - seven == Money(-2, "JPY")
    assert -five == Money(-5, "JPY")
    assert five < seven
    assert not seven < five
    assert not five < five
    assert five <= Money(5, "JPY")
    assert not seven <= five
    assert max(five, seven) == seven
    assert five != Money(5, "KWD")
    assert Money(-1, "USD")
    assert not Money(0, "USD")


@pytest.mark.parametrize("verb", ["__add__", "__sub__", "__lt__", "__le__"])
def test_money_of_two_currencies_never_mixes(verb: str) -> None:
    with pytest.raises(ValueError, match="USD and EUR"):
        getattr(Money(1, "USD"), verb)(Money(1, "EUR"))


def test_a_total_starts_at_zero_of_its_currency() -> None:
    assert total([], "KWD") == Money(0, "KWD")
    assert total([Money(3, "KWD"), Money(-1, "KWD"), Money(5, "KWD")], "KWD") == Money(7, "KWD")
    with pytest.raises(ValueError, match="KWD and USD"):
        total([Money(1, "USD")], "KWD")


@pytest.mark.parametrize(
    ("minor", "by", "shares"),
    [
        (100, {1: 1, 2: 1, 3: 1}, {1: 34, 2: 33, 3: 33}),
        (100, {3: 1, 2: 1, 1: 1}, {1: 34, 2: 33, 3: 33}),
        (101, {7: 1, 5: 1, 9: 1}, {5: 34, 7: 34, 9: 33}),
        (-100, {1: 1, 2: 1, 3: 1}, {1: -34, 2: -33, 3: -33}),
        (10, {1: 5, 2: 3, 3: 2}, {1: 5, 2: 3, 3: 2}),
        (10, {1: 1, 2: 2}, {1: 3, 2: 7}),
        (1, {1: 1, 2: 2}, {1: 0, 2: 1}),
        (5, {1: 0, 2: 4}, {1: 0, 2: 5}),
        (0, {1: 0, 2: 0}, {1: 0, 2: 0}),
        (0, {}, {}),
    ],
)
@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_m09_shares_go_by_largest_remainder_and_ties_by_the_lower_id(
    minor: int, by: dict[int, int], shares: dict[int, int], currency: str
) -> None:
    assert split(Money(minor, currency), by) == {key: Money(share, currency) for key, share in shares.items()}


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12), weights.filter(lambda by: sum(by.values()) > 0), currencies)
def test_m09_shares_add_up_exactly_and_match_the_model(minor: int, by: dict[int, int], currency: str) -> None:
    shares = split(Money(minor, currency), by)
    assert total(shares.values(), currency) == Money(minor, currency)
    for key, weight in by.items():
        assert abs(shares[key].minor - Fraction(minor * weight, sum(by.values()))) < 1
    assert {key: share.minor for key, share in shares.items()} == shares_by_largest_remainder(minor, by)


@settings(deadline=None)
@given(st.integers(-50, 50), st.dictionaries(st.integers(1, 9), st.integers(0, 2), min_size=3, max_size=9))
def test_m09_shares_with_many_ties_match_the_model(minor: int, by: dict[int, int]) -> None:
    if not sum(by.values()):
        by[1] = 1
    shares = {key: share.minor for key, share in split(Money(minor, "USD"), by).items()}
    assert shares == shares_by_largest_remainder(minor, by)


@pytest.mark.parametrize("by", [{}, {1: 0}, {1: 0, 2: 0}])
def test_m09_money_is_not_shared_among_nobody(by: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="all zero"):
        split(Money(1, "USD"), by)


def test_currencies_have_the_decimals_of_their_minor_unit() -> None:
    assert [DECIMALS[code] for code in ("JPY", "USD", "KWD")] == [0, 2, 3]
    assert checked_currency(" usd ") == "USD"
    with pytest.raises(Refused) as refusal:
        checked_currency(" XXX ")
    assert (refusal.value.code, refusal.value.facts) == ("currency_unknown", {"currency": "XXX"})


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.10", "USD", 1210),
        (" 12.1 ", "USD", 1210),
        ("12", "USD", 1200),
        ("0.01", "USD", 1),
        ("-3", "USD", -300),
        ("150", "JPY", 150),
        ("1.234", "KWD", 1234),
        ("999999999999999.99", "USD", 99999999999999999),
    ],
)
def test_m09_an_amount_that_was_typed_is_taken_exactly(text: str, currency: str, minor: int) -> None:
    assert typed(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        *[("12.105", "USD"), ("1.0", "JPY"), ("1,50", "USD"), ("1 000", "USD"), ("", "USD"), (".5", "USD")],
        *[("1e3", "USD"), ("NaN", "USD"), ("9" * 16, "USD"), ("١٢", "USD"), ("--1", "USD"), ("12.", "USD")],
    ],
)
def test_m09_what_is_no_amount_or_too_fine_is_not_rounded_but_refused(text: str, currency: str) -> None:
    with pytest.raises(Refused, match="amount_invalid"):
        typed(text, currency)
