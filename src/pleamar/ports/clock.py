"""What is asked of a clock."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment, with a time zone. Only `wiring/clock.py` has one that reads the time."""

    def __call__(self) -> datetime: ...
