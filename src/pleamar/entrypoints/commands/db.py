"""`pleamar db`: the embedded database server."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.rules.refusals import Refused
from pleamar.wiring.database import embedded_server, ensure_database, is_embedded


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("act", choices=["start", "stop", "status", "url"], help="what to do with the server")


def _run(arguments: Namespace) -> int:
    if not is_embedded(os.environ):
        if arguments.act == "url":
            sys.stdout.write(f"{os.environ['DATABASE_URL']}\n")
            return 0
        raise Refused("database_is_not_ours")
    server = embedded_server(os.environ)
    if arguments.act == "stop":
        sys.stdout.write("stopped\n" if server.stop() else "was not running\n")
    elif arguments.act == "status":
        status = server.status()
        version = f"PostgreSQL {status.major}" if status.major else "no PostgreSQL"
        sys.stdout.write(f"{status.state}: {version} in {status.data_directory}\n")
    else:
        ensure_database(os.environ)
        sys.stdout.write(f"{os.environ['DATABASE_URL']}\n" if arguments.act == "url" else "running\n")
    return 0


COMMAND = Command(
    help="start, stop or look at the embedded PostgreSQL server; `url` prints how to reach it",
    example="pleamar db status",
    arguments=_arguments,
    run=_run,
)
