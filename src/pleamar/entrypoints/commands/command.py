"""What a command of the console script is."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from pleamar.rules.causes import Cause


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what `--help` says of it, its arguments, and what it does; `run` answers the exit code.

    A refusal it raises becomes one line on stderr and exit code 1.
    """

    help: str
    example: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]


def no_arguments(parser: ArgumentParser) -> None:
    """For commands that take none."""


def by_console(command: str, *, reference: str = "", reason: str = "") -> Cause:
    """The cause of what somebody at the console does."""
    # The name of a file may be any bytes; what is kept is text.
    readable = reference.encode(errors="replace").decode()
    return Cause(actor=f"{_user()} at the console", means=command, reference=readable, reason=reason)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return "somebody"
