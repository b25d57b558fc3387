"""The console script as processes of their own, on the test's database or in a home of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from psycopg.conninfo import make_conninfo

PLEAMAR = [sys.executable, "-c", "import sys; from pleamar.config.cli import main; sys.exit(main())"]
_NOT_THEIRS = ("DATABASE_URL", "PLEAMAR_OWNER_DATABASE_URL", "PLEAMAR_PARENT", "PYTHONUNBUFFERED")


class Installed:
    """Starts the console script with `folder` as its home."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_THEIRS}
        self.environ = {**kept, "PLEAMAR_HOME": str(folder), "PLEAMAR_LANGUAGE": "en", **environ}

    def begin(self, *typed: str, **environ: str) -> subprocess.Popen[str]:
        """A process in a group of its own, with whatever it starts; what it says goes to files in the home."""
        name = f"{typed[0]}-{time.monotonic_ns()}"
        with (self.folder / f"{name}.out").open("w") as out, (self.folder / f"{name}.err").open("w") as err:
            return subprocess.Popen(
                [*PLEAMAR, *typed],
                env={**self.environ, **environ},
                cwd=self.folder,
                stdout=out,
                stderr=err,
                text=True,
                start_new_session=True,
            )

    def do(self, *typed: str, **environ: str) -> str:
        """What it answers, which must be well."""
        done = subprocess.run(
            [*PLEAMAR, *typed],
            env={**self.environ, **environ},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def said(self) -> str:
        """Everything on stderr so far."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.err")))


@contextmanager
def on_the_tests_database(folder: Path) -> Iterator[Installed]:
    """Processes on the rows that the test committed; none of them is left."""
    address = make_conninfo(os.environ["PLEAMAR_TESTS_DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    yield Installed(folder, DATABASE_URL=address)


@contextmanager
def in_a_home_of_its_own(**environ: str) -> Iterator[Installed]:
    """Processes with an embedded server of their own, which is stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="plw"))
    folder.chmod(0o711)  # the server's own user must pass
    installed = Installed(folder, **environ)
    try:
        yield installed
    finally:
        if (folder / "postgres").exists():
            subprocess.run([*PLEAMAR, "db", "stop"], env=installed.environ, capture_output=True, check=False)
        shutil.rmtree(folder)


def is_anybody_left(process: subprocess.Popen[str]) -> bool:
    """Whether any process of its group still lives."""
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def soon(what: Callable[[], object], seconds: int = 30) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)
