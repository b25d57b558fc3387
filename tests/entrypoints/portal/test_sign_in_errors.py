"""Pages for what cannot be shown, the address that requests come from, and how `check-config` sees it all."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.test.utils import override_settings

from pleamar.actions.change_setting import change_setting
from pleamar.entrypoints.sign_in.browsers import browser_name
from pleamar.entrypoints.sign_in.client_address import client_address
from pleamar.models import Installation
from pleamar.wiring.checking_sign_in import sign_in_lines
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.entrypoints.portal.signing_in import LOGIN
from tests.fakes.people import TESTER


@pytest.fixture(autouse=True)
def nobody_has_tried(db: None) -> None:
    cache.clear()


def test_an_address_that_there_is_not_is_a_page_with_and_without_a_session(portal: Portal) -> None:
    for browser in (Client(), portal.browser("viewer")):
        answer = browser.get("/nothing/here")
        assert answer.status_code == 404
        assert "There is nothing here" in answer.content.decode()


def test_a_page_for_other_roles_says_so(portal: Portal) -> None:
    answer = portal.browser("viewer").get("/notifications")
    assert (answer.status_code, "This is not for your role" in answer.content.decode()) == (403, True)


def test_an_error_is_a_page_and_tells_nothing(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("secret detail")

    monkeypatch.setattr("pleamar.entrypoints.portal.notifications.notifications.recipients", broken)
    browser = portal.browser()
    browser.raise_request_exception = False
    answer = browser.get("/notifications")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


def test_a_forged_form_is_refused_kindly_with_and_without_a_session(portal: Portal) -> None:
    for path in (LOGIN, "/notifications", "/security"):
        answer = Client(enforce_csrf_checks=True).post(path, {"login": "a@b.example", "password": "x"})
        assert answer.status_code == 403
        assert "Nothing was changed." in answer.content.decode()
    del portal


def test_browsers_that_ask_for_an_icon_get_one() -> None:
    answer = Client().get("/favicon.ico")
    assert answer["Location"].startswith("/static/pleamar/icon")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "connection", "address"),
    [
        ("", "198.51.100.1", "203.0.113.7", "203.0.113.7"),
        ("0", "198.51.100.1", "203.0.113.7", "203.0.113.7"),
        ("1", "6.6.6.6, 198.51.100.1", "10.0.0.1", "198.51.100.1"),
        ("2", "6.6.6.6, 198.51.100.1, 10.0.0.2", "10.0.0.1", "198.51.100.1"),
        ("2", "198.51.100.1", "203.0.113.7", "203.0.113.7"),
        ("1", "", "203.0.113.7", "203.0.113.7"),
        ("1", "nonsense", "203.0.113.7", "203.0.113.7"),
        ("1", "198.51.100.1:4711", "10.0.0.1", "198.51.100.1"),
        ("1", "[2001:db8::1]:4711", "10.0.0.1", "2001:db8::1"),
        ("1", "::ffff:198.51.100.1", "10.0.0.1", "198.51.100.1"),
        ("many", "198.51.100.1", "203.0.113.7", "203.0.113.7"),
        ("1", "", "", "0.0.0.0"),
    ],
)
def test_the_address_of_a_request(
    monkeypatch: pytest.MonkeyPatch, proxies: str, forwarded: str, connection: str, address: str
) -> None:
    monkeypatch.setenv("PLEAMAR_PROXIES", proxies)
    request = RequestFactory().get("/", REMOTE_ADDR=connection, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "Safari on iPhone"),
        ("curl/8", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)  # fmt: skip
def test_what_a_browser_is_called(agent: str, name: str) -> None:
    assert browser_name(agent) == name


def test_a_configuration_says_how_people_sign_in(installation: Installation) -> None:
    change_setting("second_factor_roles", ["administrator", "owner"], cause=TESTER, now=NOW)
    lines = {line.what: (line.fine, line.text) for line in sign_in_lines(installation, {})}
    assert lines["second factor"] == (True, "needed by: owner, administrator")
    assert lines["single sign-on"] == (True, "not set up")
    assert lines["proxies"][0]
    wrong = {"PLEAMAR_PROXIES": "ten", "PLEAMAR_OIDC_CLIENT_ID": "x", "PLEAMAR_ADDRESS": "http://billing.example"}
    installation.mode = "live"
    assert [line.fine for line in sign_in_lines(installation, wrong)] == [False, False, False, True]


@override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=["only for tests"])
def test_sessions_outlive_a_change_of_the_key(portal: Portal) -> None:
    with override_settings(SECRET_KEY="only for tests", SECRET_KEY_FALLBACKS=[]):
        browser = portal.browser("viewer")
    assert browser.get("/security").status_code == 200
