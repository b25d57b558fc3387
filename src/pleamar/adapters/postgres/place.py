"""Where an embedded server keeps its things, and who may enter there."""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pleamar.adapters.postgres.account import ServiceAccount
from pleamar.adapters.postgres.problems import ServerProblem

OPEN_TO_ALL = Path("/var/lib/pleamar")
SHORT_FOLDER = Path("/tmp")  # noqa: S108 - made private and checked to be ours in make_socket_folder
LONGEST_SOCKET_PATH = 99
MARKER = "pleamar-cluster"
PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"
# pg_ctl builds a shell command with the path between double quotes, and postmaster.pid is read by lines.
UNUSABLE_CHARACTERS = set('"$`\\\n')


@dataclass(frozen=True)
class Place:
    """The folder that one server's things lie in, and the names in it."""

    folder: Path

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    @property
    def unfinished_data(self) -> Path:
        """The data directory while initdb writes it."""
        return self.folder / "data.unfinished"

    @property
    def marker(self) -> Path:
        """The file that says that we made the data directory."""
        return self.data / MARKER

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "server.log"

    @property
    def lock(self) -> Path:
        """The file that starts and stops lock."""
        return self.folder / "server.lock"

    @property
    def passwords(self) -> Path:
        """The passwords of the three roles."""
        return self.folder / "passwords.json"

    @property
    def binaries(self) -> Path:
        """Copies of programs that the service account cannot reach where they lie."""
        return self.folder / "binaries"

    @property
    def socket_folder(self) -> Path:
        """The folder of the socket: here, or a short one where the path would be too long for a socket.

        libpq reads a comma as the end of a host, so a path with one needs the short folder too.
        """
        here = self.folder / "socket"
        if len(os.fsencode(here / SOCKET_NAME)) <= LONGEST_SOCKET_PATH and "," not in str(here):
            return here
        return SHORT_FOLDER / f"pleamar-{_short_hash(self.folder)}"

    @property
    def socket(self) -> Path:
        """The socket itself."""
        return self.socket_folder / SOCKET_NAME


def has_data(place: Place) -> bool:
    """Whether anything lies where the data directory belongs; an empty folder is nothing."""
    data = place.data
    if data.is_dir() and not data.is_symlink():
        return any(data.iterdir())
    return data.exists() or data.is_symlink()


def choose_place(home: Path, account: ServiceAccount | None) -> Place:
    """The home itself, or a folder under /var/lib/pleamar where the service account cannot reach the home."""
    home = home.resolve()
    if UNUSABLE_CHARACTERS & set(str(home)):
        message = f"The folder {home} has a quote, $, ` or \\ in its path, which PostgreSQL cannot use: choose another."
        raise ServerProblem("home_path_unusable", message, home=home)
    inside = Place(home)
    if account is None:
        return inside
    elsewhere = Place(OPEN_TO_ALL / _short_hash(home))
    if account.can_enter(home):
        # A home that was closed once keeps its data where it went then.
        return elsewhere if has_data(elsewhere) and not has_data(inside) else inside
    if has_data(inside):
        message = (
            f"{inside.data} holds a database, but the user {account.name}, who runs PostgreSQL for root, cannot get "
            f"there: let others pass through the folders above it (chmod o+x), or move {home} to an open place."
        )
        raise ServerProblem("data_directory_unreachable", message, data_directory=inside.data, account=account.name)
    return elsewhere


def refuse_other_owner(place: Place, account: ServiceAccount | None) -> None:
    """Refuse a data directory of ours that another user made: it can be neither read nor served as this one.

    One that is not ours at all passes: there is more to say about it than who owns it.
    """
    expected = account.user_id if account else os.geteuid()
    owner: int | None = None
    try:
        owner = place.data.stat().st_uid
        if owner == expected:
            return
        place.marker.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return
    except PermissionError:
        pass  # closed to us, so another user's
    known = "unknown" if owner is None else owner
    message = (
        f"The database in {place.data} belongs to another user (number {known}, not {expected}): "
        "run this as the user who made it, or choose another home."
    )
    raise ServerProblem(
        "data_directory_other_owner", message, data_directory=place.data, owner=known, expected_owner=expected
    )


def make_place(place: Place, account: ServiceAccount | None) -> None:
    """Make the folder; as root one that the service account may pass through but not list."""
    missing = [folder for folder in (place.folder, *place.folder.parents) if not folder.exists()]
    try:
        for folder in reversed(missing):
            folder.mkdir(exist_ok=True)
            if account:
                folder.chmod(0o711)  # whatever our umask says
            elif folder == place.folder:
                folder.chmod(0o700)
    except OSError as error:
        message = f"Cannot make the folder {place.folder} ({error.strerror}): choose another home, or mend its rights."
        raise ServerProblem("home_not_writable", message, home=place.folder) from error


def make_socket_folder(place: Place, account: ServiceAccount | None) -> None:
    """Make the folder of the socket, open to the server's user alone; refuse one that somebody else laid there."""
    folder = place.socket_folder
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    try:
        # All else goes by this descriptor: under /tmp the name may be somebody's link a moment later.
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise _foreign_socket_folder(folder) from error
    try:
        # Root's own is one that a start of ours made and had no time to hand over.
        ours = {os.geteuid()} | ({account.user_id} if account else set())
        if os.fstat(descriptor).st_uid not in ours:
            raise _foreign_socket_folder(folder)
        if account:
            os.fchown(descriptor, account.user_id, account.group_id)
        os.fchmod(descriptor, 0o700)
    finally:
        os.close(descriptor)


def _foreign_socket_folder(folder: Path) -> ServerProblem:
    owner = folder.lstat().st_uid
    message = (
        f"{folder}, where the server's socket belongs, is not a folder of ours (it belongs to the user number "
        f"{owner}): remove it, or choose a home with a shorter path."
    )
    return ServerProblem("socket_folder_foreign", message, folder=folder, owner=owner)


def _short_hash(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
