"""What customers are billed, and what is left of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleamar.rules.money import Money
from pleamar.rules.rebill import (
    Counting,
    RebillLine,
    SellPrice,
    Use,
    checked_reference,
    checked_sell_price,
    checked_unit_price,
    cost_shares,
    rebill_line,
    rebill_totals,
)
from pleamar.rules.refusals import Refused

USE = Use(share=3, own_peak=5, on_date=2)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


@pytest.mark.parametrize(
    ("counting", "users", "revenue"), [("share", 3, 1200), ("own_peak", 5, 2000), ("date", 2, 800)]
)
def test_users_are_counted_in_three_ways(counting: Counting, users: int, revenue: int) -> None:
    line = rebill_line(USE, counting, SellPrice(Decimal(4), "USD"), usd(720))
    assert line == RebillLine(users, usd(revenue), usd(720), usd(revenue - 720), had_use_but_no_share=False)


@pytest.mark.parametrize(
    ("price", "cost", "revenue", "margin"),
    [
        (None, usd(720), None, None),
        (SellPrice(Decimal(4), "EUR"), usd(720), Money(1200, "EUR"), None),
        (SellPrice(Decimal(4), "USD"), None, usd(1200), None),
        (SellPrice(Decimal(0), "USD"), usd(720), usd(0), usd(-720)),
        (SellPrice(Decimal("0.335"), "USD"), usd(0), usd(101), usd(101)),
        (SellPrice(Decimal(150), "JPY"), Money(300, "JPY"), Money(450, "JPY"), Money(150, "JPY")),
    ],
)
def test_a_margin_needs_both_in_one_currency(
    price: SellPrice | None, cost: Money | None, revenue: Money | None, margin: Money | None
) -> None:
    line = rebill_line(USE, "share", price, cost)
    assert (line.revenue, line.margin) == (revenue, margin)


@pytest.mark.parametrize("price", [None, SellPrice(Decimal(4), "EUR"), SellPrice(Decimal(4), "USD")])
def test_no_users_are_billed_nothing_at_any_price(price: SellPrice | None) -> None:
    line = rebill_line(Use(0, 2, 0), "share", price, usd(0))
    assert (line.revenue, line.margin, line.had_use_but_no_share) == (usd(0), usd(0), True)


def test_the_totals_have_a_margin_only_if_every_customer_has_one() -> None:
    known = rebill_line(USE, "share", SellPrice(Decimal(4), "USD"), usd(720))
    unknown = rebill_line(USE, "share", None, usd(100))
    other = rebill_line(USE, "share", SellPrice(Decimal(4), "EUR"), usd(80))
    assert rebill_totals([known, known]).margin == usd(960)
    told = rebill_totals([known, unknown, other])
    assert (told.users, told.revenue, told.cost) == (9, (Money(1200, "EUR"), usd(1200)), usd(900))
    assert told.margin is None
    assert rebill_totals([]).cost is None


@given(st.integers(0, 10**9), st.dictionaries(st.integers(1, 500), st.integers(0, 10_000), min_size=1, max_size=40))
def test_m09_costs_add_up_to_the_bill(minor: int, shares: dict[int, int]) -> None:
    net = usd(minor if any(shares.values()) else 0)
    costs = cost_shares(net, shares)
    assert costs.keys() == shares.keys()
    assert sum(cost.minor for cost in costs.values()) == net.minor


@given(st.lists(st.tuples(st.integers(0, 50), st.decimals(0, 100, places=6)), min_size=1, max_size=20))
def test_margins_add_up_to_revenue_less_cost(customers: list[tuple[int, Decimal]]) -> None:
    costs = cost_shares(
        usd(12_345 if any(users for users, _ in customers) else 0), dict(enumerate(u for u, _ in customers))
    )
    lines = [
        rebill_line(Use(users, users, users), "share", SellPrice(price, "USD"), costs[number])
        for number, (users, price) in enumerate(customers)
    ]
    told = rebill_totals(lines)
    assert told.cost is not None
    assert told.margin == told.revenue[0] - told.cost


@pytest.mark.parametrize(
    ("text", "price"),
    [
        (" 2.40 ", "2.40"),
        ("2,40", "2.40"),
        ("2,4", "2.4"),
        ("0", "0"),
        ("1.234567", "1.234567"),
        ("1,234567", "1.234567"),
        ("99999999.999999", "99999999.999999"),
        ("1.234", "1.234"),
    ],
)
def test_a_price_is_typed_with_a_point_or_a_comma(text: str, price: str) -> None:
    assert checked_sell_price(text) == Decimal(price)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "free",
        "-1",
        "1,234",
        "1.234,50",
        "1,234.50",
        "2.4000001",
        "1e5",
        "100000000",
        "NaN",
        "٣",
        "2.",
        "$2",
        "1 000",
    ],
)
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="sell_price_invalid"):
        checked_sell_price(text)


@pytest.mark.parametrize("price", ["-0.01", "100000000", "NaN", "Infinity", "1E-7", "1E-1000000", "1.2345678"])
def test_a_price_that_cannot_be_written_down_is_refused(price: str) -> None:
    with pytest.raises(Refused, match="sell_price_invalid"):
        checked_unit_price(Decimal(price))


@pytest.mark.parametrize(
    ("price", "currency", "plain"),
    [("2.400000", "USD", "2.40"), ("2.412500", "USD", "2.4125"), ("150.000000", "JPY", "150"), ("0", "USD", "0.00")],
)
def test_a_price_is_told_plainly(price: str, currency: str, plain: str) -> None:
    assert SellPrice(Decimal(price), currency).plain == plain


def test_references_are_trimmed_and_bounded() -> None:
    assert checked_reference("  C-12 ") == "C-12"
    for text in ("x" * 101, "a\x00b", "a\nb"):
        with pytest.raises(Refused, match="reference_invalid"):
            checked_reference(text)
