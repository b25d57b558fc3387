"""A pytest plugin: one PostgreSQL server of its own for the whole run, on a socket, gone when the run is.

It is loaded with `-p`, before Django's settings are read. The workers of a parallel run inherit its address and make
a database each. Set `PG_BINDIR` to try another PostgreSQL.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pleamar.adapters.postgres.server import EmbeddedServer

_ADDRESS = "PLEAMAR_TESTS_DATABASE_URL"

# Nothing of a test run has to survive a power cut.
_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}

# Waits until whoever holds the other end of its standard input is gone, however that came about.
_UNDERTAKER = """
import os, shutil, sys
from pathlib import Path
from pleamar.adapters.postgres.server import EmbeddedServer
sys.stdin.read()
EmbeddedServer(Path(sys.argv[1]), os.environ).stop("immediate")
shutil.rmtree(sys.argv[1], ignore_errors=True)
"""


def _start() -> str:
    home = Path(tempfile.mkdtemp(prefix="pl"))
    home.chmod(0o711)  # the server's own user must pass
    server = EmbeddedServer(home, os.environ, _QUICK)
    try:
        address = server.start()
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    watcher = subprocess.Popen([sys.executable, "-c", _UNDERTAKER, str(home)], stdin=subprocess.PIPE)
    globals()["_watcher"] = watcher  # kept for as long as this process lives
    return address.url("pleamar")


if _ADDRESS not in os.environ:
    os.environ[_ADDRESS] = _start()
os.environ["DATABASE_URL"] = os.environ[_ADDRESS]
os.environ.setdefault("PLEAMAR_SECRET_KEY", "only for tests")


def pytest_unconfigure() -> None:
    """End the server with the run, in the process that began it."""
    watcher: subprocess.Popen[bytes] | None = globals().get("_watcher")
    if watcher is not None and watcher.stdin is not None:
        watcher.stdin.close()
        watcher.wait()
