"""Pages that wait for a worker: they ask again by themselves, never stand still without a word, and need no script."""

from __future__ import annotations

import re

import pytest
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.sql import queries

from pleamar.models import Charge
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.paying import collected, entered, owing

PIECE = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PLEAMAR_STRIPE_KEY", "PLEAMAR_ADDRESS"):
        monkeypatch.delenv(name, raising=False)


def a_worker() -> None:
    DjangoConnector().execute_query_one(query=queries["register_worker"])


def charging(portal: Portal, looks: int) -> str:
    """The piece of the payment page that tells of a charge, after so many looks."""
    address = f"/payment/charging?looks={looks}&charge={Charge.unscoped.get().public_id}"
    return portal.browser().get(address, headers=PIECE).content.decode()


@pytest.fixture
def charged(portal: Portal) -> Portal:
    owing(portal)
    entered(portal.browser())
    return portal


def test_a_charge_is_asked_after_again_also_when_an_answer_went_missing(charged: Portal) -> None:
    told = charging(charged, 3)
    assert 'hx-trigger="every 2s"' in told
    assert "looks=4&amp;" in told
    assert "Look again" not in told
    assert 'hx-trigger="every 6s"' in charging(charged, 15)
    assert "hx-get" in charging(charged, 59)


def test_a_charge_that_takes_long_is_said_to_go_on(charged: Portal) -> None:
    a_worker()
    told = charging(charged, 60)
    assert "being charged to Visa ···· 4242" in told
    assert "This takes longer than usual and still goes on." in told
    assert '<a href="/payment">Look again</a>' in told
    assert "hx-get" not in told


def test_a_charge_for_which_there_is_no_worker_is_said_to_wait(charged: Portal) -> None:
    told = charging(charged, 60)
    assert "no worker is running on the server just now" in told
    assert '<a href="/payment">Look again</a>' in told


def test_without_a_script_the_page_of_a_charge_loads_itself_again(charged: Portal) -> None:
    browser = charged.browser()
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in browser.get("/payment").content.decode()
    collected()
    assert 'http-equiv="refresh"' not in browser.get("/payment").content.decode()


def test_a_file_on_its_way_is_asked_after_with_and_without_a_script(portal: Portal) -> None:
    browser = portal.browser("technician")
    place = browser.post(
        f"/customers/{portal.contoso.public_id}/import", {"addresses": "zoe@contoso.example", "how": "add"}
    )["Location"]
    shown = re.findall(r'name="shown" value="([^"]*)"', browser.get(place).content.decode())
    assert browser.post(place, {"shown": shown[0]})["Location"] == place
    page = browser.get(place).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert "no worker is running on the server just now" in page
    a_worker()
    piece = browser.get(place, headers=PIECE).content.decode()
    assert "<html" not in piece
    assert 'hx-trigger="every 2s"' in piece
    assert "You can leave this page: it goes on without you." in piece
