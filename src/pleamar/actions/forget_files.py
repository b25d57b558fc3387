"""Drop files that somebody brought and never said yes to, and after a while who was left out of those that came in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from pleamar.models import FileImport

KEPT: Final = timedelta(days=1)
NAMES_KEPT: Final = timedelta(days=30)

_LEFT_OUT: Final = ("denied", "over_limit", "skipped")
_NAMES: Final = (*_LEFT_OUT, "bad")


def forget_files(*, now: datetime) -> int:
    """How many were dropped, of users or of customers: those that were only read, more than a day ago.

    What somebody said yes to stays, for a job may still be at it, and its page tells what became of it: for 30 days
    with the addresses that were left out or refused, then with their number alone. What a failed one still holds goes
    after a day.
    """
    over = FileImport.unscoped.exclude(state__in=["read", "waiting"])
    over.filter(ended_at__lt=now - KEPT).exclude(content=b"").update(content=b"")
    for file in over.filter(ended_at__lt=now - NAMES_KEPT, outcome__has_any_keys=_NAMES).defer("content"):
        left_out = sum(len(file.outcome.get(name, [])) for name in _LEFT_OUT)
        counts = {key: value for key, value in file.outcome.items() if key not in _NAMES}
        file.outcome = {**counts, "left_out": left_out}
        file.save(update_fields=["outcome"])
    return FileImport.unscoped.filter(state="read", brought_at__lt=now - KEPT).delete()[0]
