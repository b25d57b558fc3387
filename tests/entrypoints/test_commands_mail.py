"""`pleamar recipient …` and `pleamar partner set`: who is told of a partner's bills, and who looks after it."""

from __future__ import annotations

import pytest

from pleamar.models import Partner
from tests.entrypoints.console import Console

OF = ("--partner", "Northwind IT")


@pytest.fixture(autouse=True)
def _partner(console: Console) -> None:
    console.do("partner", "add", "Northwind IT", "--currency", "EUR", "--email", "office@northwind.example")


def test_recipients_are_added_listed_and_removed(console: Console) -> None:
    said = console.do("recipient", "add", "Ana@Northwind.example", *OF, "--name", "Ana Ruiz", "--language", "es")
    assert said == "ana@northwind.example gets the mails about the billing of Northwind IT\n"
    console.do("recipient", "add", "bo@northwind.example", *OF)
    rows = console.rows("recipient", "list", *OF)
    assert [(row["email"], row["name"], row["language"]) for row in rows] == [
        ("ana@northwind.example", "Ana Ruiz", "es"),
        ("bo@northwind.example", "", "en"),
    ]
    assert console.do("recipient", "remove", "ana@northwind.example", *OF).endswith("go to bo@northwind.example\n")
    assert console.do("recipient", "remove", "bo@northwind.example", *OF).endswith("go to the partner's own address\n")
    assert console.rows("recipient", "list") == []


def test_what_cannot_be_is_refused(console: Console) -> None:
    assert "recipient list" in console.refused("recipient", "remove", "nobody@northwind.example", *OF)
    assert "en, es" in console.refused("recipient", "add", "ana@northwind.example", *OF, "--language", "fr")
    console.refused("recipient", "add", "ana", *OF)
    console.refused("recipient", "add", "ana@northwind.example", "--partner", "Nobody")
    console.refused("recipient", "list", "--partner", "Nobody")


def test_m24_a_partner_is_given_a_manager_an_address_and_a_language(console: Console) -> None:
    said = console.do("partner", "set", "Northwind IT", "--language", "es", "--manager", "Sofía Marín")
    assert said == "Northwind IT: mails in es to office@northwind.example; account manager: Sofía Marín\n"
    said = console.do("partner", "set", "Northwind IT", "--email", "", "--manager-contact", "+34 600 000 000")
    assert said == "Northwind IT: mails in es to nobody; account manager: Sofía Marín, +34 600 000 000\n"
    assert Partner.unscoped.get().manager_contact == "+34 600 000 000"
    console.refused("partner", "set", "Northwind IT", "--language", "Spanish")
    console.refused("partner", "set", "Nobody", "--language", "es")
