"""`pleamar team reset-sign-in`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.actions.reset_sign_in import reset_sign_in
from pleamar.entrypoints.commands.command import Command, by_console
from pleamar.wiring.clock import clock
from pleamar.wiring.jobs import QUEUE


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--reason", required=True, metavar="R", help="how you know that it is them who ask")


def _run(arguments: Namespace) -> int:
    cause = by_console("team reset-sign-in", reason=arguments.reason)
    email = arguments.email.strip().casefold()
    removed = reset_sign_in(email, cause=cause, now=clock()(), jobs=QUEUE)
    sys.stdout.write(f"second factors removed: {removed}; {email} is signed out everywhere and signs in by password\n")
    return 0


COMMAND = Command(
    help="remove the second factors of somebody who lost them",
    example='pleamar team reset-sign-in ana@northwind.example --reason "called back on her number"',
    arguments=_arguments,
    run=_run,
)
