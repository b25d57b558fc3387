"""Invoices in the portal: what is owed and what becomes of it, the list, one invoice, its PDF, and the file of all."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.collect_charges import collect_charges
from pleamar.actions.credit_invoice import credit_invoice
from pleamar.actions.hold_invoice import hold_invoice
from pleamar.models import Invoice, InvoiceDocument
from pleamar.rules.causes import Cause
from pleamar.rules.money import Money
from pleamar.wiring.payments import sandbox_gateway
from tests.entrypoints.portal.conftest import Portal
from tests.fakes.leasing import leasing
from tests.fakes.people import TESTER

FEBRUARY = datetime(2026, 2, 5, 0, 10, tzinfo=UTC)
SUCCEEDS, NO_FUNDS, SECURE = "4242424242424242", "4000000000009995", "4000002760003184"


@pytest.fixture
def billed(portal: Portal) -> Portal:
    """The first cycle is over: Northwind owes for 42 users, Tailwind for 5."""
    portal.at(FEBRUARY)
    close_cycles(cause=TESTER, now=FEBRUARY)
    return portal


def of(portal: Portal) -> str:
    """The number of Northwind's invoice."""
    return str(Invoice.unscoped.get(partner=portal.northwind).number)


def strangers(portal: Portal) -> str:
    return str(Invoice.unscoped.get(partner=portal.tailwind).number)


def pays_with(portal: Portal, number: str) -> None:
    gateway = sandbox_gateway(portal.clock)
    details = gateway.register_card(number, customer=portal.northwind.public_id)
    add_payment_method(portal.northwind.pk, details, provider="sandbox", cause=TESTER, now=portal.clock())
    collect_charges(gateway, now=portal.clock(), leasing=leasing())


def text(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_an_invoice_has_one_date_everywhere(billed: Portal) -> None:
    """That of the seller's zone, in which a cycle may end on another day than in the partner's."""
    Invoice.unscoped.filter(partner=billed.northwind).update(issue_date=date(2026, 2, 4))
    browser, number = billed.browser(), of(billed)
    for address in ("/payment", "/invoices", f"/invoices/{number}"):
        assert "4 Feb 2026" in text(browser, address), address


def rows(browser: Client, address: str) -> list[dict[str, str]]:
    answer = browser.get(address)
    assert answer.status_code == 200
    told = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(StringIO(told, newline="")))


def test_before_the_first_invoice_there_is_one_thing_to_do(portal: Portal) -> None:
    page = text(portal.browser(), "/invoices")
    assert "No invoices yet" in page
    assert "Nothing outstanding" in page
    assert "5 February" in page


def test_m13_without_a_card_it_says_what_a_card_would_do(billed: Portal) -> None:
    page = text(billed.browser(), "/invoices")
    assert "$100.80" in page
    assert "There is no card on file" in page
    assert "Add a card" in page
    assert "Add a card" in text(billed.browser(), f"/invoices/{of(billed)}")


def test_m11_a_declined_card_is_told_with_its_reason_and_the_next_try(billed: Portal) -> None:
    pays_with(billed, NO_FUNDS)
    browser = billed.browser()
    page = text(browser, "/invoices")
    assert "tried again on 6 Feb 2026" in page
    assert "is tried again on 6 February" in page
    one = text(browser, f"/invoices/{of(billed)}")
    assert "The account behind the card has not enough money." in one
    assert "Use another card" in one
    assert "insufficient_funds" not in one


def test_m11_a_paid_one_is_paid(billed: Portal) -> None:
    pays_with(billed, SUCCEEDS)
    page = text(billed.browser(), "/invoices")
    assert "Nothing outstanding" in page
    assert "It is paid." in text(billed.browser(), f"/invoices/{of(billed)}")


def test_a_payment_that_waits_for_the_cardholder_says_so(billed: Portal) -> None:
    pays_with(billed, SECURE)
    assert "Confirm it" in text(billed.browser(), "/invoices")
    assert "Confirm it" in text(billed.browser(), f"/invoices/{of(billed)}")


def test_m27_a_hold_is_told_with_its_reason(billed: Portal) -> None:
    cause = Cause("staff", "office", reason="the count is <b>questioned</b>")
    hold_invoice(of(billed), cause=cause, now=FEBRUARY)
    assert "On hold, and not charged" in text(billed.browser(), "/invoices")
    page = text(billed.browser(), f"/invoices/{of(billed)}")
    assert "the count is &lt;b&gt;questioned&lt;/b&gt;" in page


def test_m16_credit_notes_and_credit_are_listed(billed: Portal) -> None:
    pays_with(billed, SUCCEEDS)
    credit_invoice(
        of(billed), Money(1_000, "USD"), cause=Cause("staff", "office", reason="five too many"), now=FEBRUARY
    )
    page = text(billed.browser(), f"/invoices/{of(billed)}")
    assert "five too many" in page
    assert "$10.00 of it became your credit" in page
    assert "$10.00 of credit is left" in page
    assert "Your credit, used before the next charge: $10.00" in text(billed.browser(), "/invoices")


def test_p01_the_whole_invoice_can_be_read(billed: Portal) -> None:
    page = text(billed.browser(), f"/invoices/{of(billed)}")
    for told in (
        "42 users",
        "Contoso",
        "Fabrikam",
        "$72.00",
        "$28.80",
        "$2.40",
        "Tax is not set up",
        "/usage/2026-01-05/explain",
    ):
        assert told in page
    assert "Stranger" not in page


def test_it_is_found_by_its_public_id_too(billed: Portal) -> None:
    invoice = Invoice.unscoped.get(partner=billed.northwind)
    assert f"Invoice {invoice.number}" in text(billed.browser(), f"/invoices/{invoice.public_id}")


def test_a_number_that_two_of_its_invoices_have_is_told_apart(billed: Portal) -> None:
    billed.at(datetime(2026, 3, 5, 0, 10, tzinfo=UTC))
    close_cycles(cause=TESTER, now=billed.clock())
    one, two = Invoice.unscoped.filter(partner=billed.northwind)
    Invoice.unscoped.filter(pk=two.pk).update(number=one.number)
    browser = billed.browser()
    page = text(browser, "/invoices")
    assert one.public_id in page
    assert two.public_id in page
    assert text(browser, f"/invoices/{two.public_id}")
    assert browser.get(f"/invoices/{one.number}")["Location"] == "/invoices"


def test_the_pdf_is_drawn_once_in_the_language_asked_for(billed: Portal) -> None:
    browser, number = billed.browser(), of(billed)
    first = browser.get(f"/invoices/{number}.pdf?language=es")
    assert (first["Content-Type"], first["Content-Language"]) == ("application/pdf", "es")
    assert first["Content-Disposition"] == f'inline; filename="{number}.pdf"'
    assert "Factura" in PdfReader(BytesIO(first.content)).pages[0].extract_text()
    again = browser.get(f"/invoices/{number}.pdf?language=en")
    assert again.content == first.content
    assert InvoiceDocument.unscoped.count() == 1


@pytest.mark.parametrize("language", ["", "xx", "en' OR 1", "\x00"])
def test_the_pdf_is_in_the_partners_language_where_none_is_asked_for(billed: Portal, language: str) -> None:
    answer = billed.browser().get(f"/invoices/{of(billed)}.pdf", {"language": language})
    assert answer["Content-Language"] == "en"


@pytest.mark.parametrize("end", ["", ".pdf"])
def test_somebody_elses_invoice_is_not_there(billed: Portal, end: str) -> None:
    browser, stranger = billed.browser(), Invoice.unscoped.get(partner=billed.tailwind)
    for number in (stranger.number, stranger.public_id, "INV-999999", "x" * 5_000, "a/b", "%00", "inv_%20", "☃"):
        assert browser.get(f"/invoices/{number}{end}").status_code == 404
    assert stranger.number not in text(browser, "/invoices")
    assert not InvoiceDocument.unscoped.exists()


@pytest.mark.parametrize("address", ["/invoices", "/invoices.csv", "/invoices/INV-000001", "/invoices/INV-000001.pdf"])
def test_who_sees_no_prices_sees_no_invoices(billed: Portal, address: str) -> None:
    for role in ("technician", "viewer"):
        answer = billed.browser(role).get(address)
        assert answer.status_code == 403
        assert "$" not in answer.content.decode()
    assert Client().get(address).status_code == 302
    assert billed.browser("viewer", sees_prices=True).get(f"/invoices/{of(billed)}").status_code == 200


def test_who_only_reads_is_not_asked_for_a_card(billed: Portal) -> None:
    reader = billed.browser("viewer", sees_prices=True)
    assert "Add a card" not in text(reader, "/invoices")
    assert "Add a card" not in text(reader, f"/invoices/{of(billed)}")


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("state=owed", True),
        ("state=paid", False),
        ("state=held", False),
        ("state=declined", False),
        ("year=2026", True),
        ("year=2025", False),
        ("year=9999", False),
        ("year=0000&state=rubbish&page=-3", True),
        ("year=%00&page=99999999999999999999", True),
        ("state=" + "x" * 10_000, True),
    ],
)
def test_the_address_says_which_are_shown(billed: Portal, query: str, there: bool) -> None:
    browser, number = billed.browser(), of(billed)
    assert (f"/invoices/{number}" in text(browser, f"/invoices?{query}")) is there
    assert bool(rows(browser, f"/invoices.csv?{query}")) is there


def test_htmx_gets_the_rows_alone(billed: Portal) -> None:
    answer = billed.browser().get("/invoices?state=owed", headers={"HX-Request": "true"})
    assert of(billed) in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_the_file_has_stable_headers_and_exact_amounts(billed: Portal) -> None:
    (row,) = rows(billed.browser(), "/invoices.csv")
    assert list(row) == [
        *("number", "issue_date", "cycle_start", "cycle_end", "timezone", "state", "on_hold", "tried_again_at"),
        *("currency", "net", "tax", "total", "paid", "credited", "outstanding"),
    ]
    assert (row["state"], row["on_hold"], row["currency"], row["net"]) == ("open", "no", "USD", "100.80")
    assert row["cycle_start"] == "2026-01-05T09:00:00+00:00"


def test_they_page_and_take_as_many_queries_however_many_there_are(billed: Portal) -> None:
    browser = billed.browser()

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            text(browser, address)
        return len(captured)

    queries("/invoices")
    few, few_of_one = queries("/invoices"), queries(f"/invoices/{of(billed)}")
    first = Invoice.unscoped.get(partner=billed.northwind)
    for number in range(60):
        first.pk, first.uid, first.statement = None, None, None  # type: ignore[assignment]
        copy = Invoice.unscoped.create(
            **{
                field.attname: getattr(first, field.attname)
                for field in Invoice._meta.concrete_fields
                if field.attname not in {"id", "uid", "statement_id", "sequence", "number"}
            },
            sequence=1_000 + number,
            number=f"INV-{1_000 + number:06d}",
        )
        assert copy.pk
    for number in range(60):
        billed.opened(f"More {number}", 1)
    assert queries("/invoices") == few
    assert queries("/invoices/INV-000001") == few_of_one
    assert "1–50 of 61" in text(browser, "/invoices")
    assert "51–61 of 61" in text(browser, "/invoices?page=2")
    assert len(text(browser, "/invoices").encode()) < 60_000


def test_it_is_there_in_spanish(billed: Portal) -> None:
    browser = billed.browser()
    answer = browser.get("/invoices", headers={"Accept-Language": "es"})
    assert answer.status_code == 200
