"""Mail as files in a folder, one a letter, as mail programs open them (`.eml`): nothing leaves the installation."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from pleamar.adapters.mail.envelope import Sender, enveloped
from pleamar.ports.mail import Letter, MailUndelivered


class FilesMailer:
    """Writes letters from `sender` into `folder`, for their owner's eyes only."""

    def __init__(self, folder: Path, sender: Sender) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, letter: Letter) -> None:
        content = enveloped(letter, self._sender).content
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_whole(self._folder / f"{letter.id}.eml", content)
        except OSError as failed:
            raise MailUndelivered(f"{self._folder} cannot be written: {failed.strerror or failed}") from failed


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
