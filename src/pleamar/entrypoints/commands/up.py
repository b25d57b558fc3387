"""`pleamar up`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.listening import listening_arguments, refuse_taken_address
from pleamar.entrypoints.commands.parent import end_with_parent, told_its_parent
from pleamar.wiring.payments import provider_kind

_PLEAMAR: Final = [sys.executable, "-P", "-c", "import sys; from pleamar.config.cli import main; sys.exit(main())"]
_LONGEST_PAUSE: Final = 30
# Who lasted so many seconds is well, and begins again at once when it dies.
_WELL: Final = 60
# Who says no (exit code 1 or 2) within so many seconds of its first start will say so again.
_AT_ONCE: Final = 10
_SECONDS_TO_END: Final = 12
_LOOKS_EACH_SECOND: Final = 5
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class _Child:
    """A process that is to run for as long as this one does."""

    typed: Sequence[str]
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    begun: int = 0
    again_at: int = 0
    pause: int = 1
    starts: int = 0

    def start(self, environ: dict[str, str]) -> None:
        typed = [*_PLEAMAR, *self.typed]
        with self.log.open("ab") if self.log else nullcontext() as log:
            self.process = subprocess.Popen(  # noqa: S603 - ourselves
                typed, env=environ, stdin=subprocess.DEVNULL, stderr=log
            )
        self.begun, self.starts = _seconds(), self.starts + 1

    def see_to_it(self, environ: dict[str, str]) -> bool:
        """Start it again if it has ended, a little later each time. False: it says that it cannot be started at all."""
        now = _seconds()
        if self.process is not None and (code := self.process.poll()) is not None:
            if code in (1, 2) and self.starts == 1 and now - self.begun < _AT_ONCE:
                return False
            self.pause = 1 if now - self.begun >= _WELL else min(2 * self.pause, _LONGEST_PAUSE)
            self.again_at, self.process = now + self.pause, None
            sys.stderr.write(f"pleamar: {self.typed[0]} ended ({code}) and starts again in {self.pause} s\n")
        if self.process is None and now >= self.again_at:
            self.start(environ)
        return True


def _seconds() -> int:
    return time.monotonic_ns() // 1_000_000_000


def _run(arguments: Namespace) -> int:
    refuse_taken_address(arguments.host, arguments.port)
    return serve(arguments.host, arguments.port, embedded=arguments.embedded)


def serve(host: str, port: int, *, embedded: bool, address: str = "", log: Path | None = None) -> int:
    """Web server and worker until a signal comes. `address` is where people reach us, unless that has been said; what
    the two note goes to the file `log`, or to stderr.
    """
    provider_kind(os.environ)  # refuses a key that does not fit
    end_with_parent(os.environ)
    stopped_by: list[int] = []
    for number in _SIGNALS:
        signal.signal(number, lambda number, _: stopped_by.append(number))
    environ = _environ(embedded)
    if address and not environ.get("PLEAMAR_ADDRESS"):
        environ["PLEAMAR_ADDRESS"] = address
    children = [_Child(["web", "--host", host, "--port", str(port)], log), _Child(["worker"], log)]
    try:
        while not stopped_by:
            if not all(child.see_to_it(environ) for child in children):
                return 1
            time.sleep(1 / _LOOKS_EACH_SECOND)
    finally:
        _end(children)
    return 0


def _environ(embedded: bool) -> dict[str, str]:
    """A child starts the embedded server itself if it finds it gone."""
    environ = dict(os.environ)
    if embedded:
        del environ["DATABASE_URL"], environ["PLEAMAR_OWNER_DATABASE_URL"]
    told_its_parent(environ)
    return environ


def _end(children: Sequence[_Child]) -> None:
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.terminate()
    deadline = _seconds() + _SECONDS_TO_END
    for process in running:
        try:
            process.wait(max(deadline - _seconds(), 0))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


COMMAND = Command(
    help="run everything on one machine: the web server, and a worker with its calendar; Ctrl-C ends them",
    example="pleamar up --port 8000",
    arguments=listening_arguments,
    run=_run,
)
