"""Mails that ask for a card lead to the page on which one is added."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from pleamar.models import Installation
from pleamar.wiring.links import invitation_link, payment_page, with_links
from pleamar.wiring.served_address import note_served_address, served_address
from pleamar.wording.mail import letter
from tests.entrypoints.mail_topics import message

_ADDRESS = "https://portal.example/payment"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("topic", "facts"),
    [
        ("access_suspended", {}),
        ("card_expiring", {}),
        ("charge_declined", {}),
        ("charge_declined", {"next_attempt": ""}),
        ("invoice_issued", {"card": ""}),
        ("no_card", {}),
        ("payment_overdue", {}),
    ],
)
def test_m13_whoever_is_to_add_a_card_is_led_there(topic: str, facts: dict[str, str], language: str) -> None:
    told = letter(message(topic, language, facts={**facts, "payment_page": _ADDRESS}))
    assert told.text.count(f"{_ADDRESS}\n") == 1
    assert f'href="{_ADDRESS}"' in told.html
    without = letter(message(topic, language, facts=facts))
    assert "/payment" not in without.text
    assert told.text != without.text


def test_only_mails_about_cards_have_it(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLEAMAR_ADDRESS", "https://portal.example/")
    write = with_links(letter)
    assert _ADDRESS in write(message("no_card")).text
    assert _ADDRESS not in write(message("charge_succeeded")).text


@pytest.mark.parametrize(
    ("host", "environ", "address"),
    [
        ("127.0.0.1", {}, "http://localhost:8203"),
        ("::", {}, "http://localhost:8203"),
        ("192.0.2.7", {}, "http://192.0.2.7:8203"),
        ("2001:db8::7", {}, "http://[2001:db8::7]:8203"),
        ("127.0.0.1", {"PLEAMAR_ADDRESS": "https://demo.example/"}, "https://demo.example"),
    ],
)
def test_in_a_sandbox_links_lead_to_where_it_is_served(
    installation: Installation, host: str, environ: dict[str, str], address: str
) -> None:
    note_served_address(host, 8203, environ)
    assert payment_page({}) == f"{address}/payment"
    assert str(invitation_link("ivt_1", {})).startswith(f"{address}/invitation/")
    assert payment_page({"PLEAMAR_ADDRESS": "https://portal.example/"}) == _ADDRESS


def test_where_something_real_is_served_is_for_people_to_say(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pleamar.wiring.served_address.is_sandbox", lambda: False)
    note_served_address("127.0.0.1", 8203, {"PLEAMAR_ADDRESS": "https://portal.example"})
    assert served_address() is None
    monkeypatch.setattr("pleamar.wiring.links.is_sandbox", lambda: False)
    assert payment_page({}) is None


def test_a_database_that_cannot_be_asked_stops_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> bool:
        raise OperationalError("no server")

    monkeypatch.setattr("pleamar.wiring.served_address.is_sandbox", broken)
    note_served_address("127.0.0.1", 8203, {})


def test_in_a_sandbox_it_is_on_this_machine_unless_that_was_said(installation: Installation) -> None:
    assert payment_page({}) == "http://localhost:8000/payment"
    assert payment_page({"PLEAMAR_ADDRESS": "https://portal.example/"}) == _ADDRESS
