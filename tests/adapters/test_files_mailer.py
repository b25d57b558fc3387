"""Mail as files: whole, for their owner only, and nothing that cannot be a mail."""

from __future__ import annotations

import email
import email.policy
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pleamar.adapters.mail.files import FilesMailer
from pleamar.ports.mail import Letter, MailUndelivered

LETTER = Letter(
    "msg_1", "ana@northwind.example", datetime(2026, 2, 1, 0, 10, tzinfo=UTC), "Pago: 24,00 US$", "¡Hola!\n\nAdiós\n"
)
SENDER = "Meridian Software <billing@meridian.example>"


def test_a_letter_is_a_mail_in_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    for _ in range(2):  # sent again, it is the same file
        FilesMailer(folder, SENDER).send(LETTER)
    (path,) = folder.iterdir()
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert path.name == "msg_1.eml"
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, LETTER.to, LETTER.subject)
    assert (mail["Message-ID"], mail["Date"].datetime) == ("<msg_1@pleamar.invalid>", LETTER.dated)
    assert mail.get_content().replace("\r\n", "\n") == LETTER.text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_html_stands_beside_the_text(tmp_path: Path) -> None:
    FilesMailer(tmp_path, SENDER).send(replace(LETTER, html="<p>¡Hola!</p>"))
    mail = email.message_from_bytes((tmp_path / "msg_1.eml").read_bytes(), policy=email.policy.default)
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    "letter",
    [
        replace(LETTER, to="ana@northwind.example\nBcc: all@northwind.example"),
        replace(LETTER, subject="Pago\r\nBcc: all@northwind.example"),
        replace(LETTER, id="../../etc/passwd"),
    ],
)
def test_what_would_be_another_mail_is_not_taken_ever(tmp_path: Path, letter: Letter) -> None:
    with pytest.raises(MailUndelivered) as failed:
        FilesMailer(tmp_path, SENDER).send(letter)
    assert failed.value.for_good
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_may_be_mended(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(MailUndelivered, match="cannot be written") as failed:
        FilesMailer(tmp_path / "mail", SENDER).send(LETTER)
    assert not failed.value.for_good


def test_a_link_that_lies_there_is_replaced_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("untouched")
    (tmp_path / "msg_1.eml").symlink_to(other)
    FilesMailer(tmp_path, SENDER).send(LETTER)
    assert other.read_text() == "untouched"
    assert not (tmp_path / "msg_1.eml").is_symlink()
