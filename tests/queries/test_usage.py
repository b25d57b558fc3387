"""Usage and forecast: what stands on the screen adds up, and agrees with what is billed (rules M2, M12, M24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.close_partner import close_partner
from pleamar.actions.suspend_account import suspend_account
from pleamar.queries.explain import explain
from pleamar.queries.forecast import peak_forecast
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.usage import Usage, usage
from pleamar.rules.forecast import Past, Running, forecast
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from tests.fakes.people import TESTER, emails
from tests.queries.small_world import FIRST_END, NOW, SECOND_END, THIRD_END, SmallWorld


def northwind(world: SmallWorld, now: datetime = NOW) -> Usage:
    return usage(Scope(world.northwind.pk), "Northwind IT", now=now)


def test_m12_the_running_cycle_and_what_it_costs_so_far(world: SmallWorld) -> None:
    told = northwind(world)
    assert (told.cycle_start, told.cycle_end) == (THIRD_END, datetime(2026, 5, 15, tzinfo=UTC))
    assert (told.seats, told.peak, told.peak_at) == (15, 15, datetime(2026, 4, 18, 8, tzinfo=UTC))
    assert told.priced is not None
    assert told.priced.calculation.priced.total == Money(3600, "USD")
    assert (told.priced.calculation.to_following, told.priced.room) == (85, 0)
    assert not told.shadow


def test_m17_there_is_room_below_the_peak(world: SmallWorld) -> None:
    world.deactivate(world.contoso, emails(1, 400))
    told = northwind(world)
    assert told.priced is not None
    assert (told.seats, told.peak, told.priced.room) == (14, 15, 1)


def test_m02_the_customers_add_up_to_the_seats_the_peak_and_the_amount(world: SmallWorld) -> None:
    world.turn(world.fabrikam, "live")
    world.activate(world.fabrikam, emails(4, 50))
    world.deactivate(world.contoso, emails(2, 200))
    told = northwind(world)
    assert told.priced is not None
    assert sum(row.seats for row in told.accounts) == told.seats
    assert sum(row.at_peak for row in told.accounts) == told.peak
    assert sum(row.share.minor for row in told.accounts if row.share) == told.priced.calculation.priced.total.minor
    explained = explain(EVERYTHING, "Northwind IT", told.cycle_start, now=NOW)
    assert {(row.account, row.at_peak, row.own_peak) for row in told.accounts} == {
        (share.account, share.seats, share.own_peak) for share in explained.shares
    }, "the receipt behind the figure says the same, from the log alone"
    assert "Own staff" not in {row.account for row in told.accounts}


def test_m22_a_suspended_customer_still_shows_money(world: SmallWorld) -> None:
    asked = replace(TESTER, reason="asked to")
    suspend_account(world.northwind.pk, world.contoso.pk, cause=asked, clock=world.clock)
    (row,) = [row for row in northwind(world).accounts if row.account == "Contoso"]
    assert row.suspended
    assert row.share == Money(3600, "USD")


def test_m12_the_chart_begins_with_the_opening_count_and_has_every_step(world: SmallWorld) -> None:
    assert northwind(world).points == ((THIRD_END, 14), (datetime(2026, 4, 18, 8, tzinfo=UTC), 15))
    world.at(4, 19)
    for number in range(5):
        world.clock.forward(minutes=5)
        world.activate(world.contoso, emails(3, 500 + 10 * number))
    world.clock.forward(minutes=5)
    world.deactivate(world.contoso, emails(3, 500))
    told = northwind(world)
    # Of an hour, the highest count and the last.
    assert [(f"{point.at:%d %H:%M}", point.seats) for point in told.points[2:]] == [("19 08:25", 30), ("19 08:30", 27)]
    assert max(point.seats for point in told.points) == told.peak
    assert told.points[-1].seats == told.seats


def test_m12_every_cycle_before_stands_there_with_its_bill(world: SmallWorld) -> None:
    told = northwind(world)
    assert [(row.cycle_end, row.peak, row.net) for row in told.past] == [
        (THIRD_END, 14, Money(3360, "USD")),
        (SECOND_END, 12, Money(2880, "USD")),
        (FIRST_END, 19, Money(4560, "USD")),
    ]
    assert all(row.invoice for row in told.past)


def test_m12_a_look_after_the_end_sees_the_next_cycle_although_nothing_was_rolled(world: SmallWorld) -> None:
    later = datetime(2026, 6, 20, tzinfo=UTC)
    told = northwind(world, later)
    assert (told.cycle_start, told.peak, told.points) == (
        datetime(2026, 6, 15, tzinfo=UTC),
        *(15, ((datetime(2026, 6, 15, tzinfo=UTC), 15),)),
    )
    assert [(row.cycle_end.month, row.peak, row.net) for row in told.past[:3]] == [
        *((6, 15, None), (5, 15, None), (4, 14, Money(3360, "USD")))
    ]
    assert [(row.account, row.seats, row.at_peak, row.own_peak) for row in told.accounts] == [("Contoso", 15, 15, 15)]


def test_m26_the_last_cycle_of_a_closed_partner(world: SmallWorld) -> None:
    close_partner(world.northwind.pk, cause=TESTER, clock=world.clock)
    later = datetime(2026, 6, 20, tzinfo=UTC)
    told = northwind(world, later)
    assert (told.ended, told.seats, told.peak, len(told.past)) == (True, 0, 15, 3)
    world.clock.set(later)
    world.close_and_collect()
    assert northwind(world, later).peak == 15
    assert peak_forecast(EVERYTHING, "Northwind IT", now=later).forecast.high == 15


def test_usage_is_read_in_as_many_queries_whatever_there_is(world: SmallWorld) -> None:
    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as reading:
            northwind(world)
        with CaptureQueriesContext(connection) as looking_ahead:
            peak_forecast(EVERYTHING, "Northwind IT", now=NOW)
        return len(reading), len(looking_ahead)

    few = asked()
    for number in range(20):
        world.activate(world.contoso, emails(1, 700 + number))
    assert asked() == few
    assert max(few) <= 9


def test_another_partner_s_use_is_as_if_it_did_not_exist(world: SmallWorld) -> None:
    for query in (usage, peak_forecast):
        with pytest.raises(Refused, match="partner_unknown"):
            query(Scope(world.quiet.pk), "Northwind IT", now=NOW)


def test_m12_too_little_is_known_after_three_cycles_one_of_them_the_first(world: SmallWorld) -> None:
    told = peak_forecast(EVERYTHING, "Northwind IT", now=NOW)
    assert (told.forecast.low, told.forecast.likely, told.forecast.high, told.forecast.cycles) == (15, None, None, 2)
    assert told.amount is not None
    assert (told.amount.so_far, told.amount.likely) == (Money(3600, "USD"), None)


def test_m12_the_forecast_goes_by_what_came_after_the_same_point_of_past_cycles(world: SmallWorld) -> None:
    world.at(5, 14)
    world.activate(world.contoso, emails(85, 500))
    world.clock.set(datetime(2026, 5, 15, tzinfo=UTC))
    world.deactivate(world.contoso, emails(85, 500))
    now = datetime(2026, 5, 20, 18, tzinfo=UTC)
    told = peak_forecast(EVERYTHING, "Northwind IT", now=now)
    # By then of their cycles: 10 of 12 and no more came than 12; 14; 15 and then 100. What came at their very end has
    # no part in the next cycle.
    assert (told.seats, told.peak) == (15, 15)
    assert told.forecast == forecast(
        Running(told.cycle_start, told.cycle_end, now, 15, 15), [Past(12, 12), Past(14, 14), Past(15, 100)]
    )
    assert (told.forecast.low, told.forecast.likely, told.forecast.high) == (15, 15, 100)
    assert told.amount is not None
    # A peak of 99 would cost more than one of 100.
    assert (told.amount.low, told.amount.likely, told.amount.high) == tuple(
        Money(minor, "USD") for minor in (3600, 3600, 23760)
    )


def test_m12_a_moment_before_its_end_a_forecast_is_nearly_the_peak(world: SmallWorld) -> None:
    world.at(5, 14)
    told = peak_forecast(EVERYTHING, "Northwind IT", now=datetime(2026, 5, 15, tzinfo=UTC) - timedelta(microseconds=1))
    assert (told.forecast.low, told.peak) == (15, 15)
