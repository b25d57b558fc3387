"""Mail as files in a folder, one a letter, as mail programs open them (`.eml`): nothing leaves the installation."""

from __future__ import annotations

import contextlib
import os
import re
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Final

from pleamar.ports.mail import Letter, MailUndelivered

_ID: Final = re.compile(r"[A-Za-z0-9_-]+")
# A name that nobody has (RFC 2606), for the ids of letters.
_DOMAIN: Final = "pleamar.invalid"


class FilesMailer:
    """Writes letters from `sender` (`Name <address>`) into `folder`, for their owner's eyes only."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, letter: Letter) -> None:
        content = _written(letter, self._sender)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_whole(self._folder / f"{letter.id}.eml", content)
        except OSError as failed:
            raise MailUndelivered(f"{self._folder} cannot be written: {failed.strerror or failed}") from failed


def _written(letter: Letter, sender: str) -> bytes:
    if not _ID.fullmatch(letter.id):
        raise MailUndelivered(f"“{letter.id}” is not an id", for_good=True)
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"], mail["To"], mail["Subject"], mail["Date"] = sender, letter.to, letter.subject, letter.dated
        mail["Message-ID"] = f"<{letter.id}@{_DOMAIN}>"
        mail.set_content(letter.text)
        if letter.html:
            mail.add_alternative(letter.html, subtype="html")
        return mail.as_bytes()
    except (ValueError, UnicodeError) as impossible:  # a line break in an address or a subject
        raise MailUndelivered(f"it cannot be written as a mail: {impossible}", for_good=True) from impossible


def _write_whole(path: Path, content: bytes) -> None:
    """The whole file or none, readable by its owner only; one of the same name is replaced, a link never followed."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        unfinished.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
