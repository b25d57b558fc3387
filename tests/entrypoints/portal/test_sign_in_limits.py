"""How much may be sent at once, and what browsers are told for where people reach us by HTTPS."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from pleamar.actions.install import Mode, install
from pleamar.entrypoints.commands.web import warn_of_address
from pleamar.models import FileImport, Installation
from pleamar.wiring.checking_sign_in import sign_in_lines
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.entrypoints.portal.signing_in import LOGIN, signed_in
from tests.fakes.people import TESTER

HTTPS = {"PLEAMAR_ADDRESS": "https://billing.example"}


def sent(browser: Client, path: str, length: str, **headers: str) -> int:
    """Only said to be so long: what is refused is never read."""
    return browser.generic("POST", path, b"login=a", CONTENT_LENGTH=length, **headers).status_code  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "length", "stranger", "known"),
    [
        (LOGIN, "1000001", 413, 302),
        ("/notifications", "1000001", 413, 302),
        ("/notifications", "25000001", 413, 413),
        ("/notifications", "9" * 4_000, 413, 413),
        ("/notifications", "-1", 413, 413),
        ("/notifications", "٣", 413, 413),
        ("/notifications", "7", 302, 302),
    ],
)
def test_what_is_too_long_is_not_read(portal: Portal, path: str, length: str, stranger: int, known: int) -> None:
    browser = Client()
    browser.cookies["sessionid"] = "anything"
    assert sent(browser, path, length) == stranger
    assert sent(signed_in(portal.user()), path, length) == known


def test_what_does_not_say_how_long_it_is_is_not_read(portal: Portal) -> None:
    browser = signed_in(portal.user())
    assert sent(browser, "/notifications", "", HTTP_TRANSFER_ENCODING="chunked") == 413
    assert browser.post("/notifications").status_code == 302


def test_it_is_refused_before_the_check_against_forged_forms_on_a_page(portal: Portal) -> None:
    del portal
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(LOGIN, {"file": SimpleUploadedFile("a", b"x" * 1_000_001)}, headers={"Accept-Language": "en"})
    assert (answer.status_code, "You are signed out." in answer.content.decode()) == (413, True)
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_programs_have_limits_of_their_own(portal: Portal) -> None:
    del portal
    assert sent(Client(), "/webhooks/stripe", "30000000", HTTP_STRIPE_SIGNATURE="x") == 413
    assert sent(Client(), "/webhooks/stripe", "", HTTP_STRIPE_SIGNATURE="x", HTTP_TRANSFER_ENCODING="chunked") == 411


def test_a_large_file_of_somebody_who_is_signed_in_is_taken(portal: Portal) -> None:
    content = b"email\n" + b"\n".join(b"user%d@example.com" % number for number in range(70_000))
    where = f"/customers/{portal.contoso.public_id}/import"
    said = portal.browser().post(where, {"file": SimpleUploadedFile("u.csv", content), "how": "add"})
    assert (len(content) > 1_000_000, said.status_code) == (True, 302)
    assert FileImport.unscoped.get().rows == 70_000


def test_browsers_keep_to_https(portal: Portal, settings: Settings) -> None:
    del portal
    assert "Strict-Transport-Security" not in Client().get(LOGIN)
    settings.SECURE_HSTS_SECONDS = 31_536_000
    assert Client().get(LOGIN)["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(("address", "secure"), [("https://billing.example", True), ("http://localhost:8000", False)])
def test_settings_follow_the_address(address: str, secure: bool) -> None:
    program = (
        "import json; from pleamar.config import settings as s;"
        "print(json.dumps([s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0]))"
    )
    environ = {**os.environ, "PLEAMAR_ADDRESS": address, "DATABASE_URL": "postgresql://x@/x"}
    told = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, check=True)
    assert json.loads(told.stdout) == [secure] * 3


@pytest.mark.parametrize(
    ("mode", "environ", "fine"),
    [
        ("sandbox", {}, {"address": True, "proxies": True}),
        ("live", {}, {"address": False, "proxies": True}),
        ("live", {"PLEAMAR_ADDRESS": "http://billing.example"}, {"address": False, "proxies": True}),
        ("live", HTTPS, {"address": True, "proxies": False}),
        ("live", {**HTTPS, "PLEAMAR_PROXIES": "1"}, {"address": True, "proxies": True}),
    ],
)
def test_a_live_installation_says_what_is_missing(
    installation: Installation, mode: str, environ: dict[str, str], fine: dict[str, bool]
) -> None:
    installation.mode = mode
    told = {line.what: line.fine for line in sign_in_lines(installation, environ) if line.what in fine}
    assert told == fine


@pytest.mark.parametrize(
    ("mode", "address", "lines"),
    [
        ("sandbox", "", 0),
        ("live", "", 1),
        ("live", "http://billing.example", 1),
        ("live", "https://billing.example", 0),
    ],
)
def test_a_live_web_server_says_that_passwords_go_in_the_clear(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, mode: Mode, address: str, lines: int
) -> None:
    del db
    install(mode, seller="Meridian Software", cause=TESTER, now=NOW)
    monkeypatch.setenv("PLEAMAR_ADDRESS", address)
    warn_of_address()
    assert [record.getMessage() for record in caplog.records] == ["passwords and cookies may go unencrypted"] * lines
