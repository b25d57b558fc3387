"""Small files that only their owner reads, written whole or not at all; and the lock of a place."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pleamar.adapters.postgres.account import ServiceAccount
from pleamar.adapters.postgres.problems import ServerProblem


def write_private(path: Path, text: str, account: ServiceAccount | None = None) -> None:
    """Write a file with mode 0600, of `account` if given; a reader sees the old one or all of the new one.

    A new file is made and moved into place, so a link that somebody laid at `path` is replaced, never followed.
    """
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    if account:
        account.own(unfinished)
    unfinished.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk remember the names in a folder, as fsync does for what a file holds."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_log(path: Path, account: ServiceAccount | None) -> None:
    """Make the log if there is none: the server's user may append to it, but may not make files beside it."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    if account:
        account.own(path)


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Hold the lock, against other threads as against other processes; gives its file descriptor."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        message = f"Cannot write {path} ({error.strerror}): run this as the user who made it, or choose another home."
        raise ServerProblem("home_not_writable", message, home=path.parent) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        # Closing gives the lock back, unless a program that inherited it is still at work.
        os.close(descriptor)
