"""A partner's terms of resale: written down on the page, searched, and as files that go out and come back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from pleamar.actions.set_resale_terms import Terms, set_resale_terms
from pleamar.entrypoints.portal.rebill.terms import saved_words
from pleamar.models import Account, AuditEvent, ResaleTerms
from pleamar.rules.rebill import SellPrice
from tests.entrypoints.portal.conftest import OPENED, Portal
from tests.fakes.people import TESTER


def text(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


def priced(portal: Portal, **prices: str) -> None:
    wanted = [Terms(getattr(portal, name).pk, price=SellPrice(Decimal(price), "USD")) for name, price in prices.items()]
    set_resale_terms(portal.northwind.pk, wanted, cause=TESTER, now=OPENED)


def brought(browser: Client, content: str | bytes) -> HttpResponse:
    raw = content if isinstance(content, bytes) else content.encode()
    return browser.post("/rebill/terms/import", {"file": SimpleUploadedFile("prices.csv", raw)})  # type: ignore[return-value]


def sent(browser: Client, *accounts: Account, **values: str) -> HttpResponse:
    """The rows of these customers, as their page had them, with the values of the last one changed."""
    told: dict[str, object] = {"customer": [account.public_id for account in accounts]}
    for account in accounts:
        terms = ResaleTerms.unscoped.filter(account=account).first()
        shown = {
            "reference": terms.reference if terms else "",
            "product_code": terms.product_code if terms else "",
            "sell_price": f"{terms.unit_price:.2f}" if terms and terms.unit_price is not None else "",
        }
        for name, value in shown.items():
            told[f"initial-{account.public_id}-{name}"] = value
            told[f"{account.public_id}-{name}"] = values.get(name, value) if account is accounts[-1] else value
    return browser.post("/rebill/terms", told)  # type: ignore[return-value]


def test_only_who_manages_billing_changes_terms(portal: Portal) -> None:
    reader = portal.browser("technician", sees_prices=True)
    assert sent(reader, portal.contoso, reference="C-1").status_code == 403
    assert brought(reader, "customer,reference\nContoso,C-1\n").status_code == 403
    assert '<button class="main"' not in text(reader, "/rebill/terms")
    assert not ResaleTerms.unscoped.exists()


def test_terms_are_written_down_and_audited(portal: Portal) -> None:
    browser = portal.browser()
    answer = sent(browser, portal.fabrikam, portal.contoso, reference=" C-1 ", product_code="PLM", sell_price="2,45")
    assert answer.status_code == 302
    terms = ResaleTerms.unscoped.get()
    assert (terms.account, terms.reference, terms.product_code) == (portal.contoso, "C-1", "PLM")
    assert (terms.unit_price, terms.currency) == (Decimal("2.45"), "USD")
    event = AuditEvent.unscoped.get(act="set resale terms")
    assert (event.actor, event.subject) == ("owner@northwind-it.example", portal.contoso.public_id)
    assert event.facts["after"]["price"] == "2.45"
    # Sent once more: nothing changes, and nothing is written.
    assert sent(browser, portal.contoso, sell_price="2.45").status_code == 302
    assert AuditEvent.unscoped.filter(act="set resale terms").count() == 1
    sent(browser, portal.contoso, sell_price="")
    terms.refresh_from_db()
    assert (terms.unit_price, terms.currency, terms.reference) == (None, "", "C-1")


def test_what_nobody_touched_on_an_old_page_is_not_written_over(portal: Portal) -> None:
    browser, contoso = portal.browser(), portal.contoso.public_id
    priced(portal, contoso="3")
    names = ("reference", "product_code", "sell_price")
    stale = {f"{prefix}{contoso}-{name}": "" for prefix in ("initial-", "") for name in names}
    browser.post("/rebill/terms", {**stale, "customer": contoso, f"{contoso}-reference": "C-1"})
    terms = ResaleTerms.unscoped.get()
    assert (terms.reference, terms.unit_price) == ("C-1", Decimal(3))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sell_price", "free"),
        ("sell_price", "1,234"),
        ("sell_price", "-1"),
        ("sell_price", "2.4000001"),
        ("sell_price", "9" * 30),
        ("reference", "x" * 101),
        ("reference", "a\x00b"),
        ("product_code", "a\x07b"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(portal: Portal, field: str, value: str) -> None:
    answer = sent(
        portal.browser(), portal.fabrikam, portal.contoso, **{field: value, "product_code": "KEPT"} | {field: value}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{portal.contoso.public_id}-{field}_error"' in page
    assert not ResaleTerms.unscoped.exists()
    if field != "product_code":
        assert "KEPT" in page


def test_somebody_elses_customer_is_not_there(portal: Portal) -> None:
    browser = portal.browser()
    for account in (portal.stranger,):
        assert sent(browser, account, reference="mine").status_code == 404
    assert browser.post("/rebill/terms", {"customer": "rubbish\x00"}).status_code == 404
    assert browser.post("/rebill/terms", {}).status_code == 302
    answer = brought(browser, f"customer_id,reference\n{portal.stranger.public_id},mine\n")
    assert answer.status_code == 422
    assert brought(browser, "customer,reference\nStranger,mine\n").status_code == 422
    assert not ResaleTerms.unscoped.exists()
    assert "Stranger" not in text(browser, "/rebill/terms")


def test_terms_are_searched(portal: Portal) -> None:
    browser = portal.browser()
    assert "Fabrikam" not in text(browser, "/rebill/terms?search=conto")
    assert "No customer is like that." in text(browser, "/rebill/terms?search=%25nobody")
    for search in ("%00", "x" * 10_000, "%ED%A0%80", "'; DROP"):
        text(browser, f"/rebill/terms?search={search}&page=x")


def test_terms_go_out_and_come_back(portal: Portal) -> None:
    browser = portal.browser()
    set_resale_terms(
        portal.northwind.pk,
        [Terms(portal.contoso.pk, "=1+1", "+34", SellPrice(Decimal("3.125"), "EUR"))],
        cause=TESTER,
        now=OPENED,
    )
    out = b"".join(browser.get("/rebill/terms.csv").streaming_content)  # type: ignore[attr-defined]
    assert b"'=1+1,'+34,3.125,EUR" in out
    assert brought(browser, out).status_code == 302
    kept = ResaleTerms.unscoped.get(account=portal.contoso)
    assert (kept.reference, kept.product_code, kept.unit_price, kept.currency) == (
        "=1+1",
        "+34",
        Decimal("3.125"),
        "EUR",
    )
    assert AuditEvent.unscoped.filter(act="set resale terms").count() == 1


def test_a_file_changes_only_its_columns(portal: Portal) -> None:
    browser = portal.browser()
    priced(portal, contoso="3")
    assert brought(browser, "\ufeffcustomer;reference;other\nContoso;C-1;x\n;;\n").status_code == 302
    terms = ResaleTerms.unscoped.get()
    assert (terms.reference, terms.unit_price) == ("C-1", Decimal(3))
    assert brought(browser, "customer,sell_price\nContoso,\n").status_code == 302
    terms.refresh_from_db()
    assert (terms.reference, terms.unit_price, terms.currency) == ("C-1", None, "")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "empty"),
        ("name,price\nContoso,3\n", "It must be"),
        ("customer,reference\nNobody,1\n", "you have no customer “Nobody”"),
        ("customer,reference\nContoso,1\nContoso,2\n", "stands there twice"),
        ("customer,reference\nContoso,1\nFabrikam,1,2\n", "number of columns"),
        ("customer,sell_price\nContoso,free\n", "“free” is not a price"),
        ("customer,sell_price,currency\nContoso,2,EURO\n", "not the code of a currency"),
        ("customer,customer\nContoso,1\n", "Leave one of the two out"),
        ("customer,reference\n,1\n", "name is missing"),
        (f"customer,reference\nContoso,{'x' * 200}\n", "too long"),
        ('customer,reference\n"Contoso,1\n', "quotation marks"),
        (b"customer,reference\n\xff\xfe\n", "UTF-8"),
        ("customer,reference\nConto\x00so,1\n", "null characters"),
        (b"customer\n" + b"x\n" * 1_100_000, "larger than 2 MB"),
    ],
)
def test_a_wrong_file_changes_nothing(portal: Portal, content: str | bytes, told: str) -> None:
    answer = brought(portal.browser(), content)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert told in page
    assert 'id="id_file_error"' in page
    assert not ResaleTerms.unscoped.exists()


def test_no_file_at_all_is_told_so(portal: Portal) -> None:
    assert portal.browser().post("/rebill/terms/import", {}).status_code == 422


@pytest.mark.parametrize(("language", "number"), [("en", "12,041"), ("es", "12.041")])
def test_how_many_were_changed_is_counted_in_the_reader_s_language(language: str, number: str) -> None:
    with translation.override(language):
        assert f" {number} " in f" {saved_words(12_041)}"
