"""A mail server on this machine that nobody here wrote (aiosmtpd), and what its test wants it to do."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE: Final = Path(__file__).parents[1] / "adapters" / "localhost.pem"
USER, PASSWORD = "pleamar", "s3cr t/@:%"


class Post:
    """Keeps what it is handed; `answers` has what it says instead, by the command: `{"RCPT": "550 nobody here"}`."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self.signed_in: list[bool] = []
        self.answers: dict[str, str] = {}

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" not in self.answers:
            self.received.append(envelope)
            self.signed_in.append(bool(session.authenticated))
        return self.answers.get("DATA", "250 taken")

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return self.answers.get("QUIT", "221 bye")

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        """Lets in who knows the one password."""
        right = isinstance(data, LoginPassword) and data.login.decode() == USER and data.password.decode() == PASSWORD
        return AuthResult(success=right, handled=False)


def free_port() -> int:
    """One on which nothing listened a moment ago: the server must be told a number."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def serving(post: Post, *, tls: bool = False, starttls: bool = False, sign_in: bool = False) -> Iterator[int]:
    """The port, on localhost, at which `post` takes mail."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    port = free_port()
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=port,
        ssl_context=context if tls else None,
        tls_context=context if starttls else None,
        require_starttls=starttls,
        enable_SMTPUTF8=True,
        auth_required=sign_in and starttls,  # the server knows of no other encryption
        auth_require_tls=starttls,
        authenticator=post.authenticate,
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
