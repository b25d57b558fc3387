"""What a command of the console script is."""

from __future__ import annotations

import getpass
import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from pleamar.rules.causes import AT_THE_CONSOLE, Cause

_LONGEST_SHOWN = 40


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


def whole_number(text: str) -> int:
    """For arguments that are one; as many digits as anybody can mean."""
    if not re.fullmatch(r"[+-]?[0-9]{1,20}", text.strip()):
        shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
        raise ArgumentTypeError(f"not a whole number of at most 20 digits: {shown!r}")
    return int(text)


def by_console(command: str, *, reference: str = "", reason: str = "") -> Cause:
    """The cause of what somebody at the console does."""
    # The name of a file may be any bytes; what is kept is text.
    readable = reference.encode(errors="replace").decode()
    return Cause(actor=f"{_user()}{AT_THE_CONSOLE}", means=command, reference=readable, reason=reason)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return "somebody"
