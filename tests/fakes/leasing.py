"""Leases on a clock of their own, as in the program, where a sandbox's moved clock is not theirs."""

from __future__ import annotations

from datetime import UTC, datetime

from pleamar.actions.lease_charge import Leasing
from tests.fakes.clock import SteppedClock

REAL = datetime(2026, 5, 1, 12, tzinfo=UTC)


def leasing() -> Leasing:
    """A clock that stands: every lease is given back, or taken until the test moves on."""
    return Leasing(SteppedClock(REAL))
