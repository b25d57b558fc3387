"""Who carries the mail of this installation."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pleamar.adapters.mail.address import smtp_server as read_address
from pleamar.adapters.mail.envelope import Sender
from pleamar.adapters.mail.files import FilesMailer
from pleamar.adapters.mail.smtp import SmtpMailer, SmtpServer
from pleamar.models import Seller
from pleamar.ports.mail import Mailer
from pleamar.queries.settings import current_settings
from pleamar.wiring.database import home, make_home

FOLDER: Final = "mail"
_URL: Final = "PLEAMAR_SMTP_URL"
# Where nobody has said one; nobody has this one (RFC 2606).
_NO_ADDRESS: Final = "noreply@pleamar.invalid"


def mailer() -> Mailer:
    """Hands mail to the server of `PLEAMAR_SMTP_URL`; without one it is written into the home's `mail` folder.

    Mail comes in the brand's name from its address, else in the default seller's from the seller's; answers go to the
    seller. Refuses as `smtp_server` does.
    """
    server = smtp_server(os.environ)
    if server is not None:
        return SmtpMailer(server, _sender())
    return FilesMailer(make_home(os.environ) / FOLDER, _sender())


def mail_folder(environ: Mapping[str, str]) -> Path:
    """Where mail lies that goes nowhere."""
    return home(environ) / FOLDER


def sender_address() -> str:
    """Where mail comes from; empty where nobody has said it."""
    address = _sender().address
    return "" if address == _NO_ADDRESS else address


def smtp_server(environ: Mapping[str, str]) -> SmtpServer | None:
    """The server that `PLEAMAR_SMTP_URL` names; None where it names none. Refuses as the adapter's reading of it."""
    told = environ.get(_URL, "")
    return read_address(told) if told else None


def _sender() -> Sender:
    settings, seller = current_settings(), Seller.objects.filter(is_default=True).first()
    name, address = (seller.name, seller.email) if seller else ("Pleamar", "")
    return Sender(settings.brand_name or name, settings.brand_sender or address or _NO_ADDRESS, reply_to=address)
