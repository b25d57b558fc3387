"""An invoice in words, English and Spanish."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pleamar.ports.documents import InvoicePaper, Sum
from pleamar.queries.invoice_facts import CardFacts, InvoiceFacts, LineFacts, PartyFacts
from pleamar.rules.money import Money
from pleamar.wording.dates import day, instant, period
from pleamar.wording.invoice_paper import invoice_paper
from pleamar.wording.money import count, money, percent, unit_price
from tests.fakes.written_invoices import END, FACTS, START

NO_CARD = "No card is on file. Add one: the whole outstanding amount is charged at once."
REFUSED = "The card on file, Visa ···· 4242, was refused. Add another: the whole outstanding amount is charged at once."


def paper(language: str = "en", **changed: Any) -> InvoicePaper:
    return invoice_paper(replace(FACTS, **changed), language, as_of=END)


def words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [word for item in value for word in words(item)] if isinstance(value, list | tuple) else []


@pytest.mark.parametrize(
    ("amount", "english", "spanish"),
    [
        (Money(1234560, "USD"), "$12,345.60", "12.345,60 US$"),
        (Money(-1800, "EUR"), "-€18.00", "-18,00 €"),
        (Money(29997, "JPY"), "¥29,997", "29.997 JPY"),
        (Money(1500, "IQD"), "IQD 1.500", "1,500 IQD"),
        (Money(0, "USD"), "$0.00", "0,00 US$"),
        (Money(12345678901234567890, "USD"), "$123,456,789,012,345,678.90", "123.456.789.012.345.678,90 US$"),
    ],
)
def test_m09_money_is_written_with_all_its_decimals(amount: Money, english: str, spanish: str) -> None:
    assert money(amount, "en").replace("\xa0", " ").replace("IQD1", "IQD 1") == english
    assert money(amount, "es").replace("\xa0", " ") == spanish


def test_m09_a_unit_price_keeps_up_to_six_places() -> None:
    assert unit_price(Decimal("1.600000"), "USD", "en") == "$1.60"
    assert unit_price(Decimal("1.234567"), "USD", "en") == "$1.234567"
    assert unit_price(Decimal("0.000001"), "JPY", "en") == "¥0.000001"
    assert unit_price(Decimal("270.000000"), "JPY", "es") == "270\xa0JPY"


def test_rates_and_counts() -> None:
    assert (percent(Decimal("21.00"), "en"), percent(Decimal("5.50"), "es")) == ("21%", "5,5\xa0%")
    assert (count(12345, "en"), count(12345, "es")) == ("12,345", "12.345")


def test_m08_days_and_moments_are_told_in_their_zone() -> None:
    assert (day(date(2026, 9, 1), "en"), day(date(2026, 9, 1), "es")) == ("1 Sep 2026", "1 sept 2026")
    at = datetime(2026, 3, 14, 23, 32, tzinfo=UTC)
    assert instant(at, "Europe/Madrid", "en") == "15 Mar 2026, 00:32 (Europe/Madrid)"
    assert instant(at, "UTC", "es") == "14 mar 2026, 23:32 (UTC)"


def test_m25_a_period_goes_from_its_first_to_its_last_local_day() -> None:
    assert period(START, END, "Europe/Madrid", "en") == "8 Mar 2026 – 7 Apr 2026 (Europe/Madrid)"
    one_day = (datetime(2026, 1, 1, 9, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    assert period(*one_day, "UTC", "en") == "1 Jan 2026 (UTC)"


def test_p1_the_peak_is_told_with_its_moment() -> None:
    assert paper().peak == (
        "Highest number of active users at one moment: 101, first reached 14 Mar 2026, 09:32 (Europe/Madrid)"
    )
    assert paper("es").peak == (
        "Mayor número de usuarios activos en un mismo momento: 101, "
        "alcanzado por primera vez el 14 mar 2026, 09:32 (Europe/Madrid)"
    )


def test_seller_and_buyer() -> None:
    drawn = paper()
    assert (drawn.seller.role, drawn.seller.name) == ("Seller", "Pleamar Software, S.L.")
    assert drawn.buyer.lines == (
        *("Northwind IT", "221 Harbour Road", "Bristol", "United Kingdom", "Tax ID: GB123456789", "pay@nw.test"),
    )
    assert "España" in paper("es").seller.lines


def test_a_party_of_which_little_is_known() -> None:
    assert paper(buyer=PartyFacts("Northwind IT", "", "", "", "", "")).buyer.lines == ()
    assert paper(buyer=PartyFacts("Northwind IT", "", "", "ZZ", "", "")).buyer.lines[0] != ""


def test_a_very_long_seller_is_shortened_at_the_foot_only() -> None:
    drawn = paper(seller=PartyFacts("", "Sociedad " * 40, "", "", "", ""))
    assert drawn.seller.name == "Sociedad " * 40
    assert drawn.footer == f"{('Sociedad ' * 7)[:59]}… · Invoice INV-000042"


def test_a_very_long_address_is_written_on() -> None:
    address = "\n".join(f"line {number}" for number in range(200))
    lines = paper(buyer=PartyFacts("N", "", address, "", "", "")).buyer.lines
    assert lines[:5] == tuple(f"line {number}" for number in range(5))
    assert lines[5] == ", ".join(f"line {number}" for number in range(5, 200))


def test_lines() -> None:
    assert paper().lines.rows == (("Active users at the peak", "101", "100–249", "$1.80", "$181.80"),)
    last = LineFacts("usage", 1234, Decimal("1.6"), 500, None, 197440)
    assert paper(lines=(last,)).lines.rows[0][1:] == ("1,234", "500 or more", "$1.60", "$1,974.40")
    assert paper("es", lines=(last,)).lines.rows[0][2] == "500 o más"
    single = replace(last, tier_minimum=5, tier_maximum=5)
    assert paper(lines=(single,)).lines.rows[0][2] == "5"


def test_m09_a_cap_says_what_it_is_capped_at() -> None:
    cap = LineFacts("cap", 100, Decimal("1.8"), 100, 249, -1800)
    assert paper(lines=(*FACTS.lines, cap)).lines.rows[1] == (
        *("Price cap: never more than 100 users at $1.80", "", "", "", "-$18.00"),
    )


def test_sums() -> None:
    assert paper().sums == (
        Sum("Net", "$181.80"),
        Sum("Tax (21%)", "$38.18"),
        Sum("Total", "$219.98", "billed"),
        Sum("Amount due", "$219.98", "due"),
    )
    settled = paper(paid=20000, credited=998, outstanding=1000).sums
    assert settled[3:] == (
        Sum("Paid", "-$200.00"),
        Sum("Credited", "-$9.98"),
        Sum("Amount due", "$10.00", "due"),
    )


def test_m25_until_tax_is_set_up_the_invoice_says_so() -> None:
    tax = paper(tax_set_up=False, tax=0, tax_rate=Decimal(0)).sums[1]
    assert tax == Sum("Tax", "$0.00", detail="Tax is not set up; no tax was charged")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, "Charged automatically to Visa ···· 4242."),
        ({"card": CardFacts("amex", "0005", usable=True)}, "Charged automatically to American Express ···· 0005."),
        ({"card": None}, NO_CARD),
        (
            {"card": CardFacts("visa", "4242", usable=False)},
            REFUSED,
        ),
        ({"on_hold": True}, "On hold: nothing is charged until the hold is released."),
        ({"state": "paid", "outstanding": 0, "paid": 21998}, "This invoice is paid."),
        ({"state": "paid", "outstanding": 0, "credited": 21998}, "Settled in full with credit."),
        ({"state": "paid", "outstanding": 0, "total": 0, "card": None}, "There is nothing to pay."),
        ({"state": "void", "outstanding": 0}, "This invoice is void: nothing is owed."),
    ],
)
def test_m11_how_it_is_paid(changed: dict[str, Any], sentence: str) -> None:
    assert paper(**changed).payment.value == sentence
    assert paper("es", **changed).payment.value != sentence


def test_p1_shares_stand_in_order_and_add_up() -> None:
    shares = paper().shares
    assert shares is not None
    assert shares.table.rows == (("Ávila Legal", "41", "$73.80"), ("Zamora Foods", "60", "$108.00"))
    assert shares.table.total == ("Total", "101", "$181.80")
    assert paper(shares=()).shares is None


def test_m07_a_zero_invoice_reads_well() -> None:
    free = LineFacts("usage", 3, Decimal(0), 1, 99, 0)
    drawn = paper(lines=(free,), net=0, tax=0, total=0, outstanding=0, state="paid", card=None)
    assert drawn.headline.value == "$0.00"
    assert drawn.lines.rows[0][3:] == ("$0.00", "$0.00")
    assert drawn.payment.value == "There is nothing to pay."


def test_an_invoice_without_a_cycle_has_no_period_and_no_peak() -> None:
    drawn = paper(cycle_start=None, cycle_end=None, peak=None, shares=())
    assert [fact.label for fact in drawn.facts] == ["Issue date", "Tax point"]
    assert (drawn.peak, drawn.shares) == ("", None)


def test_spanish_leaves_no_english_and_no_inner_word() -> None:
    same = {"Total", "INV-000042", "Bristol", "Northwind IT"}
    english, spanish = (words(list(astuple(paper(language)))) for language in ("en", "es"))
    inner = ("seat", "member", "high-water", "asiento", "miembro", "account")
    assert not [word for word in english + spanish for name in inner if name in word.lower()]
    labels = [word for word in english if word and word[0].isalpha() and word in spanish and word not in same]
    known = {*FACTS.seller.address.split("\n"), *FACTS.buyer.address.split("\r\n")}
    known |= {value for party in (FACTS.seller, FACTS.buyer) for value in astuple(party)}
    known |= {share.name for share in FACTS.shares} | {"en", "billed", "due", "plain"}
    assert set(labels) <= known


def test_the_papers_of_one_invoice_are_alike_in_both_languages() -> None:
    facts: InvoiceFacts = replace(FACTS, credited=100, outstanding=21898)
    english, spanish = invoice_paper(facts, "en", as_of=END), invoice_paper(facts, "es", as_of=END)
    assert (english.language, spanish.language) == ("en", "es")
    assert len(english.sums) == len(spanish.sums) == 5
    assert (spanish.document_title, spanish.page_label) == ("Factura INV-000042", "Página {page} de {pages}")
    assert english.dated == spanish.dated == date(2026, 4, 8)


def test_what_may_change_later_says_as_of_when_it_is_so() -> None:
    assert paper("en").payment.label == "How it is paid, as of 8 Apr 2026"
    assert paper("es").payment.label == "Forma de pago, a 8 abr 2026"
