"""A PostgreSQL server for one run of the benchmark: as durable as a real one, gone when the run is."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from pleamar.adapters.postgres.server import EmbeddedServer


@contextmanager
def throwaway_server() -> Iterator[str]:
    """The address of a fresh server with PostgreSQL's own settings; it ends with the block, however that ends."""
    for end in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, _leave)
    home = Path(tempfile.mkdtemp(prefix="plb"))
    home.chmod(0o711)  # the server's own user must pass
    server = EmbeddedServer(home, os.environ)
    try:
        yield server.start().owner_url
    finally:
        # A second Ctrl-C must not leave a server behind.
        for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(end, signal.SIG_IGN)
        server.stop("immediate")
        shutil.rmtree(home, ignore_errors=True)


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
