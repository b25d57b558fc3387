"""Which user of the operating system runs the server, and which folders that user can reach."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

SERVICE_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class ServiceAccount:
    """The unprivileged user that root hands the server to: PostgreSQL refuses to run as root."""

    name: str
    user_id: int
    group_id: int

    def own(self, path: Path) -> None:
        """Give a file or folder to this user; a symbolic link itself, never what it points at."""
        os.chown(path, self.user_id, self.group_id, follow_symlinks=False)

    def can_enter(self, folder: Path) -> bool:
        """Whether this user gets through to `folder`; parts that do not exist yet count as open, being ours to make.

        Judged by the mode bits: an access list that opens more is overlooked, which is the safe side.
        """
        return all(self._is_granted(path, stat.S_IXUSR) for path in (folder, *folder.parents) if path.exists())

    def can_read(self, path: Path) -> bool:
        """Whether this user gets through to `path` and may read it."""
        return self.can_enter(path.parent) and self._is_granted(path, stat.S_IRUSR)

    def can_run(self, program: Path) -> bool:
        """Whether this user gets through to `program` and may run it."""
        return self.can_read(program) and self._is_granted(program, stat.S_IXUSR)

    def _is_granted(self, path: Path, owner_bit: int) -> bool:
        found = path.stat()
        if found.st_uid == self.user_id:
            return bool(found.st_mode & owner_bit)
        if found.st_gid == self.group_id:
            return bool(found.st_mode & owner_bit >> 3)
        return bool(found.st_mode & owner_bit >> 6)


def service_account() -> ServiceAccount | None:
    """The user to run the server as: someone else if we are root, None (ourselves) if not."""
    if os.geteuid() != 0:
        return None
    for name in SERVICE_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServiceAccount(name, entry.pw_uid, entry.pw_gid)
    # Every Linux knows this number as the user that owns nothing, also where no file names it.
    return ServiceAccount("65534", 65534, 65534)
