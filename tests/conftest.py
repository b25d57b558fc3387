"""What many tests start from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pleamar.actions.install import install
from pleamar.models import Installation
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(datetime(2026, 1, 1, 9, tzinfo=UTC))


@pytest.fixture
def installation(db: None) -> Installation:
    return install("sandbox", seller="Meridian Software", cause=TESTER, now=datetime(2015, 1, 1, tzinfo=UTC))
