"""A thousand typed as the page prints it is a thousand on every page that asks for a number, and never one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from pleamar.models import Account, QuoteRequest, ResaleTerms, UsageAlert
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.read_pages import words

_READERS = pytest.mark.parametrize(("language", "right", "wrong"), [("en", "1,000", "1.000"), ("es", "1.000", "1,000")])


@pytest.fixture(autouse=True)
def language_as_before() -> Iterator[None]:
    """An answer leaves its language behind."""
    with translation.override("en"):
        yield


def _got(browser: Client, path: str, language: str) -> str:
    answer = browser.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return words(answer.content.decode())


@_READERS
def test_m24_the_calculator_and_what_if_take_it(portal: Portal, language: str, right: str, wrong: str) -> None:
    browser = portal.browser()
    answer = f"{right} us"  # 1,000 users at the peak
    assert answer in _got(browser, f"/calculator?users={right}", language)
    assert answer not in _got(browser, f"/calculator?users={wrong}", language)
    for typed, is_refused in ((right, False), (wrong, True)):
        said = browser.get(f"/usage?add={typed}", headers={"Accept-Language": language}).content.decode()
        assert ('id="add-error"' in said) is is_refused


@_READERS
def test_what_is_sent_keeps_a_thousand(portal: Portal, language: str, right: str, wrong: str) -> None:
    browser, headers = portal.browser(), {"Accept-Language": language}

    def sent(typed: str) -> list[int]:
        return [
            browser.post(path, asked, headers=headers).status_code
            for path, asked in (
                ("/annual-quote", {"customer": "Granite Museum", "users": typed}),
                ("/customers/new", {"name": "Litware", "begins": "trial", "limit": typed}),
                ("/notifications", {"act": "set_alert", "kind": "seats", "threshold": typed}),
            )
        ]

    assert sent(wrong) == [422, 422, 422]
    assert sent(right) == [302, 302, 302]
    assert QuoteRequest.unscoped.get().members == 1000
    assert Account.unscoped.get(name="Litware").member_limit == 1000
    assert UsageAlert.unscoped.get().threshold == 1000


def test_a_sell_price_is_read_as_its_reader_writes_it(portal: Portal) -> None:
    browser, contoso, headers = portal.browser(), portal.contoso.public_id, {"Accept-Language": "es"}

    def sent(typed: str) -> str:
        asked = {"customer": contoso, f"{contoso}-sell_price": typed}
        return browser.post("/rebill/terms", asked, headers=headers, follow=True).content.decode()

    assert "2,40" in sent("gratis")
    assert f'id="{contoso}-sell_price_error"' in sent("1.234")
    sent("2,345")
    assert ResaleTerms.unscoped.get().unit_price == Decimal("2.345")
    assert 'value="2,345"' in browser.get("/rebill/terms", headers=headers).content.decode()
    assert "3,50" in _got(browser, "/calculator?users=5&resale=gratis", "es")
