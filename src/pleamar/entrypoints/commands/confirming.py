"""Acts with a price: what they do is said first, and done only on a word."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable

from pleamar.rules.refusals import Refused


def yes_argument(parser: ArgumentParser) -> None:
    """`--yes`."""
    parser.add_argument("--yes", action="store_true", help="do it; without it, only what it would do is said")


def confirmed(arguments: Namespace, lines: Iterable[str]) -> None:
    """Say what the act does, in these lines. Refuses `confirmation_needed` unless `--yes` was given."""
    for line in lines:
        sys.stdout.write(f"{line}\n")
    if not arguments.yes:
        sys.stdout.flush()
        raise Refused("confirmation_needed")
