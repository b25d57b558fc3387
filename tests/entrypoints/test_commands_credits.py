"""Credit notes and holds from the console."""

from __future__ import annotations

import pytest

from tests.entrypoints.console import Console


@pytest.fixture
def billed(console: Console) -> Console:
    """One invoice of 4.80 USD that nobody has paid."""
    console.do("partner", "add", "Northwind IT", "--currency", "USD")
    console.do("account", "add", "Contoso", "--partner", "Northwind IT")
    people = console.file("email\na@x.example\nb@x.example\n")
    console.do("import-members", people, "--account", "Contoso", "--partner", "Northwind IT")
    console.do("close", "--now", "2026-02-15T00:00:00Z")
    return console


def test_a_part_is_credited_and_then_the_rest(billed: Console) -> None:
    assert billed.do("credit", "INV-000001", "--amount", "1.30", "--reason", "too many") == (
        "INV-CN-000001: 1.30 USD of invoice INV-000001 credited. It owes 1.30 USD less; "
        "0.00 USD is the partner's credit.\n"
    )
    assert billed.do("credit", "INV-000001", "--reason", "all of it").startswith("INV-CN-000002: 3.50 USD")
    assert billed.rows("invoices")[0]["state"] == "paid"
    assert billed.do("check-books").startswith("The books agree")


def test_what_cannot_be_credited_is_refused(billed: Console) -> None:
    credit = ("credit", "INV-000001", "--reason", "r", "--amount")
    assert "1.305" in billed.refused(*credit, "1.305")
    assert "$4.80" in billed.refused(*credit, "4.81")
    assert "above zero" in billed.refused(*credit, "0")
    assert "INV-9" in billed.refused("credit", "INV-9", "--reason", "r")
    assert "reason" in billed.refused("credit", "INV-000001", "--reason", " ")


def test_an_invoice_is_held_and_released(billed: Console) -> None:
    assert billed.do("hold", "INV-000001", "--reason", "questioned").startswith("INV-000001 is on hold: ")
    billed.do("card", "add", "--partner", "Northwind IT", "--number", "4242424242424242")
    assert billed.rows("invoices")[0]["outstanding"] == "4.80"
    assert "pleamar collect" in billed.do("release", "INV-000001", "--reason", "it was right")
    billed.do("collect")
    assert billed.rows("invoices")[0]["state"] == "paid"
