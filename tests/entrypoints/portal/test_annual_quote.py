"""Asking for an annual quote, in the portal."""

from __future__ import annotations

import pytest
from django.test import Client

from pleamar.actions.describe_partner import describe_partner
from pleamar.actions.describe_seller import describe_seller
from pleamar.models import AuditEvent, OutboxMessage, QuoteRequest
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.fakes.people import TESTER

_WISH = {"customer": "Granite Museum", "users": "140", "message": "They compare us."}


def _sent(browser: Client, **changed: str) -> int:
    return browser.post("/annual-quote", {**_WISH, **changed}).status_code


def test_it_is_written_down_and_the_vendor_is_told(portal: Portal) -> None:
    describe_seller(email="sales@meridian.example", cause=TESTER, now=NOW)
    browser = portal.browser()
    assert _sent(browser) == 302
    request = QuoteRequest.unscoped.get()
    assert (request.partner_id, request.members, request.asked_by) == (
        portal.northwind.pk,
        140,
        "owner@northwind-it.example",
    )
    mail = OutboxMessage.unscoped.get(topic="quote_requested")
    assert mail.recipient == "sales@meridian.example"
    assert AuditEvent.unscoped.get(act="ask for quote").subject == request.public_id
    said = browser.get("/annual-quote").content.decode()
    assert "Granite Museum" in said
    assert "They compare us." in said


def test_a_form_sent_twice_asks_once(portal: Portal) -> None:
    browser = portal.browser()
    assert (_sent(browser), _sent(browser, customer=" granite  museum", message="")) == (302, 302)
    assert QuoteRequest.unscoped.count() == 1
    assert "You asked for that already" in browser.get("/annual-quote").content.decode()
    _sent(browser, users="200")
    assert QuoteRequest.unscoped.count() == 2


def test_more_to_say_is_another_request(portal: Portal) -> None:
    """It is kept, and told to whoever answers."""
    browser = portal.browser()
    for message in ("", "Their budget is fixed.", "Their budget is fixed.", "They may wait."):
        _sent(browser, message=message)
    asked = QuoteRequest.unscoped.order_by("pk").values_list("message", flat=True)
    assert list(asked) == ["", "Their budget is fixed.", "They may wait."]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("customer", ""),
        ("customer", "x" * 201),
        ("customer", "a\x00b"),
        ("customer", "a\x07b"),
        ("users", ""),
        ("users", "0"),
        ("users", "many"),
        ("users", "9" * 5000),
        ("message", "x" * 2001),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(portal: Portal, field: str, value: str) -> None:
    answer = portal.browser().post("/annual-quote", {**_WISH, field: value})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in said
    assert field == "message" or "They compare us." in said
    assert not QuoteRequest.unscoped.exists()


def test_too_many_in_a_day_are_refused(portal: Portal) -> None:
    browser = portal.browser()
    told = [_sent(browser, users=str(number)) for number in range(1, 22)]
    assert told == [302] * 20 + [422]


def test_the_list_pages(portal: Portal) -> None:
    rows = [
        QuoteRequest(partner=portal.northwind, customer=f"No. {number:03}", members=1, asked_by="dana", asked_at=NOW)
        for number in range(51)
    ]
    QuoteRequest.unscoped.bulk_create(rows)
    browser = portal.browser()
    assert "No. 000" not in browser.get("/annual-quote").content.decode()
    assert "No. 000" in browser.get("/annual-quote?page=2").content.decode()


def test_names_are_only_names(portal: Portal) -> None:
    browser = portal.browser()
    _sent(browser, customer="<script>alert(1)</script>", message="<img src=x>\n{{7*7}}")
    said = browser.get("/annual-quote").content.decode()
    assert "<script>alert" not in said
    assert "<img src=x" not in said
    assert "{{7*7}}" in said


def test_it_is_the_partners_own_and_for_who_sees_prices(portal: Portal) -> None:
    _sent(portal.browser())
    assert "Granite" not in portal.browser(partner=portal.tailwind).get("/annual-quote").content.decode()
    technician = portal.browser("technician")
    assert (technician.get("/annual-quote").status_code, _sent(technician)) == (403, 403)


def test_the_account_manager_stands_beside(portal: Portal) -> None:
    describe_partner(
        portal.northwind.pk, cause=TESTER, now=NOW, manager_name="Alex Rivers", manager_contact="+34 600 1"
    )
    said = portal.browser().get("/annual-quote").content.decode()
    assert "Alex Rivers" in said
    assert "+34 600 1" in said
    assert "mailto" not in said
