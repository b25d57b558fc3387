"""Which cycles a new version prices, against a walk through all of them (rule M9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pleamar.rules.cycles import cycle_end
from pleamar.rules.price_changes import PricedCycle, PricedPartner, earliest_date, effects, first_to_come
from pleamar.rules.prices import PriceVersion, Tier, applicable

ZONES = ["UTC", "Pacific/Auckland", "America/Los_Angeles", "Europe/Madrid"]
OLD = PriceVersion(1, "USD", None, "volume", capped=False, tiers=(Tier(1, Decimal(2)),))
_FAR = 60


def new_prices(day: date, price: str = "3", currency: str = "USD") -> PriceVersion:
    return PriceVersion(9, currency, day, "volume", capped=False, tiers=(Tier(1, Decimal(price)),))


def partner(
    anchor: date,
    index: int,
    zone: str = "UTC",
    *,
    next_zone: str | None = None,
    currency: str = "USD",
    next_currency: str = "USD",
    invoiced_from: datetime | None = datetime(2000, 1, 1, tzinfo=UTC),
    leaving: bool = False,
) -> PricedPartner:
    """In its cycle `index`, with 10 seats; the next one may be in another zone and currency."""
    running = PricedCycle(cycle_end(anchor, index - 1, zone), zone, currency, 10)
    following = PricedCycle(cycle_end(anchor, index, zone), next_zone or zone, next_currency, 10)
    return PricedPartner(
        *(1, "Northwind IT", anchor, invoiced_from, leaving, (running,)),
        *(None if leaving else following, index + 1),
    )


def starts(one: PricedPartner) -> list[tuple[datetime, str]]:
    """The starts and zones of the running cycle and of those to come, by walking the calendar from month to month."""
    found = [(cycle.starts_at, cycle.timezone) for cycle in (*one.begun, one.next) if cycle]
    for index in range(one.next_index, one.next_index + _FAR) if one.next else ():
        found.append((cycle_end(one.anchor, index, one.next.timezone if one.next else ""), found[-1][1]))
    return found


def local(start: datetime, zone: str) -> date:
    return start.astimezone(ZoneInfo(zone)).date()


partners = st.builds(
    partner,
    st.dates(date(2020, 1, 1), date(2020, 3, 31)),
    st.integers(1, 20),
    st.sampled_from(ZONES),
    next_zone=st.none() | st.sampled_from(ZONES),
    leaving=st.booleans(),
)


def in_force(*versions: PriceVersion) -> Callable[[date], PriceVersion | None]:
    return lambda day: applicable([], versions, day)


@settings(deadline=None, max_examples=300)
@given(partners, st.dates(date(2020, 1, 1), date(2023, 12, 31)))
def test_m09_a_version_prices_the_first_cycle_that_starts_on_its_local_day(one: PricedPartner, day: date) -> None:
    version = new_prices(day)
    found = effects(one, version, in_force(OLD), in_force(OLD, version))
    expected = [start for start, zone in starts(one) if local(start, zone) >= day][:1]
    assert [row.cycle_start for row in found] == expected
    assert all(row.is_rise and row.before and row.before.minor == 2000 and row.after.minor == 3000 for row in found)


@settings(deadline=None, max_examples=300)
@given(partners, st.integers(0, 800))
def test_m09_from_the_earliest_date_on_no_cycle_before_then_is_priced(one: PricedPartner, days: int) -> None:
    until = one.begun[-1].starts_at + timedelta(days=days, hours=7)
    earliest = earliest_date([one], until)
    assert earliest is not None
    days_before = [local(start, zone) for start, zone in starts(one) if start < until]
    assert all(day < earliest for day in days_before)
    assert earliest - timedelta(days=1) in days_before, "a day earlier one would be"


def test_m09_a_zone_already_arranged_decides_the_local_day_of_the_next_cycle() -> None:
    # The cycle after next midnight of UTC starts on the afternoon before in California.
    moving = partner(date(2026, 1, 10), 1, "UTC", next_zone="America/Los_Angeles")
    assert moving.next is not None
    assert (moving.next.starts_at, moving.next.day) == (datetime(2026, 3, 10, tzinfo=UTC), date(2026, 3, 9))
    assert first_to_come(moving, date(2026, 3, 9)) == moving.next
    later = first_to_come(moving, date(2026, 3, 10))
    assert later is not None
    assert later.starts_at == datetime(2026, 4, 10, 7, tzinfo=UTC)


def test_m26_a_currency_already_arranged_is_priced_from_the_next_cycle() -> None:
    changing = partner(date(2026, 1, 10), 1, next_currency="EUR")
    for currency, expected in (("USD", changing.begun[0]), ("EUR", changing.next)):
        version = new_prices(date(2020, 1, 1), currency=currency)
        assert expected is not None
        assert [row.cycle_start for row in effects(changing, version, in_force(OLD), in_force(version))] == [
            expected.starts_at
        ]


def test_m09_a_version_that_another_one_replaces_before_any_cycle_starts_prices_nothing() -> None:
    one = partner(date(2026, 1, 10), 1)
    version, newer = new_prices(date(2026, 2, 11)), replace(OLD, id=3, valid_from=date(2026, 3, 10))
    assert effects(one, version, in_force(OLD, newer), in_force(OLD, newer, version)) == []


def test_m09_what_is_only_compared_is_no_rise_and_the_first_cycle_billed_is() -> None:
    version = new_prices(date(2026, 1, 1))
    in_shadow = partner(date(2026, 1, 10), 1, invoiced_from=None)
    assert [(row.shadow, row.is_rise) for row in effects(in_shadow, version, in_force(OLD), in_force(version))] == [
        *((True, False), (True, False))  # the running one, and the first to come
    ]
    going_live = partner(date(2026, 1, 10), 1, invoiced_from=datetime(2026, 5, 10, tzinfo=UTC))
    told = effects(going_live, version, in_force(OLD), in_force(version))
    assert [(row.cycle_start.month, row.is_rise) for row in told] == [(2, False), (5, True)]


@pytest.mark.parametrize("day", [date(9989, 12, 31), date(9999, 12, 31)])
def test_m09_a_date_that_nobody_lives_to_see_prices_nothing_or_something_far(day: date) -> None:
    found = first_to_come(partner(date(2026, 1, 31), 1), day)
    assert found is None or found.day >= day


def test_m09_nothing_that_priced_a_cycle_before_is_no_rise() -> None:
    version = new_prices(date(2020, 1, 1))
    (row,) = effects(partner(date(2026, 1, 10), 1), version, in_force(), in_force(version))
    assert (row.before, row.is_rise, row.may_rise) == (None, False, False)
