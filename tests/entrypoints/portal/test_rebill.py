"""Rebilling in the portal: what customers are billed, the terms of it, and both as files."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pleamar.actions.change_seats import Wanted, change_seats
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.set_resale_terms import Terms, set_resale_terms
from pleamar.models import Account, Invoice
from pleamar.rules.rebill import SellPrice
from tests.entrypoints.portal.conftest import OPENED, Portal
from tests.fakes.people import TESTER, active, emails

HEADER = [
    *("period_start", "period_end", "customer", "customer_id", "reference", "product_code", "counting", "users"),
    *("sell_price", "revenue", "cost", "margin", "currency", "had_use_but_no_share"),
]
FEBRUARY = datetime(2026, 2, 5, 0, 10, tzinfo=UTC)
PAGES = ("/rebill", "/rebill.csv", "/rebill/terms", "/rebill/terms.csv", "/rebill/terms/import")


def text(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


def rows(browser: Client, address: str) -> list[dict[str, str]]:
    answer = browser.get(address)
    assert answer.status_code == 200
    told = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(StringIO(told, newline="")))


def priced(portal: Portal, **prices: str) -> None:
    wanted = [Terms(getattr(portal, name).pk, price=SellPrice(Decimal(price), "USD")) for name, price in prices.items()]
    set_resale_terms(portal.northwind.pk, wanted, cause=TESTER, now=OPENED)


def test_costs_and_margins_add_up(portal: Portal) -> None:
    priced(portal, contoso="3.20", fabrikam="4")
    page = text(portal.browser(), "/rebill")
    for told in ("$100.80", "$144.00", "$43.20", "margin, before tax"):
        assert told in page
    assert "Stranger" not in page


def test_without_a_price_there_is_no_margin_and_one_thing_to_do(portal: Portal) -> None:
    priced(portal, contoso="3.20")
    page = text(portal.browser(), "/rebill")
    assert "1 customer has users and no sell price." in page
    assert "without 1 customer that has no sell price" in page, "the total is not all"
    assert "margin, before tax" not in page
    assert "Set sell prices" in page
    assert "Set sell prices" not in text(portal.browser("viewer", sees_prices=True), "/rebill")


def test_the_file_has_stable_headers_and_adds_up_to_the_invoice(portal: Portal) -> None:
    portal.at(FEBRUARY)
    close_cycles(cause=TESTER, now=FEBRUARY)
    priced(portal, contoso="3.205", fabrikam="4")
    found = rows(portal.browser(), "/rebill.csv?period=2026-01-05")
    assert list(found[0]) == HEADER
    invoice = Invoice.unscoped.get(partner=portal.northwind)
    assert sum(Decimal(row["cost"]) for row in found) == Decimal(invoice.net).scaleb(-2)
    assert found[0] == {
        "period_start": "2026-01-05",
        "period_end": "2026-02-04",
        "customer": "Contoso",
        "customer_id": portal.contoso.public_id,
        "reference": "",
        "product_code": "",
        "counting": "share",
        "users": "30",
        "sell_price": "3.205",
        "revenue": "96.15",
        "cost": "72.00",
        "margin": "24.15",
        "currency": "USD",
        "had_use_but_no_share": "no",
    }
    assert f"/invoices/{invoice.number}" in text(portal.browser(), "/rebill?period=2026-01-05")


def test_use_without_a_share_is_marked(portal: Portal) -> None:
    short = portal.opened("Short Visit", 3)
    gone = [Wanted(short.pk, email, active=False) for email in emails(3)]
    change_seats(portal.northwind.pk, gone, cause=TESTER, clock=portal.clock)
    change_seats(portal.northwind.pk, active(portal.contoso.pk, emails(40)), cause=TESTER, clock=portal.clock)
    browser = portal.browser()
    page = text(browser, "/rebill")
    assert "1 customer had users, but none at the moment of the peak" in page
    row = next(row for row in rows(browser, "/rebill.csv") if row["customer"] == "Short Visit")
    assert (row["users"], row["cost"], row["had_use_but_no_share"]) == ("0", "0.00", "yes")
    own = next(row for row in rows(browser, "/rebill.csv?counting=own_peak") if row["customer"] == "Short Visit")
    assert own["users"] == "3"


def test_users_are_counted_on_a_date(portal: Portal) -> None:
    page = text(portal.browser(), "/rebill?counting=date&date=2026-01-10")
    assert "at the end of 10 Jan 2026" in page
    (first, *_) = rows(portal.browser(), "/rebill.csv?counting=date&date=2026-01-10")
    assert (first["counting"], first["users"]) == ("date:2026-01-10", "30")
    assert "that each customer has now" in text(portal.browser(), "/rebill?counting=date")


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-01-21", "9999-12-31", "0001-01-01", "rubbish", "2026-02-30", "%00", "x" * 9_000]
)
def test_a_day_that_is_none_of_the_period_is_told_so(portal: Portal, day: str) -> None:
    page = text(portal.browser(), f"/rebill?counting=date&date={day}")
    assert "Choose a day from 5 Jan 2026 to 20 Jan 2026." in page
    assert rows(portal.browser(), f"/rebill.csv?counting=date&date={day}")


@pytest.mark.parametrize("period", ["2025-12", "2026-02", "2026-01-06", "9999-01", "rubbish", "%00", "x" * 9_000])
def test_a_period_that_there_is_not_is_told_so(portal: Portal, period: str) -> None:
    assert "There is no such period." in text(portal.browser(), f"/rebill?period={period}&counting=nonsense&page=zz")
    assert rows(portal.browser(), f"/rebill.csv?period={period}")


def test_a_month_says_what_its_cost_is(portal: Portal) -> None:
    assert "No cycle ends in this month" in text(portal.browser(), "/rebill?period=2026-01")
    (first, *_) = rows(portal.browser(), "/rebill.csv?period=2026-01")
    assert (first["period_start"], first["period_end"]) == ("2026-01-01", "2026-01-31")
    assert (first["cost"], first["margin"], first["currency"]) == ("", "", "USD")
    portal.at(FEBRUARY)
    page = text(portal.browser(), "/rebill?period=2026-02")
    assert "A bill is never split" in page
    assert "5 Jan 2026 – 4 Feb 2026" in page


def test_htmx_gets_what_depends_on_the_choice(portal: Portal) -> None:
    page = portal.browser().get("/rebill?counting=own_peak", headers={"HX-Request": "true"}).content.decode()
    assert "Contoso" in page
    assert "<html" not in page


@pytest.mark.parametrize("address", PAGES)
def test_who_sees_no_prices_sees_nothing_of_it(portal: Portal, address: str) -> None:
    for role in ("technician", "viewer"):
        browser = portal.browser(role)
        assert browser.get(address).status_code == 403
        assert browser.post(address).status_code in {403, 405}
    assert Client().get(address).status_code == 302
    assert portal.browser("viewer", sees_prices=True).get(address).status_code == 200


def test_a_script_in_a_name_is_text(portal: Portal) -> None:
    portal.opened("<script>alert(1)</script>", 2)
    for address in ("/rebill", "/rebill/terms"):
        page = text(portal.browser(), address)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_partner_without_customers_is_shown_the_way(portal: Portal) -> None:
    other = portal.browser(partner=portal.tailwind)
    assert "Stranger" in text(other, "/rebill")
    Account.unscoped.filter(partner=portal.tailwind).update(
        model="annual", seats=0, own_peak=0, seats_at_peak=0, mark=0
    )
    assert "Nobody was active" in text(other, "/rebill?counting=share")
    assert "No customers yet" in text(other, "/rebill/terms")


def test_as_many_queries_for_many_customers_and_a_light_page(portal: Portal) -> None:
    browser = portal.browser()
    addresses = ("/rebill", "/rebill?period=2026-01&counting=own_peak", "/rebill/terms", "/rebill.csv")

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = browser.get(address)
            b"".join(answer) if answer.streaming else None
        return len(captured)

    queries("/rebill")
    few = [queries(address) for address in addresses]
    for number in range(80):
        portal.opened(f"Customer with quite a long name {number:03}", 1)
    assert [queries(address) for address in addresses] == few
    for address in addresses[:3]:
        assert len(text(browser, address).encode()) < 60_000
    assert "1–50 of 82" in text(browser, "/rebill")
    assert "Total of all pages" in text(browser, "/rebill")
