"""The cycle that runs while the demo is looked at has something to see, on whatever day it is played."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import pytest

from pleamar.entrypoints.commands.demo_running import running_cycles
from pleamar.entrypoints.commands.demo_story import PARTNERS, Event, schedule

_MAIN = PARTNERS[0].name
_BEGAN_WITH = 260


def _steps(end: datetime) -> list[Event]:
    events = [one for one in running_cycles(end) if one.partner.name == _MAIN]
    return sorted(events, key=lambda event: event.at)


_DAYS = (
    *(datetime(2026, 12, 1, tzinfo=UTC) + timedelta(days=number, hours=3) for number in range(0, 70, 3)),
    *(datetime(2027, 2, 28, 12, tzinfo=UTC), datetime(2028, 2, 29, 10, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)),
)


@pytest.mark.parametrize("end", _DAYS, ids=lambda end: end.isoformat())
def test_whoever_looks_sees_a_peak_with_room_below_it(end: datetime) -> None:
    steps = _steps(end)
    assert all(end - timedelta(days=31) <= step.at < end for step in steps)
    counts = list(accumulate((len(step.come) - len(step.go) for step in steps), initial=_BEGAN_WITH))
    assert counts[-1] == 279
    assert 279 + 10 <= max(counts) < 300  # the alert at 300 is not told of yet
    assert len({step.at for step in steps}) == len(steps)


def test_a_customer_is_opened_before_it_has_users() -> None:
    known = {customer.name for customer in PARTNERS[0].customers}
    for step in _steps(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        assert step.customer is not None
        if step.kind == "open account":
            known.add(step.customer.name)
        assert step.customer.name in known
        assert all(email.endswith(f"@{step.customer.domain}") for email in step.come)


def test_those_who_help_with_the_stocktaking_are_gone_before_their_cycle_ends() -> None:
    end = datetime(2026, 11, 23, 12, tzinfo=UTC)
    turns = [one for one in schedule(end) if "stocktaking" in one.reason]
    assert len(turns) == 14
    for come, go in pairwise(turns):
        if come.come:
            assert come.come == go.go
            assert come.at < go.at < come.at + timedelta(days=3)
