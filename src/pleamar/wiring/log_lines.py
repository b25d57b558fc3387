"""What a program that nobody watches says: one line of JSON a record, on stderr."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from typing import Any, Final

from pleamar.wiring.links import CONFIRM, INVITATION
from pleamar.wiring.password_links import NEW_PASSWORD

_OURS: Final = Path(__file__).parents[1]
_LONGEST: Final = 500
_FRAMES: Final = 4
# Whoever has one of these addresses is let in by it: of what follows the path nothing is said, however it was quoted.
_LET_IN: Final = "|".join(path.replace("/", "(?:/|%2F)") for path in (CONFIRM, INVITATION, NEW_PASSWORD))
_SECRET: Final = re.compile(
    rf"((?:/|%2F)(?:{_LET_IN})(?:/|%2F)+|[?&](?:code|key|state|token)=)[^\s/?#&\"'\\]+", re.IGNORECASE
)


class LogLine(logging.Formatter):
    """Time, level, message and facts (`extra={"facts": …}`).

    Of an exception: its kind, the first line of what it says, and where. PostgreSQL tells the values of rows in the
    lines after the first; they are left out. So is what would let a reader of the log in.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": _first_line(record.getMessage()),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= _told(record.exc_info[1])
        return _SECRET.sub(r"\1…", json.dumps(line, ensure_ascii=False, default=str))


def log_handler() -> logging.Handler:
    """Writes to stderr: no request that is refused, unless another site made it, but every one that failed.

    It keeps them out itself, for Django sets the levels of its own loggers anew in each process that serves.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogLine())
    handler.addFilter(lambda record: record.name != "django.request" or record.levelno >= logging.ERROR)
    return handler


def log_to_stderr() -> None:
    """From now on: our own records from `info` up, those of libraries from `warning` up."""
    logging.basicConfig(handlers=[log_handler()], level=logging.WARNING, force=True)
    logging.getLogger("pleamar").setLevel(logging.INFO)


def _told(error: BaseException) -> dict[str, str]:
    return {
        "error": type(error).__name__,
        "because": _first_line(str(error)),
        "where": " < ".join(reversed(list(_places(error)))),
    }


def _places(error: BaseException) -> Iterator[str]:
    frames = extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _OURS in Path(frame.filename).parents]
    for frame in (ours or list(frames))[-_FRAMES:]:
        yield f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"


def _first_line(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…"
