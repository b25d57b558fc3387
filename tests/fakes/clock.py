"""A clock that moves only when told."""

from __future__ import annotations

from datetime import datetime, timedelta


class SteppedClock:
    """Tells the moment it was set to, until it is set to another."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def set(self, moment: datetime) -> None:
        self.moment = moment

    def forward(self, **by: int) -> datetime:
        self.moment += timedelta(**by)
        return self.moment
