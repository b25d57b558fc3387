"""Who carries an installation's mail, by its settings, and what is said of settings that do not work."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from pleamar.actions.change_setting import change_setting
from pleamar.actions.describe_seller import describe_seller
from pleamar.actions.install import install
from pleamar.adapters.mail.files import FilesMailer
from pleamar.adapters.mail.smtp import SmtpMailer, SmtpServer
from pleamar.ports.mail import Letter
from pleamar.rules.refusals import Refused
from pleamar.wiring.checking import configuration
from pleamar.wiring.mail import mailer, smtp_server
from pleamar.wording.refusals_mail import SENTENCES
from tests.contracts.mail import LETTER, read
from tests.fakes.people import TESTER
from tests.fakes.smtp_server import Post, serving

pytestmark = pytest.mark.django_db
Mode = Literal["sandbox", "live"]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLEAMAR_HOME", str(tmp_path))
    monkeypatch.delenv("PLEAMAR_SMTP_URL", raising=False)


def installed(mode: Mode) -> None:
    install(mode, seller="Meridian Software", cause=TESTER, now=datetime(2015, 1, 1, tzinfo=UTC))


def server(url: str) -> SmtpServer | None:
    return smtp_server({"PLEAMAR_SMTP_URL": url})


def mail_line(url: str = "") -> tuple[bool, str]:
    (line,) = [
        line
        for line in configuration({"DATABASE_URL": "postgresql://", "PLEAMAR_SMTP_URL": url, "PLEAMAR_HOME": "/srv"})
        if line.what == "mail"
    ]
    return line.fine, line.text


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", None),
        ("smtp://mail.example.com", SmtpServer("mail.example.com", 587, "starttls")),
        ("smtp://mail.example.com:25?tls=yes", SmtpServer("mail.example.com", 25, "starttls")),
        ("smtps://me:s%40cret@mail.example.com", SmtpServer("mail.example.com", 465, "tls", "me", "s@cret")),
        ("smtp://me%40x.example:a:b/c@mail.example.com", None),
        ("smtp://localhost:1025", SmtpServer("localhost", 1025, "none")),
        ("smtp://[::1]:1025/", SmtpServer("::1", 1025, "none")),
        ("smtp://127.0.0.1?tls=yes&timeout=5", SmtpServer("127.0.0.1", 587, "starttls", timeout=5)),
    ],
)
def test_an_address_names_a_server(url: str, expected: SmtpServer | None) -> None:
    if url and expected is None:
        with pytest.raises(Refused, match="smtp_url_invalid"):
            server(url)
    else:
        assert server(url) == expected


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mail.example.com:587", "smtp_url_invalid"),
        ("https://mail.example.com", "smtp_url_invalid"),
        ("https://mail.example.com:443", "smtp_url_invalid"),
        ("smtp://", "smtp_url_invalid"),
        ("smtp://mail.example.com:port", "smtp_url_invalid"),
        ("smtp://mail.example.com:99999", "smtp_url_invalid"),
        ("smtp://mail.example.com/inbox", "smtp_url_invalid"),
        ("smtp://me:hunter#2@mail.example.com", "smtp_url_invalid"),
        ("smtp://me@mail.example.com", "smtp_login_invalid"),
        ("smtp://:hunter2@mail.example.com", "smtp_login_invalid"),
        ("smtp://me:contrase%C3%B1a@mail.example.com", "smtp_login_invalid"),
        ("smtp://mail.example.com?tsl=yes", "smtp_option_invalid"),
        ("smtp://mail.example.com?tls=maybe", "smtp_option_invalid"),
        ("smtps://mail.example.com?tls=no", "smtp_option_invalid"),
        ("smtp://mail.example.com?timeout=0", "smtp_option_invalid"),
        ("smtp://mail.example.com?timeout=301", "smtp_option_invalid"),
        ("smtp://mail.example.com?timeout=", "smtp_option_invalid"),
        ("smtp://mail.example.com?authorities=/nowhere.pem", "smtp_option_invalid"),
        ("smtp://mail.example.com?tls=no", "smtp_in_the_clear"),
        ("smtp://localhost.example.com?tls=no", "smtp_in_the_clear"),
    ],
)
def test_an_address_that_does_not_work_is_refused_and_not_shown(url: str, code: str) -> None:
    installed("live")
    with pytest.raises(Refused) as refused:
        server(url)
    assert refused.value.code == code
    assert code in SENTENCES
    assert "hunter" not in f"{refused.value!r} {refused.value.facts}"
    fine, text = mail_line(url)
    assert (fine, text.startswith("PLEAMAR_SMTP_URL"), "hunter" in text) == (False, True, False)


def test_a_sandbox_writes_files_and_that_is_fine() -> None:
    installed("sandbox")
    assert isinstance(mailer(), FilesMailer)
    assert mail_line() == (True, "written into /srv/mail, not sent")


def test_a_live_installation_that_sends_nothing_is_told_so() -> None:
    installed("live")
    assert mail_line() == (False, "written into /srv/mail, not sent; set PLEAMAR_SMTP_URL to have it sent")


def test_mail_needs_somebody_whom_it_comes_from() -> None:
    installed("live")
    url = "smtp://me:hunter2@mail.example.com"
    assert mail_line(url) == (False, "it comes from nobody: give the seller an address, `pleamar seller`")
    describe_seller(email="billing@meridian.example", cause=TESTER, now=NOW)
    assert mail_line(url) == (True, "by mail.example.com:587, encrypted, from billing@meridian.example")
    assert mail_line("smtp://localhost")[1].startswith("by localhost:587, in the clear, from ")


def test_mail_goes_out_in_the_brands_name_and_answers_come_to_the_seller(monkeypatch: pytest.MonkeyPatch) -> None:
    installed("sandbox")
    describe_seller(email="billing@meridian.example", cause=TESTER, now=NOW)
    for name, value in (("brand_name", "Tidal"), ("brand_sender", "noreply@tidal.example")):
        change_setting(name, value, cause=TESTER, now=NOW)
    post = Post()
    with serving(post) as port:
        monkeypatch.setenv("PLEAMAR_SMTP_URL", f"smtp://127.0.0.1:{port}")
        found = mailer()
        assert isinstance(found, SmtpMailer)
        found.send(LETTER)
    mail = read(post.received[0].content)  # type: ignore[arg-type]  # bytes: nobody asked it to decode
    assert (mail["From"], mail["Reply-To"]) == ("Tidal <noreply@tidal.example>", "billing@meridian.example")


def test_files_come_from_the_seller_or_from_nobody(tmp_path: Path) -> None:
    installed("sandbox")
    assert _sent(LETTER, tmp_path) == "Meridian Software <noreply@pleamar.invalid>"
    describe_seller(email="billing@meridian.example", cause=TESTER, now=NOW)
    assert _sent(LETTER, tmp_path) == "Meridian Software <billing@meridian.example>"


def _sent(letter: Letter, home: Path) -> str:
    mailer().send(letter)
    return str(read((home / "mail" / f"{letter.id}.eml").read_bytes())["From"])
