"""Where cycles end, against a model that walks the calendar day by day (rule M8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pleamar.rules.cycles import EARLIEST, anchor, checked_creation, checked_zone, cycle_end, is_shadow, local_date
from pleamar.rules.refusals import Refused

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

# Midnights that are missing (São Paulo, Beirut, Santiago) or double (Havana), days that are (Apia, Kwajalein), half
# hours and quarters, both ends of the earth, and a zone whose clocks change by half an hour.
ZONES = [
    *("UTC", "Europe/Madrid", "America/New_York", "America/Sao_Paulo", "America/Havana", "America/Santiago"),
    *("Asia/Beirut", "Asia/Kathmandu", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kwajalein"),
    *("Pacific/Kiritimati", "Pacific/Pago_Pago", "Etc/GMT+12"),
]
zones = st.sampled_from(ZONES)
moments = st.integers(1, 50 * 365 * 86_400).map(lambda seconds: EARLIEST + timedelta(seconds=seconds))
indexes = st.integers(0, 40)


def utc(text: str) -> datetime:
    """The instant of an ISO 8601 text with an offset."""
    return datetime.fromisoformat(text).astimezone(UTC)


def cycle_days(anchored: date, count: int) -> list[date]:
    """The first `count` cycle days after the anchor, found by looking at every single day."""
    found: list[date] = []
    day = anchored
    while len(found) < count:
        day += DAY
        is_last_of_month = (day + DAY).day == 1
        if day.day == anchored.day or (is_last_of_month and day.day < anchored.day):
            found.append(day)
    return found


def first_midnight(day: date, zone: str) -> datetime:
    """The earliest instant whose local time is 00:00 of `day`; where there is none, as the old offset would have it."""
    naive = datetime.combine(day, time())
    around = [naive.replace(tzinfo=UTC) + quarter * HOUR / 4 for quarter in range(-60, 61)]
    offsets = [instant.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0) for instant in around]
    candidates = {(naive - offset).replace(tzinfo=UTC) for offset in offsets}
    real = [instant for instant in candidates if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == naive]
    return min(real) if real else (naive - offsets[0]).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("anchored", "ends"),
    [
        ("2026-01-28", ["2026-02-28", "2026-03-28", "2026-04-28"]),
        ("2026-01-29", ["2026-02-28", "2026-03-29", "2026-04-29"]),
        ("2026-01-30", ["2026-02-28", "2026-03-30", "2026-04-30"]),
        ("2026-01-31", ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31"]),
        ("2028-01-28", ["2028-02-28", "2028-03-28"]),
        ("2028-01-29", ["2028-02-29", "2028-03-29"]),
        ("2028-01-30", ["2028-02-29", "2028-03-30"]),
        ("2028-01-31", ["2028-02-29", "2028-03-31"]),
        ("2028-02-29", ["2028-03-29", "2028-04-29"]),
        ("2027-11-30", ["2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30"]),
        ("2026-12-31", ["2027-01-31", "2027-02-28", "2027-03-31"]),
        ("2026-12-01", ["2027-01-01", "2027-02-01"]),
    ],
)
def test_m08_a_day_the_month_lacks_is_its_last_from_the_original_anchor(anchored: str, ends: list[str]) -> None:
    found = [cycle_end(date.fromisoformat(anchored), index, "UTC") for index in range(len(ends))]
    assert found == [utc(f"{end}T00:00Z") for end in ends]


@pytest.mark.parametrize("index", [11, 47, 1199])
def test_m08_the_anchor_of_a_leap_day_is_never_lost(index: int) -> None:
    end = cycle_end(date(2024, 2, 29), index, "UTC")
    assert (end.month, end.day) == (2, 28 if end.year % 4 or end.year == 2100 else 29)


@pytest.mark.parametrize(
    ("created", "zone", "end"),
    [
        ("2026-03-10T00:00+00:00", "UTC", "2026-04-10T00:00+00:00"),  # created at midnight: a whole cycle
        ("2026-03-10T12:34:56.789+00:00", "UTC", "2026-04-10T00:00+00:00"),
        ("2026-03-10T23:59:59.999999+00:00", "UTC", "2026-04-10T00:00+00:00"),
        ("2026-03-10T00:00+01:00", "Europe/Madrid", "2026-04-10T00:00+02:00"),
        ("2026-03-10T23:59:59.999999+01:00", "Europe/Madrid", "2026-04-10T00:00+02:00"),
        ("2026-03-10T23:30+00:00", "Europe/Madrid", "2026-04-11T00:00+02:00"),  # the 11th already, there
        ("2026-02-01T02:00+00:00", "America/New_York", "2026-02-28T00:00-05:00"),  # still 31 January, there
        ("2025-12-31T13:00+00:00", "Pacific/Kiritimati", "2026-02-01T00:00+14:00"),
    ],
)
def test_m08_the_first_cycle_runs_to_the_next_cycle_day_after_the_creation_day(
    created: str, zone: str, end: str
) -> None:
    assert cycle_end(anchor(utc(created), zone), 0, zone) == utc(end)


@pytest.mark.parametrize(
    ("zone", "anchored", "end"),
    [
        ("Europe/Madrid", "2026-02-28", "2026-03-27T23:00Z"),  # the night before clocks go forward
        ("Europe/Madrid", "2026-02-15", "2026-03-14T23:00Z"),
        ("Europe/Madrid", "2026-03-15", "2026-04-14T22:00Z"),  # a cycle an hour shorter
        ("Europe/Madrid", "2026-09-30", "2026-10-29T23:00Z"),  # a cycle an hour longer
        ("Europe/Madrid", "2026-09-25", "2026-10-24T22:00Z"),  # the very day clocks go back
        ("America/Sao_Paulo", "2018-10-04", "2018-11-04T03:00Z"),  # no midnight: that day begins at 01:00
        ("America/Havana", "2026-10-01", "2026-11-01T04:00Z"),  # two midnights: the first
        ("Pacific/Apia", "2011-11-30", "2011-12-30T10:00Z"),  # no such day: the instant at which 31 December began
        ("Pacific/Apia", "2011-11-29", "2011-12-29T10:00Z"),
        ("Pacific/Apia", "2011-10-31", "2011-11-30T10:00Z"),
        ("Pacific/Kwajalein", "1993-07-21", "1993-08-21T12:00Z"),
    ],
)
def test_m08_a_midnight_that_is_missing_or_double_is_read_with_fold_0(zone: str, anchored: str, end: str) -> None:
    assert cycle_end(date.fromisoformat(anchored), 0, zone) == utc(end)


def test_m08_havana_s_midnight_of_1_november_2026_is_double() -> None:
    twice = [utc(f"2026-11-01T{hour}:00Z").astimezone(ZoneInfo("America/Havana")) for hour in ("04", "05")]
    assert [local.replace(tzinfo=None, fold=0) for local in twice] == [datetime.combine(date(2026, 11, 1), time())] * 2


def test_m08_the_missing_day_gives_one_cycle_of_30_days() -> None:
    ends = [cycle_end(date(2011, 10, 31), index, "Pacific/Apia") for index in range(3)]
    assert [later - earlier for earlier, later in pairwise(ends)] == [30 * DAY, 31 * DAY]


@settings(deadline=None, max_examples=300)
@given(moments, indexes, zones)
@example(datetime(2011, 9, 29, 20, tzinfo=UTC), 2, "Pacific/Apia")
@example(datetime(2018, 1, 4, 12, tzinfo=UTC), 9, "America/Sao_Paulo")
@example(datetime(2026, 5, 1, 12, tzinfo=UTC), 5, "America/Havana")
def test_m08_ends_are_those_of_a_walk_through_the_calendar(created: datetime, index: int, zone: str) -> None:
    anchored = anchor(created, zone)
    assert cycle_end(anchored, index, zone) == first_midnight(cycle_days(anchored, index + 1)[-1], zone)


@settings(deadline=None)
@given(moments, zones)
@example(datetime(2026, 2, 1, 4, 59, 59, 999999, tzinfo=UTC), "America/New_York")
def test_m08_cycles_follow_each_other_and_have_the_length_of_a_month(created: datetime, zone: str) -> None:
    ends = [cycle_end(anchor(created, zone), index, zone) for index in range(30)]
    assert all(end.tzinfo is UTC for end in ends)
    # A first cycle may lack most of its first day; clocks take an hour or two, or once a whole day of a long month.
    assert timedelta(days=27, hours=-2) < ends[0] - created <= timedelta(days=31, hours=2)
    for start, end in pairwise(ends):
        assert timedelta(days=28, hours=-2) <= end - start <= timedelta(days=31, hours=2)


def test_m08_ends_increase_in_every_zone_of_the_world() -> None:
    for zone in sorted(available_timezones()):
        ends = [cycle_end(date(2010, 1, 31), index, zone) for index in range(30)]
        assert min(end - start for start, end in pairwise(ends)) >= timedelta(days=28, hours=-2), zone


def test_m08_a_new_zone_keeps_the_day_and_the_next_cycle_starts_where_the_last_ended() -> None:
    anchored = date(2026, 1, 31)
    in_utc, in_apia = cycle_end(anchored, 0, "UTC"), cycle_end(anchored, 1, "Pacific/Apia")
    assert (in_utc, in_apia) == (utc("2026-02-28T00:00Z"), utc("2026-03-31T00:00+13:00"))
    back = cycle_end(anchored, 2, "Etc/GMT+12")
    assert back == utc("2026-04-30T00:00-12:00")


@settings(deadline=None)
@given(moments, st.lists(zones, min_size=2, max_size=24))
@example(datetime(2026, 1, 31, 11, tzinfo=UTC), ["Etc/GMT+12", "Pacific/Kiritimati", "Etc/GMT+12"])
@example(datetime(2025, 12, 28, 20, tzinfo=UTC), ["Etc/GMT+12", "Etc/GMT+12", "Pacific/Kiritimati"])
def test_m08_whatever_zones_a_partner_moves_through_no_cycle_is_short(created: datetime, through: list[str]) -> None:
    anchored = anchor(created, through[0])
    days = cycle_days(anchored, len(through))
    ends = [cycle_end(anchored, index, zone) for index, zone in enumerate(through)]
    assert ends == [first_midnight(day, zone) for day, zone in zip(days, through, strict=True)]
    for start, end in pairwise([created, *ends]):
        assert timedelta(days=27, hours=-28) < end - start < timedelta(days=31, hours=28)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Madrid", "America/Argentina/Buenos_Aires"])
def test_a_zone_is_one_of_iana(zone: str) -> None:
    assert checked_zone(zone) == zone


@pytest.mark.parametrize(
    "zone", ["", " ", "Europe", "Europe/Nowhere", "../UTC", "/etc/localtime", "UTC\0", "zone.tab", "\ud800", "x" * 999]
)
def test_another_zone_is_refused(zone: str) -> None:
    with pytest.raises(Refused, match="timezone_unknown"):
        checked_zone(zone)


def test_a_partner_is_created_neither_in_the_future_nor_before_all_this() -> None:
    now = utc("2026-01-15T12:00+01:00")
    assert checked_creation(now, now) == now
    assert checked_creation(utc("2026-01-15T09:00Z").astimezone(ZoneInfo("Asia/Kolkata")), now).tzinfo is UTC
    assert checked_creation(EARLIEST, now) == EARLIEST
    with pytest.raises(Refused, match="time_in_future"):
        checked_creation(now + timedelta(microseconds=1), now)
    with pytest.raises(Refused, match="time_too_early"):
        checked_creation(EARLIEST - timedelta(microseconds=1), now)


def test_a_moment_has_a_calendar_day_in_each_zone() -> None:
    moment = utc("2026-01-31T23:30Z")
    assert (local_date(moment, "UTC"), local_date(moment, "Asia/Kolkata")) == (date(2026, 1, 31), date(2026, 2, 1))


def test_a_cycle_is_in_shadow_until_the_first_one_that_is_invoiced() -> None:
    first = datetime(2026, 2, 15, tzinfo=UTC)
    assert is_shadow(first, None)
    assert is_shadow(first - timedelta(microseconds=1), first)
    assert not is_shadow(first, first)
