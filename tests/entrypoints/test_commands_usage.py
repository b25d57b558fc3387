"""Use, forecast and alerts at the console, and what prices that rise are asked for (rules M9, M12, M24)."""

from __future__ import annotations

import pytest

from tests.entrypoints.console import Console

HEADER = "from,to,unit_price\n"


@pytest.fixture
def northwind(console: Console) -> Console:
    """Three users at Contoso since 15 January; the cycle ends on 15 February."""
    console.do("partner", "add", "Northwind IT", "--currency", "USD")
    add_users(console, "Contoso", 3)
    return console


def add_users(console: Console, account: str, count: int, start: int = 0) -> None:
    if start == 0:
        console.do("account", "add", account, "--partner", "Northwind IT")
    people = "".join(f"user{number}@example.com\n" for number in range(start + count))
    file = console.file(f"email\n{people}")
    console.do("import-members", file, "--partner", "Northwind IT", "--account", account)


def test_m24_the_partner_s_own_price_leaves_a_margin(console: Console) -> None:
    def last(*typed: str) -> str:
        return console.do("price", *typed, "--currency", "USD").splitlines()[-1]

    assert last("100", "--resale", "3.50") == "Resold at 3.50 each: 350.00 USD, a margin of 140.00 USD, 40 % of it"
    assert last("10", "--resale", "2.125") == "Resold at 2.125 each: 21.25 USD, a loss of 2.75 USD, 13 % of it"
    assert last("10", "--resale", "0") == "Resold at 0.00 each: 0.00 USD, a loss of 24.00 USD"
    assert last("0", "--resale", "3") == "Resold at 3.00 each: 0.00 USD, a margin of 0.00 USD"


@pytest.mark.parametrize("price", ["", "free", "2,40", "1e3", "2.1234567", "100000000", "NaN"])
def test_m24_a_price_to_resell_at_that_is_none_is_refused(console: Console, price: str) -> None:
    said = console.refused("price", "10", "--currency", "USD", "--resale", price)
    assert f"“{price}” is not a price to resell at" in said
    assert "at most 6 decimals" in said


def test_m12_usage_says_what_is_billed_and_what_is_free(northwind: Console) -> None:
    add_users(northwind, "Fabrikam", 2)
    northwind.set_clock("2026-01-20T10:00:00+00:00")
    out = northwind.do("usage", "Northwind IT")
    assert "5 seats now, peak 5, first reached 2026-01-15T" in out
    assert "5 × 2.40 = 12.00 USD\nSo far 12.00 USD, net\nNext tier: 2.10 from 100 seats, 95 more\n" in out
    assert "No room: one more seat makes this cycle dearer, which ends 2026-02-15T00:00:00Z" in out
    rows = northwind.rows("usage", "Northwind IT")
    assert [(row["account"], row["now"], row["at_peak"], row["share"]) for row in rows] == [
        *(("Contoso", "3", "3", "7.20"), ("Fabrikam", "2", "2", "4.80"))
    ]
    (total,) = [line for line in out.splitlines() if line.startswith("all ")]
    assert total.split() == ["all", "5", "5", "12.00"]


def test_m12_usage_tells_past_cycles_and_a_missing_price_book(console: Console) -> None:
    console.do("partner", "add", "Northwind IT", "--currency", "CHF")
    add_users(console, "Contoso", 3)
    console.set_clock("2026-02-20T10:00:00+00:00")
    out = console.do("usage", "Northwind IT")
    assert "No price book in CHF applies to it: pleamar prices load" in out
    assert "Cycles before:" in out
    assert console.do("forecast", "Northwind IT").count("Amount") == 0


def test_m12_usage_tells_every_cycle_before_with_its_bill(northwind: Console) -> None:
    northwind.set_clock("2026-02-20T10:00:00+00:00")
    northwind.do("close")
    line = northwind.do("usage", "Northwind IT").splitlines()[-1]
    assert line.split()[-3:] == ["2.40", "7.20", "INV-000001"]


def test_m24_usage_says_how_many_users_cost_nothing_more(northwind: Console) -> None:
    add_users(northwind, "Contoso", 96, start=3)
    out = northwind.do("usage", "Northwind IT")
    assert (
        "Room for 14 more seats at no extra cost until 2026-02-15T00:00:00Z;"
        " those still active then count in the next cycle\n"
    ) in out


def test_m12_a_forecast_says_when_too_little_is_known(northwind: Console) -> None:
    assert northwind.do("forecast", "Northwind IT") == (
        "Northwind IT: 3 seats, peak 3 so far, until 2026-02-15T00:00:00Z (UTC)\n"
        "Too little is known to say more: it takes 3 whole cycles, and there are 0\n"
        "Amount: so far 7.20 USD, net\n"
    )


def test_m12_a_forecast_says_what_it_rests_on(northwind: Console) -> None:
    northwind.set_clock("2026-05-20T09:00:00+00:00")
    assert northwind.do("forecast", "Northwind IT") == (
        "Northwind IT: 3 seats, peak 3 so far, until 2026-06-15T00:00:00Z (UTC)\n"
        "Peak at the end: about 3, between 3 and 3\n"
        "Amount: about 7.20 USD, between 7.20 USD and 7.20 USD, net; so far 7.20 USD\n"
        "By how the last 3 cycles went on from the same point\n"
    )
    (row,) = northwind.rows("forecast", "Northwind IT")
    assert (row["likely"], row["amount_high"], row["cycles"]) == ("3", "7.20", "3")


def test_alerts_are_set_listed_and_removed(northwind: Console) -> None:
    whose = "--partner", "Northwind IT"
    assert northwind.do("alert", "add", *whose, "--seats", "100") == (
        "Northwind IT is told once a cycle: peak of 100 seats.\n"
    )
    assert "amount of 250.00 USD" in northwind.do("alert", "add", *whose, "--amount", "250")
    assert "growth of 25 %" in northwind.do("alert", "add", *whose, "--growth", "25")
    rows = northwind.rows("alert", "list", *whose)
    assert [(row["kind"], row["threshold"], row["currency"], row["told"]) for row in rows] == [
        ("amount", "250.00", "USD", "false"),
        ("growth", "25", "", "false"),
        ("seats", "100", "", "false"),
    ]
    assert northwind.do("alert", "remove", *whose, "--growth", "25") == (
        "Northwind IT is no longer told: growth of 25 %.\n"
    )
    assert len(northwind.rows("alert", "list")) == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--seats", "0"), "from 1 to 2,000,000,000"),
        (("--growth", "10001"), "from 1 to 10,000"),
        (("--amount", "0"), "an amount above zero"),
        (("--amount", "2.505"), "2.505"),
    ],
)
def test_an_alert_that_could_never_speak_is_refused(northwind: Console, typed: tuple[str, ...], said: str) -> None:
    assert said in northwind.refused("alert", "add", "--partner", "Northwind IT", *typed)


def test_an_alert_that_is_not_there_is_refused(northwind: Console) -> None:
    said = northwind.refused("alert", "remove", "--partner", "Northwind IT", "--seats", "5")
    assert said == "“Northwind IT” has no such alert. “pleamar alert list” names all that it has."


def test_m09_a_preview_says_for_whom_prices_change_and_loads_nothing(northwind: Console) -> None:
    file = northwind.file(HEADER + "1,,3\n", "prices.csv")
    typed = "prices", "load", file, "--currency", "USD", "--from", "2026-02-15"
    out = northwind.do(*typed, "--preview")
    assert "1 partner, by the present peak of each; dearer for 1. Nothing was loaded.\n" in out
    # The next cycle starts after 31 days less nine hours.
    assert "Too soon" not in out
    (row,) = northwind.rows(*typed, "--preview")
    assert row == {
        "partner": "Northwind IT",
        "cycle_start": "2026-02-15T00:00:00Z",
        "seats": "3",
        "before": "7.20",
        "after": "9.00",
        "currency": "USD",
        "change": "1.80",
        "shadow": "false",
    }
    assert [row["valid_from"] for row in northwind.rows("prices", "list") if row["valid_from"]] == []


def test_m09_a_rise_too_soon_needs_a_later_date_or_a_reason(northwind: Console) -> None:
    file = northwind.file(HEADER + "1,,3\n", "prices.csv")
    typed = "prices", "load", file, "--currency", "USD", "--from", "2026-01-01"
    assert "date it 2026-01-16 or later, or give --short-notice --reason" in northwind.do(*typed, "--preview")
    said = northwind.refused(*typed)
    assert "make a cycle of Northwind IT dearer that has begun or starts in less than 30 days" in said
    assert "Date them 2026-01-16 or later" in said
    assert "1 partner could pay more" in northwind.refused(*typed, "--short-notice")
    agreed = "--short-notice", "--reason", "agreed by mail"
    refused = northwind.run(*typed, *agreed)
    assert (refused.code, "--yes" in refused.err) == (1, True)
    assert "would pay by present use: dearer for 1.\n" in refused.out
    assert "from 2026-01-01" in northwind.do(*typed, *agreed, "--yes")


def test_m09_loading_says_what_it_changes_and_asks_where_something_gets_dearer(northwind: Console) -> None:
    def typed(price: str, day: str, *options: str) -> tuple[str, ...]:
        file = northwind.file(HEADER + f"1,,{price}\n", "prices.csv")
        return "prices", "load", file, "--currency", "USD", "--from", day, *options

    said = northwind.run(*typed("3", "2026-04-15"))
    assert said.code == 1
    assert said.out.splitlines()[1].split() == ["Northwind", "IT", "2026-04-15", "00:00Z", "3", "7.20", "9.00", "1.80"]
    assert said.out.endswith("\n\nIt changes what 1 partner would pay by present use: dearer for 1.\n")
    assert [row for row in northwind.rows("prices", "list") if row["valid_from"]] == []
    *_, summary, loaded = northwind.do(*typed("3", "2026-04-15", "--yes")).splitlines()
    assert (summary, loaded.partition(": ")[2]) == (
        *("It changes what 1 partner would pay by present use: dearer for 1.", "USD, the list, from 2026-04-15"),
    )
    lower = northwind.do(*typed("1", "2026-01-01")).splitlines()
    assert lower[:-1] == ["It changes what 1 partner would pay by present use: cheaper for 1."]
    assert len(northwind.do(*typed("1", "2026-03-15")).splitlines()) == 1, "it changes nothing"
    assert len(northwind.do(*typed("0.5", "2026-03-15", "--partner", "Northwind IT")).splitlines()) == 2


def test_m26_an_alert_of_another_currency_is_said_to_be_silent(northwind: Console) -> None:
    whose = "--partner", "Northwind IT"
    northwind.do("alert", "add", *whose, "--amount", "250")
    assert "amount of 250 JPY" in northwind.do("alert", "add", *whose, "--amount", "250", "--currency", "jpy")
    rows = northwind.rows("alert", "list", *whose)
    assert [(row["threshold"], row["currency"], row["silent"]) for row in rows] == [
        ("250", "JPY", "true"),
        ("250.00", "USD", "false"),
    ]
    northwind.do("alert", "remove", *whose, "--amount", "250", "--currency", "JPY")
    assert [row["currency"] for row in northwind.rows("alert", "list")] == ["USD"]
    assert "no currency “XXX”" in northwind.refused("alert", "add", *whose, "--amount", "250", "--currency", "XXX")


def test_m09_a_preview_for_nobody(console: Console) -> None:
    file = console.file(HEADER + "1,,3\n", "prices.csv")
    typed = "prices", "load", file, "--currency", "CHF", "--from", "2026-01-01", "--preview"
    assert console.do(*typed) == "It would price nobody's cycles. Nothing was loaded.\n"
    assert console.rows(*typed) == []
