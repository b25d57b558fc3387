"""`pleamar check-books`."""

from __future__ import annotations

import sys
from argparse import Namespace

from pleamar.entrypoints.commands.command import Command, no_arguments
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.progress import working
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import TRUTHS, check_books


def _run(arguments: Namespace) -> int:
    del arguments
    with working(f"Checking {len(TRUTHS)} truths"):
        differences = check_books(EVERYTHING)
    for difference in differences:
        sys.stdout.write(f"{difference.truth}: {difference.text}\n")
    if differences:
        sys.stderr.write(f"pleamar: the books differ in {counted(len(differences), 'place')}\n")
        return 1
    sys.stdout.write(f"The books agree: {len(TRUTHS)} truths hold.\n")
    return 0


COMMAND = Command(
    help="recompute everything from the seat log and compare: meters, cycles, statements, invoices, charges, ledger",
    example="pleamar check-books",
    arguments=no_arguments,
    run=_run,
)
