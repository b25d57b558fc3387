"""`pleamar migrate`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pleamar.entrypoints.commands.command import Command
from pleamar.wiring.migrating import is_migrated, migrate
from pleamar.wiring.preparing import install_as


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--mode",
        choices=["sandbox", "live"],
        default=None,
        help="what a new installation is, once and for all (default: sandbox)",
    )


def _run(arguments: Namespace) -> int:
    was_migrated = is_migrated()
    migrate()
    installation = install_as(arguments.mode)
    sys.stdout.write(f"The tables {'were' if was_migrated else 'are now'} up to date; {installation}.\n")
    return 0


COMMAND = Command(
    help="bring the database's tables up to date, and make it an installation if it is new",
    example="DATABASE_URL=postgresql://… pleamar migrate --mode live",
    arguments=_arguments,
    run=_run,
)
