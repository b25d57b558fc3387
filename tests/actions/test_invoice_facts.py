"""What an invoice says, read from the tables."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.models import Partner
from pleamar.queries.invoice_facts import CardFacts, LineFacts, PartyFacts, PeakFacts, invoice_facts
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.rules.refusals import Refused
from tests.fakes.written_invoices import END, PEAK_AT, START, card_of, partner_of, seller_of, written_invoice


@pytest.fixture
def partner(db: None) -> Partner:
    return partner_of(seller_of("Pleamar Software"), "Northwind IT")


def test_p1_the_shares_add_up_to_what_is_billed(partner: Partner) -> None:
    written_invoice(partner, [60, 0, 41])
    facts = invoice_facts(Scope(partner.pk), "INV-000042")
    assert facts.peak == PeakFacts(101, PEAK_AT)
    assert [share.seats for share in facts.shares] == [60, 0, 41]
    assert sum(share.seats for share in facts.shares) == facts.lines[0].quantity == 101
    assert [share.amount for share in facts.shares] == [10800, 0, 7380]
    assert sum(share.amount for share in facts.shares) == facts.net == 18180


def test_everything_the_invoice_says_is_there(partner: Partner) -> None:
    written_invoice(partner, [101])
    facts = invoice_facts(EVERYTHING, "INV-000042")
    assert facts.seller == PartyFacts("Pleamar", "", "", "", "ESB12345674", "")
    assert facts.buyer == PartyFacts("Northwind IT", "", "", "GB", "", "")
    assert facts.lines == (LineFacts("usage", 101, Decimal("1.8"), 1, None, 18180),)
    assert (facts.cycle_start, facts.cycle_end, facts.timezone) == (START, END, "Europe/Madrid")
    assert (facts.net, facts.tax, facts.total) == (18180, 1818, 19998)
    assert (facts.paid, facts.credited, facts.outstanding, facts.state) == (0, 100, 19898, "open")
    assert (facts.language, facts.tax_set_up, facts.on_hold) == ("es", True, False)


def test_m13_the_card_is_the_one_in_use(partner: Partner) -> None:
    written_invoice(partner, [1])
    assert invoice_facts(EVERYTHING, "INV-000042").card is None
    card_of(partner, "1111", in_use=False)
    assert invoice_facts(EVERYTHING, "INV-000042").card is None
    card_of(partner, "4242", in_use=True)
    assert invoice_facts(EVERYTHING, "INV-000042").card == CardFacts("visa", "4242", usable=True)


def test_m27_an_invoice_may_be_on_hold(partner: Partner) -> None:
    invoice = written_invoice(partner, [1])
    invoice.held_at = END
    invoice.save()
    assert invoice_facts(EVERYTHING, "INV-000042").on_hold


def test_an_invoice_of_another_partner_does_not_exist(partner: Partner) -> None:
    invoice = written_invoice(partner, [1])
    other = partner_of(partner.seller, "Southwind")
    for name in ("INV-000042", invoice.public_id, "INV-1", "", "inv_"):
        with pytest.raises(Refused) as refused:
            invoice_facts(Scope(other.pk), name)
        assert (refused.value.code, refused.value.facts) == ("invoice_unknown", {"number": name})


def test_two_sellers_may_both_have_a_number(partner: Partner) -> None:
    first = written_invoice(partner, [1])
    other = partner_of(seller_of("Pleamar GmbH"), "Südwind")
    second = written_invoice(other, [2])
    with pytest.raises(Refused, match="invoice_ambiguous"):
        invoice_facts(EVERYTHING, "INV-000042")
    assert invoice_facts(Scope(other.pk), "INV-000042").net == 360
    assert invoice_facts(EVERYTHING, first.public_id).net == 180
    assert invoice_facts(EVERYTHING, second.public_id).net == 360


def test_the_number_of_queries_does_not_grow(partner: Partner) -> None:
    written_invoice(partner, [1])
    written_invoice(partner, [1] * 40, sequence=43, index=1)
    for number in ("INV-000042", "INV-000043"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            invoice_facts(Scope(partner.pk), number)
        assert len(queries) == 4
