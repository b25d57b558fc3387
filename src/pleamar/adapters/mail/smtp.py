"""Mail by SMTP: each letter over a connection of its own, encrypted unless the server is this very machine."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Literal, NoReturn, TypeAlias

from pleamar.adapters.mail.envelope import Envelope, Sender, enveloped
from pleamar.ports.mail import Letter, MailUndelivered

# From the first byte on; after a greeting in the clear; or not at all.
Security: TypeAlias = Literal["tls", "starttls", "none"]

# Answers that are about us or this moment, though they begin as what is refused for good does: we are not signed in
# (530, 535), or speak in a way that the server does not like (500 to 503).
_ABOUT_US: Final = frozenset({500, 501, 502, 503, 530, 534, 535, 538})
_TOO_LARGE: Final = 552
_LONGEST_REASON: Final = 300


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in. `password` is never shown; `authorities` is a file of who else may vouch for it.

    Raises ValueError for mail that would leave this machine in the clear, and for user or password beyond ASCII.
    """

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: int = 30
    authorities: Path | None = None

    def __post_init__(self) -> None:
        if self.security == "none" and not is_this_machine(self.host):
            message = "mail in the clear may not leave this machine"
            raise ValueError(message)
        if not (self.user + self.password).isascii():  # Python's smtplib knows no other (RFC 4616 does)
            message = "user and password have to be ASCII"
            raise ValueError(message)


def is_this_machine(host: str) -> bool:
    """Whether what is sent to `host` stays here."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class SmtpMailer:
    """Hands letters from `sender` to `server`. What is refused by it is told in its words, never with a password."""

    def __init__(self, server: SmtpServer, sender: Sender) -> None:
        self._server = server
        self._sender = sender

    def send(self, letter: Letter) -> None:
        envelope = enveloped(letter, self._sender)
        session = self._open(envelope)
        try:
            _hand_over(session, envelope)
        finally:
            # Whatever it answers to our goodbye, the letter was taken or refused before.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                session.quit()
            session.close()

    def _open(self, envelope: Envelope) -> smtplib.SMTP:
        """A session, encrypted and signed in. Whatever goes wrong here is not the letter's fault."""
        try:
            session = self._connect(envelope.sender.rpartition("@")[2])
        except (smtplib.SMTPException, OSError) as failed:
            _not_now(self._server, failed)
        try:
            session.ehlo()
            if self._server.security == "starttls":
                session.starttls(context=self._trust())
                session.ehlo()
            if self._server.user:
                session.login(self._server.user, self._server.password)
        except (smtplib.SMTPException, OSError) as failed:
            session.close()
            _not_now(self._server, failed)
        return session

    def _connect(self, domain: str) -> smtplib.SMTP:
        # The domain is how we greet: asking the resolver for this machine's own name can take long.
        server = self._server
        if server.security == "tls":
            return smtplib.SMTP_SSL(server.host, server.port, domain, timeout=server.timeout, context=self._trust())
        return smtplib.SMTP(server.host, server.port, domain, timeout=server.timeout)

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._server.authorities is not None:
            context.load_verify_locations(self._server.authorities)
        return context


def _hand_over(session: smtplib.SMTP, envelope: Envelope) -> None:
    options = ["SMTPUTF8", "BODY=8BITMIME"] if envelope.international else []
    if options and not session.has_extn("smtputf8"):
        raise MailUndelivered(f"the mail server does not take letters to “{envelope.to}”", for_good=True)
    try:
        session.sendmail(envelope.sender, [envelope.to], envelope.content, options)
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        _refused(f"“{envelope.to}” was refused", code, words)
    except smtplib.SMTPSenderRefused as refused:
        # What is too large is the letter's own fault; any other time we are refused for who we are.
        what, about_us = f"mail from “{envelope.sender}” was refused", refused.smtp_code != _TOO_LARGE
        _refused(what, refused.smtp_code, refused.smtp_error, is_about_us=about_us)
    except smtplib.SMTPResponseException as refused:
        _refused("the letter was refused", refused.smtp_code, refused.smtp_error)
    except (smtplib.SMTPException, OSError) as lost:
        raise MailUndelivered(f"the mail server broke off: {_plainly(lost)}") from None


def _refused(what: str, code: int, words: bytes | str, *, is_about_us: bool = False) -> NoReturn:
    told = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    for_good = 500 <= code < 600 and code not in _ABOUT_US and not is_about_us
    raise MailUndelivered(_short(f"{what}: {code} {told}"), for_good=for_good) from None


def _not_now(server: SmtpServer, failed: Exception) -> NoReturn:
    """No letter was handed over, and another time it may be. No cause is kept: it could hold what we signed in with."""
    where = f"{server.host}:{server.port}"
    if isinstance(failed, smtplib.SMTPAuthenticationError):
        raise MailUndelivered(f"{where} does not let us in: {failed.smtp_code}, user or password is wrong") from None
    raise MailUndelivered(_short(f"{where} is not to be had: {_plainly(failed)}")) from None


def _plainly(failed: Exception) -> str:
    if isinstance(failed, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted, {failed.verify_message}"
    if isinstance(failed, smtplib.SMTPResponseException):
        return f"it answered {failed.smtp_code}"
    if isinstance(failed, OSError):
        return failed.strerror or str(failed) or type(failed).__name__
    return str(failed)


def _short(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_REASON]
