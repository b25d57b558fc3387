"""Mail by SMTP, against a server that nobody here wrote: encrypted, signed in, and each refusal told apart."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from pleamar.adapters.mail.envelope import Sender
from pleamar.adapters.mail.smtp import SmtpMailer, SmtpServer
from pleamar.ports.mail import MailUndelivered
from tests.contracts.mail import LETTER, SENDER, MailContract
from tests.fakes.smtp_server import CERTIFICATE, PASSWORD, USER, Post, free_port, serving


class TestSmtpMailer(MailContract):
    """The contract, over a connection in the clear to this machine."""

    @pytest.fixture(autouse=True)
    def _server(self) -> Iterator[None]:
        self.post = Post()
        with serving(self.post) as port:
            self.server = plain(port)
            yield

    def mailer(self, sender: Sender = SENDER) -> SmtpMailer:
        return SmtpMailer(self.server, sender)

    def broken(self) -> SmtpMailer:
        return SmtpMailer(plain(free_port()), SENDER)

    def arrived(self) -> list[bytes]:
        return [envelope.content for envelope in self.post.received if isinstance(envelope.content, bytes)]

    def test_the_server_is_told_of_one_sender_and_one_reader(self) -> None:
        self.mailer(Sender("Meridian", SENDER.address, reply_to="ana@meridian.example")).send(LETTER)
        (envelope,) = self.post.received
        assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER.address, [LETTER.to])

    @pytest.mark.parametrize(
        ("command", "answer", "for_good"),
        [
            ("RCPT", "550 5.1.1 nobody of that name here", True),
            ("RCPT", "553 5.1.3 no such domain", True),
            ("RCPT", "450 4.2.0 greylisted, come back later", False),
            ("RCPT", "452 4.2.2 mailbox full", False),
            ("RCPT", "530 5.7.0 sign in first", False),
            ("MAIL", "552 5.3.4 larger than anything we take", True),
            ("MAIL", "550 5.7.1 we do not know you", False),
            ("MAIL", "451 4.3.0 not just now", False),
            ("DATA", "554 5.6.0 looks like spam", True),
            ("DATA", "451 4.3.0 disk full", False),
        ],
    )
    def test_what_is_refused_for_good_is_told_from_what_may_be_tried_again(
        self, command: str, answer: str, for_good: bool
    ) -> None:
        self.post.answers[command] = answer
        with pytest.raises(MailUndelivered) as failed:
            self.mailer().send(LETTER)
        assert (failed.value.for_good, answer[:3] in str(failed.value)) == (for_good, True)
        assert answer[4:] in str(failed.value)
        assert self.post.received == []

    def test_a_letter_that_was_taken_stays_so_whatever_is_said_to_a_goodbye(self) -> None:
        self.post.answers["QUIT"] = "500 what?"
        self.mailer().send(LETTER)
        assert len(self.post.received) == 1

    def test_a_refused_reader_leaves_the_next_letter_alone(self) -> None:
        self.post.answers["RCPT"] = "550 nobody"
        with pytest.raises(MailUndelivered):
            self.mailer().send(LETTER)
        self.post.answers.clear()
        self.mailer().send(replace(LETTER, id="msg_2"))
        assert [envelope.rcpt_tos for envelope in self.post.received] == [[LETTER.to]]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_is_encrypted_and_signed_in(security: str) -> None:
    post = Post()
    with serving(post, tls=security == "tls", starttls=security == "starttls", sign_in=True) as port:
        SmtpMailer(encrypted(port, security), SENDER).send(LETTER)
    assert post.signed_in == [True]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_server_that_nobody_vouches_for_is_told_nothing(security: str) -> None:
    post = Post()
    with serving(post, tls=security == "tls", starttls=security == "starttls", sign_in=True) as port:
        server = replace(encrypted(port, security), authorities=None)
        with pytest.raises(MailUndelivered, match="certificate is not to be trusted") as failed:
            SmtpMailer(server, SENDER).send(LETTER)
    assert not failed.value.for_good
    assert post.received == []


def test_a_certificate_of_another_name_is_not_enough() -> None:
    post = Post()
    with serving(post, tls=True, sign_in=True) as port, pytest.raises(MailUndelivered, match="certificate"):
        SmtpMailer(replace(encrypted(port, "tls"), host="127.0.0.1"), SENDER).send(LETTER)


def test_what_should_be_encrypted_is_not_sent_in_the_clear_where_the_server_cannot() -> None:
    post = Post()
    with serving(post) as port, pytest.raises(MailUndelivered) as failed:
        SmtpMailer(encrypted(port, "starttls"), SENDER).send(LETTER)
    assert not failed.value.for_good
    assert post.received == []


def test_a_wrong_password_is_our_fault_and_stands_nowhere() -> None:
    post = Post()
    with serving(post, starttls=True, sign_in=True) as port:
        server = replace(encrypted(port, "starttls"), password="s3cret-but-wrong")
        with pytest.raises(MailUndelivered, match="user or password is wrong") as failed:
            SmtpMailer(server, SENDER).send(LETTER)
    assert not failed.value.for_good
    told = f"{failed.value!r} {failed.value.__cause__!r} {server!r} {SmtpMailer(server, SENDER)!r}"
    assert "s3cr" not in told


@pytest.mark.parametrize("host", ["mail.meridian.example", "10.0.0.1", "127.0.0.1.meridian.example"])
def test_nothing_leaves_this_machine_in_the_clear(host: str) -> None:
    with pytest.raises(ValueError, match="in the clear"):
        SmtpServer(host, 25, "none")


@pytest.mark.parametrize("password", ["contraseña", "passw€rd"])
def test_a_password_that_cannot_be_said_is_told_at_once_and_not_shown(password: str) -> None:
    with pytest.raises(ValueError, match="ASCII") as failed:
        SmtpServer("mail.meridian.example", 587, "starttls", USER, password)
    assert password not in str(failed.value)


@pytest.mark.parametrize("greeting", [b"", b"554 we talk to nobody\r\n", b"220 hello\r\n", b"\xff\xfe\r\n"])
def test_a_server_that_breaks_off_is_tried_again(greeting: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=_greet, args=(listening, greeting))
        thread.start()
        with pytest.raises(MailUndelivered) as failed:
            SmtpMailer(plain(listening.getsockname()[1]), SENDER).send(LETTER)
        thread.join()
    assert not failed.value.for_good


def test_a_server_that_says_nothing_is_not_waited_for_long() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = replace(plain(silent.getsockname()[1]), timeout=1)
        with pytest.raises(MailUndelivered, match="timed out") as failed:
            SmtpMailer(server, SENDER).send(LETTER)
    assert not failed.value.for_good


def test_a_file_of_authorities_that_is_not_there_may_be_mended(tmp_path: Path) -> None:
    server = replace(encrypted(free_port(), "tls"), authorities=tmp_path / "missing.pem")
    with pytest.raises(MailUndelivered, match="No such file") as failed:
        SmtpMailer(server, SENDER).send(LETTER)
    assert not failed.value.for_good


def plain(port: int) -> SmtpServer:
    return SmtpServer("127.0.0.1", port, "none", timeout=10)


def encrypted(port: int, security: str) -> SmtpServer:
    kind = "tls" if security == "tls" else "starttls"
    return SmtpServer("localhost", port, kind, USER, PASSWORD, timeout=10, authorities=CERTIFICATE)  # type: ignore[arg-type]


def _greet(listening: socket.socket, greeting: bytes) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.sendall(greeting)
