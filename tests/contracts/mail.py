"""What everyone who carries mail keeps to. A carrier's own test file subclasses this and says how to get at one."""

from __future__ import annotations

import email
import email.policy
from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage, MIMEPart
from typing import Final

import pytest

from pleamar.adapters.mail.envelope import Sender
from pleamar.ports.mail import Letter, Mailer, MailUndelivered, Picture

SENDER: Final = Sender("Meridian Software", "billing@meridian.example")
LETTER: Final = Letter(
    "msg_1", "ana@northwind.example", datetime(2026, 2, 1, 0, 10, tzinfo=UTC), "Pago: 24,00 US$", "¡Hola!\n\nAdiós\n"
)
LOGO: Final = Picture("logo@meridian", "png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
INJECTIONS: Final = [
    replace(LETTER, to="ana@northwind.example\nBcc: all@northwind.example"),
    replace(LETTER, to="ana@northwind.example\r\nRCPT TO:<all@northwind.example>"),
    replace(LETTER, to="ana@northwind.example, all@northwind.example"),
    replace(LETTER, to="ana@northwind.example> SIZE=1"),
    replace(LETTER, to="Ana <ana@northwind.example>"),
    replace(LETTER, to="northwind.example"),
    replace(LETTER, subject="Pago\r\nBcc: all@northwind.example"),
    replace(LETTER, subject="Pago\nBcc: all@northwind.example"),
    replace(LETTER, id="../../etc/passwd"),
    replace(LETTER, id="msg_1>\r\nBcc: all@northwind.example"),
]


class MailContract(ABC):
    """A letter arrives whole or is not taken; nothing that is written in it becomes another letter or reader."""

    @abstractmethod
    def mailer(self, sender: Sender = SENDER) -> Mailer:
        """One that works."""

    @abstractmethod
    def broken(self) -> Mailer:
        """One that cannot hand anything over at the moment."""

    @abstractmethod
    def arrived(self) -> list[bytes]:
        """What has arrived, as it did, in order; the same letter may stand there once only."""

    def sent(self, letter: Letter, sender: Sender = SENDER) -> EmailMessage:
        self.mailer(sender).send(letter)
        return read(self.arrived()[-1])

    def test_a_letter_arrives_as_it_was_written(self) -> None:
        mail = self.sent(LETTER)
        assert (mail["From"], mail["To"]) == ("Meridian Software <billing@meridian.example>", LETTER.to)
        assert (mail["Subject"], mail["Date"].datetime) == (LETTER.subject, LETTER.dated)
        assert (mail["Message-ID"], mail["Auto-Submitted"]) == ("<msg_1@meridian.example>", "auto-generated")
        assert (text_of(mail), mail["Reply-To"], mail["Bcc"], mail.defects) == (LETTER.text, None, None, [])

    def test_a_letter_sent_again_has_the_same_id(self) -> None:
        first, second = (self.sent(LETTER)["Message-ID"] for _ in range(2))
        assert first == second

    def test_letters_beyond_ascii_stay_what_they_are(self) -> None:
        subject = "Su factura INV-000001: 1.234,56 € · «Ñandú & Compañía» " + "año " * 40 + "漢字 🦙"
        mail = self.sent(replace(LETTER, subject=subject), Sender("Peñarol, «Söhne» & Cía.", SENDER.address))
        assert mail["Subject"] == subject
        (address,) = mail["From"].addresses
        assert (address.display_name, address.addr_spec) == ("Peñarol, «Söhne» & Cía.", SENDER.address)
        assert self.arrived()[-1].isascii(), "every server on the way can carry it"

    @pytest.mark.parametrize("text", ["A\n.\nB\n..\n", "long " * 400 + "\n", "From here\n", "€" * 900 + "\n"])
    def test_no_text_breaks_a_letter(self, text: str) -> None:
        assert text_of(self.sent(replace(LETTER, text=text))) == text
        assert max(map(len, self.arrived()[-1].split(b"\r\n"))) <= 998

    def test_html_stands_beside_the_text_with_its_pictures_inside(self) -> None:
        mail = self.sent(replace(LETTER, html='<p>¡Hola! <img src="cid:logo@meridian"></p>', pictures=(LOGO,)))
        text, page = _parts(mail)
        assert (text.get_content_type(), page.get_content_type()) == ("text/plain", "multipart/related")
        html, picture = _parts(page)
        assert '"cid:logo@meridian"' in html.get_content()
        assert (picture["Content-ID"], picture.get_content_disposition()) == ("<logo@meridian>", "inline")
        assert (picture.get_content_type(), picture.get_content()) == ("image/png", LOGO.content)

    def test_answers_go_where_they_are_read(self) -> None:
        mail = self.sent(LETTER, Sender("Meridian", "noreply@meridian.example", reply_to="ana@meridian.example"))
        assert (mail["From"], mail["Reply-To"]) == ("Meridian <noreply@meridian.example>", "ana@meridian.example")

    def test_a_reader_beyond_ascii_is_reached(self) -> None:
        mail = self.sent(replace(LETTER, to="josé@peñarol.example"))
        assert mail["To"] == "josé@xn--pearol-xwa.example"

    @pytest.mark.parametrize("letter", INJECTIONS)
    def test_what_would_be_another_mail_is_never_taken(self, letter: Letter) -> None:
        with pytest.raises(MailUndelivered) as failed:
            self.mailer().send(letter)
        assert failed.value.for_good
        assert self.arrived() == []

    def test_a_name_cannot_become_a_header(self) -> None:
        with pytest.raises(MailUndelivered):
            self.mailer(Sender("Meridian\r\nBcc: all@x.example", SENDER.address)).send(LETTER)
        assert self.arrived() == []

    def test_a_sender_that_is_no_address_may_be_mended(self) -> None:
        with pytest.raises(MailUndelivered, match="sent from there") as failed:
            self.mailer(Sender("Meridian", "nowhere")).send(LETTER)
        assert not failed.value.for_good

    def test_what_cannot_be_handed_over_now_may_be_later(self) -> None:
        with pytest.raises(MailUndelivered) as failed:
            self.broken().send(LETTER)
        assert not failed.value.for_good


def read(mail: bytes) -> EmailMessage:
    """What has arrived, as a mail program reads it."""
    return email.message_from_bytes(mail, policy=email.policy.default)


def text_of(mail: EmailMessage) -> str:
    """Its text part, with the line ends of this side."""
    part = mail.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text.replace("\r\n", "\n")


def _parts(mail: MIMEPart) -> list[MIMEPart]:
    return list(mail.iter_parts())
