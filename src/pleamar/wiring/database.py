"""Sees to it that a database answers before Django's settings are read: the one named, or the embedded one."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from pleamar.adapters.postgres.server import EmbeddedServer

DEFAULT_HOME = ".pleamar"


def home(environ: Mapping[str, str]) -> Path:
    """The folder that everything Pleamar keeps lies under: `PLEAMAR_HOME`, or `.pleamar` here."""
    return Path(environ.get("PLEAMAR_HOME") or DEFAULT_HOME).absolute()


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
    address = embedded_server(environ).start()
    environ["DATABASE_URL"] = address.web_url
    environ["PLEAMAR_OWNER_DATABASE_URL"] = address.owner_url
    return True


def ensure_secret_key(environ: MutableMapping[str, str]) -> None:
    """Export `PLEAMAR_SECRET_KEY`: the one given, or one of this home's own, made once."""
    if environ.get("PLEAMAR_SECRET_KEY"):
        return
    folder = home(environ)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secret-key"
    if not path.exists():
        fresh = folder / f"secret-key.{os.getpid()}"
        fresh.write_text(secrets.token_urlsafe(48))
        fresh.chmod(0o600)
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)  # whole or not at all, and the first one wins
        fresh.unlink()
    environ["PLEAMAR_SECRET_KEY"] = path.read_text()
