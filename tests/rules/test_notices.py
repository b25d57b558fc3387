"""When notices are due, against a day-by-day telling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleamar.rules.notices import due_notice

END = datetime(2026, 3, 20, 12, tzinfo=UTC)
LONG_AGO = END - timedelta(days=90)


@pytest.mark.parametrize(
    ("before", "since", "expected"),
    [
        (timedelta(days=8), LONG_AGO, None),
        (timedelta(days=7, microseconds=1), LONG_AGO, None),
        (timedelta(days=7), LONG_AGO, 7),
        (timedelta(days=2), LONG_AGO, 7),
        (timedelta(days=1), LONG_AGO, 1),
        (timedelta(microseconds=1), LONG_AGO, 1),
        (timedelta(0), LONG_AGO, None),
        (timedelta(days=-3), LONG_AGO, None),
        (timedelta(days=5), END - timedelta(days=7), None),
        (timedelta(days=5), END - timedelta(days=7, microseconds=1), 7),
        (timedelta(hours=20), END - timedelta(days=6), 1),
    ],
)
def test_m20_notices_come_seven_days_and_one_day_before(
    before: timedelta, since: datetime, expected: int | None
) -> None:
    assert due_notice(END, (7, 1), since=since, now=END - before) == expected


@given(
    days=st.sets(st.integers(1, 30), max_size=4),
    opened=st.integers(1, 40 * 24),
    looks=st.lists(st.integers(0, 40 * 24), min_size=1, max_size=30),
)
def test_m20_whoever_looks_often_tells_each_notice_once_and_only_the_newest(
    days: set[int], opened: int, looks: list[int]
) -> None:
    """Looking at some hours before the end: each look tells the newest notice that came due after the opening."""
    since = END - timedelta(hours=opened)
    for hours in sorted((hours for hours in looks if hours < opened), reverse=True):
        due = [number for number in days if number * 24 >= hours > 0 and number * 24 < opened]
        expected = min(due, default=None)
        assert due_notice(END, days, since=since, now=END - timedelta(hours=hours)) == expected
