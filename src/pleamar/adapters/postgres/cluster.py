"""The data directory: made whole or not at all, and refused when it is not ours or not of this version."""

import shutil
from pathlib import Path

from pleamar.adapters.postgres.account import ServiceAccount
from pleamar.adapters.postgres.address import SUPERUSER
from pleamar.adapters.postgres.binaries import Binaries
from pleamar.adapters.postgres.passwords import make_passwords
from pleamar.adapters.postgres.place import MARKER, Place
from pleamar.adapters.postgres.private_files import sync_folder, write_private
from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.adapters.postgres.programs import ProgramFailed, run_program

BUILTIN_LOCALES_SINCE = 17
SETTINGS = """\
# Written once by Pleamar when it made this database. Change it and start again; it is never written over.
listen_addresses = ''
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
max_connections = 60
shared_buffers = 128MB
effective_cache_size = 512MB
max_wal_size = 1GB
min_wal_size = 80MB
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_line_prefix = '%m [%p] %q%u@%d '
"""


def data_major(data: Path) -> int | None:
    """The major version a data directory was made with; None if it does not say."""
    try:
        return int((data / "PG_VERSION").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def refuse_foreign_data(place: Place) -> int:
    """Refuse a data directory that we did not make; its major version if we did."""
    major = data_major(place.data)
    if major is None or not place.marker.is_file():
        what = "is not a PostgreSQL data directory" if major is None else "was made by another program"
        message = (
            f"{place.data} {what} and is left alone: move it away, choose another home, "
            "or set DATABASE_URL to use a server of your own."
        )
        raise ServerProblem("data_directory_foreign", message, data_directory=place.data)
    return major


def refuse_other_major(place: Place, major: int, binaries: Binaries) -> None:
    """Refuse data of another major version: PostgreSQL cannot read it."""
    if major != binaries.major:
        message = (
            f"{place.data} was made by PostgreSQL {major}, but {binaries.folder} is PostgreSQL {binaries.major}: "
            f"set PG_BINDIR to the bin folder of a PostgreSQL {major}, or move the data over with "
            f"pg_dump of version {major} or pg_upgrade."
        )
        raise ServerProblem(
            "data_directory_other_major",
            message,
            data_directory=place.data,
            data_major=major,
            binaries_major=binaries.major,
            binaries=binaries.folder,
        )


def make_cluster(place: Place, binaries: Binaries, account: ServiceAccount | None, lock: int) -> None:
    """Make the data directory under another name and move it into place when it is complete.

    initdb inherits the lock: if we are killed meanwhile, the next start waits until initdb, too, has ended.
    """
    passwords = make_passwords(place)
    unfinished = place.unfinished_data
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700)
    if account:
        account.own(unfinished)
    password_file = place.folder / "initdb.password"
    write_private(password_file, passwords.superuser, account)
    try:
        run_program(_initdb_command(binaries, unfinished, password_file), account, keep_open=[lock])
    except ProgramFailed as failure:
        last = failure.output.strip().splitlines()[-1:] or [str(failure)]
        message = f"{binaries.program('initdb')} could not make a database in {place.folder}: {last[0]}"
        raise ServerProblem("initdb_failed", message, folder=place.folder, output=failure.output) from failure
    finally:
        password_file.unlink(missing_ok=True)
    write_private(unfinished / "postgresql.conf", SETTINGS, account)
    write_private(unfinished / MARKER, "This data directory was made and is run by Pleamar.\n", account)
    unfinished.rename(place.data)
    sync_folder(place.folder)


def _initdb_command(binaries: Binaries, data: Path, password_file: Path) -> list[str | Path]:
    # The builtin provider does not depend on the C library, whose sort orders change under an index.
    if binaries.major >= BUILTIN_LOCALES_SINCE:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        locale = ["--locale=C.UTF-8"]
    return [
        binaries.program("initdb"),
        f"--pgdata={data}",
        f"--username={SUPERUSER}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--data-checksums",
        "--no-instructions",
        *locale,
    ]
