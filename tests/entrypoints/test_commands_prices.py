"""Price books at the console: loaded, listed, and asked what a number of seats costs."""

from __future__ import annotations

import pytest

from tests.entrypoints.console import Console

HEADER = "from,to,unit_price\n"
TIERS = HEADER + "1,99,2\n100,,1.5\n"


def load(console: Console, text: str | bytes, *options: str) -> tuple[str, ...]:
    return "prices", "load", console.file(text), "--currency", "CHF", "--from", "2026-01-01", *options


def test_a_price_book_is_loaded_and_listed(console: Console) -> None:
    assert console.do(*load(console, TIERS, "--cap")).endswith(": CHF, the list, from 2026-01-01\n")
    rows = [row for row in console.rows("prices", "list") if row["currency"] == "CHF"]
    assert [tuple(row.values()) for row in rows] == [
        ("CHF", "list", "2026-01-01", "volume", "true", "1", "99", "2.00"),
        ("CHF", "list", "2026-01-01", "volume", "true", "100", "", "1.50"),
    ]


def test_a_price_book_agreed_with_a_partner(console: Console) -> None:
    console.do("partner", "add", "Northwind IT", "--currency", "CHF")
    agreed = HEADER + '"1","","0.0125"\n'
    console.do(*load(console, TIERS))
    assert "agreed with Northwind IT" in console.do(
        *load(console, agreed, "--partner", "Northwind IT", "--mode", "graduated")
    )
    assert console.do("price", "100", "--currency", "chf") == (
        "100 × 1.50 = 150.00 CHF\n100 seats for one cycle: 150.00 CHF, net\n"
    )
    assert console.do("price", "100", "--currency", "CHF", "--partner", "Northwind IT") == (
        "100 × 0.0125 = 1.25 CHF\n100 seats for one cycle: 1.25 CHF, net\n"
    )


def test_what_a_number_of_seats_costs(console: Console) -> None:
    assert console.do("price", "99", "--currency", "USD") == (
        "99 × 2.40 = 237.60 USD\n99 seats for one cycle: 237.60 USD, net\n"
        "Next tier: 2.10 from 100 seats, 1 more\n100 seats would cost less: 210.00 USD\n"
    )
    assert "1 seat for one cycle: 2.40 USD, net\n" in console.do("price", "1", "--currency", "USD")
    assert "0 seats for one cycle: 0.00 USD, net\n" in console.do("price", "0", "--currency", "USD")
    assert "2,600,000,000.00 USD" in console.do("price", "2000000000", "--currency", "USD")


@pytest.mark.parametrize("seats", ["99999999999999999999", "2000000001", "-1", "+3000000000"])
def test_a_number_of_seats_that_is_none_is_refused(console: Console, seats: str) -> None:
    said = console.refused("price", "--currency=USD", "--", seats)
    assert "Use one from 0 to 2,000,000,000" in said


@pytest.mark.parametrize("seats", ["", "ten", "1.5", "1e3", "9" * 5000, "1_000", "٣", "\udcff"])
def test_what_is_no_number_is_not_understood(console: Console, seats: str) -> None:
    said = console.run("price", "--currency=USD", "--", seats)
    assert (said.code, said.out) == (2, "")
    assert "not a whole number" in said.err
    assert len(said.err) < 300


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("from,unit_price\n", "It must be: from,to,unit_price"),
        ("from;to;unit_price\n1;;2\n", "It must be: from,to,unit_price"),
        ((HEADER + "1,,2€\n").encode("latin-1", "replace"), "“2?” is not a price"),
        ((HEADER + "1,,2 £\n").encode("latin-1"), "is not UTF-8"),
        (HEADER, "has no rows"),
        (HEADER + "1,99,2\n", "ends at 99"),
        (HEADER + "2,,2\n", "starts at 2"),
        (HEADER + "1,99,2\n101,,1\n", "quantities from 100 up to there"),
        (HEADER + "1,100,2\n100,,1\n", "another row already prices"),
        (HEADER + "1,99,2\n50,,1\n", "another row already prices"),
        (HEADER + "1,,2\n100,,1\n", "has no end"),
        (HEADER + "1,0,2\n", "starts at 1 but ends at 0"),
        (HEADER + "-5,,2\n", "starts at -5"),
        (HEADER + "1,,-2\n", "below zero"),
        (HEADER + "1,,NaN\n", "“NaN” is not a price"),
        (HEADER + "1,,1e3\n", "“1e3” is not a price"),
        (HEADER + "1,,1_000\n", "“1_000” is not a price"),
        (HEADER + "1,,2,40\n", "is not three values"),
        (HEADER + '1,,"2,40"\n', "“2,40” is not a price"),
        (HEADER + "1,,2.1234567\n", "too many decimals"),
        (HEADER + "1,,100000000\n", "too high a price"),
        (HEADER + "one,,2\n", "“one” is not a whole number"),
        (HEADER + f"1,{'9' * 5000},2\n", "is not a whole number"),
        (HEADER + "1,99999999999,2\n", "is not a whole number"),
    ],
)
def test_a_price_book_that_is_none_is_refused(console: Console, text: str | bytes, said: str) -> None:
    assert said in console.refused(*load(console, text))


@pytest.mark.parametrize("date", ["", "tomorrow", "01/02/2026", "2026-02-30", "0000-01-01", "10000-01-01", "2026-1-1"])
def test_a_date_that_is_none_is_refused(console: Console, date: str) -> None:
    assert "is not a date" in console.refused(*load(console, TIERS), f"--from={date}")


def test_a_price_book_for_nobody_is_refused(console: Console) -> None:
    assert "There is no currency “XXX”" in console.refused(*load(console, TIERS), "--currency", "XXX")
    assert "There is no partner “Nobody”" in console.refused(*load(console, TIERS, "--partner", "Nobody"))
    assert "No prices in JPY" in console.refused("price", "1", "--currency", "JPY")


def test_a_version_of_the_same_date_is_refused(console: Console) -> None:
    console.do(*load(console, TIERS))
    assert "already a price table in CHF from 2026-01-01 on" in console.refused(*load(console, TIERS))
