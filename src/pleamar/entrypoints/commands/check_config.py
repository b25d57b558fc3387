"""`pleamar check-config`."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from pleamar.entrypoints.commands.command import Command, no_arguments
from pleamar.wiring.checking import configuration


def _run(arguments: Namespace) -> int:
    del arguments
    found = configuration(os.environ)
    for line in found:
        sys.stdout.write(f"{'ok  ' if line.fine else 'BAD '} {line.what}: {line.text}\n")
    return 0 if all(line.fine for line in found) else 1


COMMAND = Command(
    help="say how this installation is set up and whether it would work; changes nothing",
    example="pleamar check-config",
    arguments=no_arguments,
    run=_run,
)
