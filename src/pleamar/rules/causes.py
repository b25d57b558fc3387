"""Who changed something, by what means, and why: what every change of seats, money or access carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

# Who of the vendor did something is stored as the name of a program, or of a person with this behind it.
PROGRAMS: Final = ("pleamar", "pleamar worker")
AT_THE_CONSOLE: Final = " at the console"


@dataclass(frozen=True, slots=True)
class Cause:
    """`actor` is the person or program that asked; `means` is how (`import-members`, `account`, …); `reference` names
    the file, sync or request; `reason` is in the actor's own words; `occurred_at` is their note of when it happened,
    never the time that counts (rule M27).
    """

    actor: str
    means: str
    reference: str = ""
    reason: str = ""
    occurred_at: datetime | None = None


def is_vendor(actor: str) -> bool:
    """Whether it was the vendor's own staff, or one of its programs."""
    return actor in PROGRAMS or actor.endswith(AT_THE_CONSOLE)
