"""Who carries the mail of this installation."""

from __future__ import annotations

import os
from email.utils import formataddr
from typing import Final

from pleamar.adapters.mail.files import FilesMailer
from pleamar.models import Seller
from pleamar.ports.mail import Mailer
from pleamar.wiring.database import make_home

FOLDER: Final = "mail"
# Where the seller has said none; nobody has this one (RFC 2606).
_NO_ADDRESS: Final = "noreply@pleamar.invalid"


def mailer() -> Mailer:
    """Writes files into the home's `mail` folder, in the default seller's name."""
    seller = Seller.objects.filter(is_default=True).first()
    sender = formataddr((seller.name if seller else "Pleamar", (seller and seller.email) or _NO_ADDRESS))
    return FilesMailer(make_home(os.environ) / FOLDER, sender)
