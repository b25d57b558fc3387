"""One line of what `check-config` says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConfigLine:
    """One thing looked at, whether it is as it should be, and how it is."""

    what: str
    fine: bool
    text: str
