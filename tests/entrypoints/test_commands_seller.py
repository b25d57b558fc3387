"""`pleamar seller` and the details of a partner: who stands on an invoice."""

from __future__ import annotations

import pytest

from pleamar.models import Partner, Seller
from tests.entrypoints.console import Console


def test_the_seller_is_shown_and_described(console: Console) -> None:
    assert "Meridian Software" in console.do("seller")
    console.do("seller", "--name", "Meridian GmbH", "--address", r"Invalidenstr. 1\n10115 Berlin", "--country", "de")
    said = console.do("seller", "--tax-id", "DE123456789")
    assert said.splitlines() == ["Meridian GmbH", "Invalidenstr. 1, 10115 Berlin, DE", "tax id DE123456789", "UTC"]
    assert Seller.objects.get().address == "Invalidenstr. 1\n10115 Berlin"


@pytest.mark.parametrize("wrong", [("--country", "Germany"), ("--email", "nobody"), ("--timezone", "Mars/Base")])
def test_what_cannot_stand_on_an_invoice_is_refused(console: Console, wrong: tuple[str, str]) -> None:
    console.refused("seller", *wrong)


def test_a_partners_details_stand_beside_it(console: Console) -> None:
    details = ("--legal-name", "Cuarzo SL", "--address", r"Calle 1\nMadrid", "--country", "es", "--tax-id", "B1")
    console.do("partner", "add", "Cuarzo", "--currency", "EUR", *details)
    partner = Partner.unscoped.get()
    assert (partner.legal_name, partner.address) == ("Cuarzo SL", "Calle 1\nMadrid")
    assert (partner.country, partner.tax_id) == ("ES", "B1")
