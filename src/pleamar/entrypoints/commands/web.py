"""`pleamar web`."""

from __future__ import annotations

import logging
import os
import sys
from argparse import Namespace
from typing import Final

from django.db import connections
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.listening import address, listening_arguments, refuse_taken_address
from pleamar.entrypoints.commands.parent import end_with_parent, told_its_parent
from pleamar.wiring.checking_sign_in import address_problem
from pleamar.wiring.clock import is_sandbox
from pleamar.wiring.log_lines import log_to_stderr
from pleamar.wiring.payments import provider_kind
from pleamar.wiring.served_address import note_served_address

_log: Final = logging.getLogger("pleamar.web")
_THREADS: Final = 4
_GRACE_SECONDS: Final = 5


def _run(arguments: Namespace) -> int:
    refuse_taken_address(arguments.host, arguments.port)
    provider_kind(os.environ)  # refuses a key that does not fit
    note_served_address(arguments.host, arguments.port, os.environ)
    log_to_stderr()
    warn_of_address()
    end_with_parent(os.environ)
    told_its_parent(os.environ)
    connections.close_all()  # the server's own process must not find ours
    server = Server(
        "pleamar.config.wsgi:application",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        blocking_threads=_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=_GRACE_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig=_TO_STDERR,
    )
    server.on_startup(lambda: _say(f"Pleamar listens on {address(arguments.host, arguments.port)}"))
    server.serve()
    return 0


def warn_of_address() -> None:
    """A line in the log of a live installation in which passwords may go in the clear."""
    if not is_sandbox() and (problem := address_problem(os.environ)):
        _log.warning("passwords and cookies may go unencrypted", extra={"facts": {"because": problem}})


_TO_STDERR: Final = {"loggers": {"_granian": {"handlers": [], "propagate": True, "level": "WARNING"}}}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


COMMAND = Command(
    help="serve the portal, the payment provider's webhooks and the health check over HTTP",
    example="pleamar web --port 8000",
    arguments=listening_arguments,
    run=_run,
)
