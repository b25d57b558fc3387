"""Sees to it that a database answers before Django's settings are read: the one named, or the embedded one."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any, Final

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.adapters.postgres.server import EmbeddedServer

DEFAULT_HOME = ".pleamar"
# By itself libpq waits for as long as the network does: minutes for a new connection, a quarter of an hour for one that
# is there and whose other end is gone, in which every thread would hang. Seconds, the second one milliseconds.
_PATIENCE: Final = {
    "connect_timeout": "5",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
}


def home(environ: Mapping[str, str]) -> Path:
    """The folder that everything Pleamar keeps lies under: `PLEAMAR_HOME`, or `.pleamar` here."""
    return Path(environ.get("PLEAMAR_HOME") or DEFAULT_HOME).absolute()


def make_home(environ: Mapping[str, str]) -> Path:
    """The home, made if it is not there: closed to others, but as root the server's own user may pass through.

    Raises ServerProblem when it cannot be made.
    """
    folder = home(environ)
    as_root = os.geteuid() == 0
    try:
        missing = [place for place in (folder, *folder.parents) if not place.exists()]
        for place in reversed(missing):
            place.mkdir(mode=0o700 if place == folder else 0o777, exist_ok=True)
            if as_root:
                place.chmod(0o711)  # whatever our umask says
    except OSError as failed:
        raise _unusable(folder, failed) from failed
    return folder


def _unusable(folder: Path, failed: OSError) -> ServerProblem:
    message = f"The folder {folder} cannot be used ({failed.strerror}): mend its rights, or set PLEAMAR_HOME to another"
    return ServerProblem("home_not_writable", message, home=folder)


def is_embedded(environ: Mapping[str, str]) -> bool:
    """Whether the database is our own to start: `DATABASE_URL` names no other."""
    return not environ.get("DATABASE_URL")


def embedded_server(environ: Mapping[str, str]) -> EmbeddedServer:
    """The embedded server of this home; it may be running or not."""
    return EmbeddedServer(home(environ) / "postgres", environ)


def ensure_database(environ: MutableMapping[str, str]) -> bool:
    """Start the embedded server if `DATABASE_URL` names no other, and export its addresses; whether it is embedded.

    Raises ServerProblem when it cannot be started.
    """
    if not is_embedded(environ):
        return False
    make_home(environ)
    address = embedded_server(environ).start()
    environ["DATABASE_URL"] = address.web_url
    environ["PLEAMAR_OWNER_DATABASE_URL"] = address.owner_url
    return True


def refuse_unreadable_addresses(environ: Mapping[str, str]) -> None:
    """Raise ServerProblem for an address that settings cannot parse; it has a password, so it is not shown."""
    for name in ("DATABASE_URL", "PLEAMAR_OWNER_DATABASE_URL"):
        try:
            environ.get(name, "").encode()
            conninfo_to_dict(environ.get(name, ""))
        except (ProgrammingError, UnicodeError) as unreadable:
            message = (
                f"{name} is not the address of a PostgreSQL: write it as postgresql://user:password@host/database."
            )
            raise ServerProblem("address_unreadable", message) from unreadable


def ensure_secret_key(environ: MutableMapping[str, str]) -> None:
    """Export `PLEAMAR_SECRET_KEY`: the one given, or one of this home's own, made once.

    Raises ServerProblem when the home cannot be used.
    """
    if environ.get("PLEAMAR_SECRET_KEY"):
        return
    folder = make_home(environ)
    try:
        environ["PLEAMAR_SECRET_KEY"] = _kept_secret_key(folder / "secret-key")
    except OSError as failed:
        raise _unusable(folder, failed) from failed


def _kept_secret_key(path: Path) -> str:
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)  # whole or not at all, and the first one wins
        fresh.unlink()
    return path.read_text()


def database_settings(url: str) -> dict[str, Any]:
    """Django's form of a PostgreSQL address (`postgresql://…` or libpq's key=value), any libpq option included."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    database: dict[str, Any] = {name: parts.pop(key, "") for name, key in named.items()}
    return database | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_PATIENCE, **parts, "application_name": "pleamar"},
    }
