"""Mail as files: whole, for their owner only, and nothing that cannot be a mail."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from pleamar.adapters.mail.envelope import Sender
from pleamar.adapters.mail.files import FilesMailer
from pleamar.ports.mail import MailUndelivered
from tests.contracts.mail import LETTER, SENDER, MailContract


class TestFilesMailer(MailContract):
    """The contract, and what is a folder's own."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "mail"

    def mailer(self, sender: Sender = SENDER) -> FilesMailer:
        return FilesMailer(self.folder, sender)

    def broken(self) -> FilesMailer:
        self.folder.write_text("a file, not a folder")
        return self.mailer()

    def arrived(self) -> list[bytes]:
        return [path.read_bytes() for path in self.folder.iterdir()] if self.folder.exists() else []

    def test_a_letter_is_one_file_for_its_owner_however_often_it_is_sent(self) -> None:
        for _ in range(2):
            self.mailer().send(LETTER)
        (path,) = self.folder.iterdir()
        assert path.name == "msg_1.eml"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(self.folder.stat().st_mode) == 0o700

    def test_a_folder_that_cannot_be_written_is_named(self) -> None:
        with pytest.raises(MailUndelivered, match="mail cannot be written"):
            self.broken().send(LETTER)

    def test_a_link_that_lies_there_is_replaced_not_followed(self, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.write_text("untouched")
        self.folder.mkdir()
        (self.folder / "msg_1.eml").symlink_to(other)
        self.mailer().send(LETTER)
        assert other.read_text() == "untouched"
        assert not (self.folder / "msg_1.eml").is_symlink()
