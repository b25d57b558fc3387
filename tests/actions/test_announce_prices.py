"""Partners are told in time of prices that rise for them, whatever happened since these were loaded (rule M9)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.announce_prices import announce_prices
from pleamar.actions.change_seats import change_seats
from pleamar.actions.change_setting import change_setting
from pleamar.actions.change_terms import change_terms
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.close_partner import close_partner
from pleamar.actions.go_live import go_live
from pleamar.actions.load_prices import load_prices
from pleamar.actions.roll_meters import roll_due_meters
from pleamar.models import Account, Installation, Invoice, OutboxMessage, Partner, PriceAnnouncement
from pleamar.queries.price_effects import announcements_due
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.rules.prices import TierRow
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails, inactive
from tests.fakes.prices import AGREED, CHEAPER, DEARER, load, with_seats

# The notice for a version of 1 April: the cycle of 10 April is the first that it prices.
DUE = datetime(2026, 3, 11, tzinfo=UTC)
DEARER_ABOVE_49 = [TierRow(1, 49, Decimal(2)), TierRow(50, None, Decimal(4))]


@pytest.fixture
def northwind(installation: Installation, clock: SteppedClock) -> Partner:
    """Ten seats at 2.40 in cycles that start on the 10th: the running one on 10 February, and it is the 15th."""
    return with_seats("Ten", clock)


def grows(partner: Partner, count: int, clock: SteppedClock) -> None:
    account = Account.unscoped.get(partner=partner)
    change_seats(partner.pk, active(account.pk, emails(count, 1000)), cause=TESTER, clock=clock)


def on(moment: datetime, clock: SteppedClock) -> datetime:
    clock.set(moment)
    roll_due_meters(moment)
    close_cycles(cause=TESTER, now=moment)
    return moment


def told() -> list[tuple[str, str, int, int]]:
    """Everything told so far: whom, of which cycle, before and after."""
    return [
        (message.partner.name, message.facts["cycle_start"][:10], message.facts["before"], message.facts["after"])
        for message in OutboxMessage.unscoped.filter(topic="price_rise").select_related("partner").order_by("pk")
    ]


def test_m09_a_rise_is_announced_so_many_days_before_its_first_cycle(northwind: Partner, clock: SteppedClock) -> None:
    version = load(date(2026, 4, 1), DEARER, clock())
    assert announcements_due(EVERYTHING, clock()) == announcements_due(Scope(northwind.pk), clock()) == DUE
    assert announce_prices(now=DUE.replace(day=10)) == 0
    assert announce_prices(now=DUE) == 1
    (message,) = OutboxMessage.unscoped.filter(topic="price_rise")
    assert message.key == f"price_rise:{version.pk}:{northwind.pk}"
    assert message.facts == {
        "cycle_start": "2026-04-10T00:00:00+00:00",
        "seats": 10,
        "before": 2400,
        "after": 3000,
        "currency": "USD",
        "timezone": "UTC",
    }
    row = PriceAnnouncement.unscoped.get(partner=northwind)
    assert (row.settled_at, row.told) == (DUE, True)
    assert announce_prices(now=DUE) == announce_prices(now=on(datetime(2026, 4, 11, tzinfo=UTC), clock)) == 0
    assert announcements_due(EVERYTHING, clock()) is None


def test_m09_what_is_no_rise_any_more_by_the_use_of_then_is_not_told(northwind: Partner, clock: SteppedClock) -> None:
    load(date(2026, 4, 1), [TierRow(1, 49, Decimal(3)), TierRow(50, None, Decimal(1))], clock())
    grows(northwind, 70, clock)
    assert announce_prices(now=DUE) == 0


def test_m09_what_was_no_rise_yet_is_told_when_the_use_has_grown(northwind: Partner, clock: SteppedClock) -> None:
    load(date(2026, 4, 1), DEARER_ABOVE_49, clock())
    assert announcements_due(EVERYTHING, clock()) == DUE
    assert announce_prices(now=on(DUE, clock)) == 0
    clock.forward(days=10)
    grows(northwind, 70, clock)
    assert [announce_prices(now=clock()), announce_prices(now=clock())] == [1, 0]
    assert told() == [("Ten", "2026-04-10", 80 * 240, 80 * 400)]


def test_m09_who_grows_into_it_once_the_cycle_has_begun_is_not_told(northwind: Partner, clock: SteppedClock) -> None:
    load(date(2026, 4, 1), DEARER_ABOVE_49, clock())
    on(datetime(2026, 4, 10, tzinfo=UTC), clock)
    grows(northwind, 70, clock)
    assert announce_prices(now=clock()) == 0


def test_m09_a_partner_closed_since_or_served_otherwise_is_not_told(northwind: Partner, clock: SteppedClock) -> None:
    other = with_seats("Other", clock)
    load(date(2026, 4, 1), DEARER, clock())
    load(date(2026, 4, 1), CHEAPER, clock(), partner_id=other.pk)
    close_partner(northwind.pk, cause=TESTER, clock=clock)
    assert announce_prices(now=DUE) == 0
    assert announcements_due(EVERYTHING, clock()) is None


def test_m09_at_short_notice_it_is_told_at_once(northwind: Partner, clock: SteppedClock) -> None:
    load(date(2026, 2, 10), DEARER, clock(), short_notice=True, cause=AGREED)
    assert announce_prices(now=clock()) == 1
    assert told() == [("Ten", "2026-02-10", 2400, 3000)]
    assert announce_prices(now=on(datetime(2026, 3, 1, tzinfo=UTC), clock)) == 0


def test_m09_a_partner_opened_after_the_loading_is_told(installation: Installation, clock: SteppedClock) -> None:
    load(date(2026, 4, 1), DEARER, datetime(2026, 1, 5, tzinfo=UTC))
    with_seats("Later", clock)
    assert announcements_due(EVERYTHING, clock()) == DUE
    assert announce_prices(now=DUE) == 1
    assert told() == [("Later", "2026-04-10", 2400, 3000)]


def test_m09_a_partner_opened_under_the_new_prices_is_not_told(installation: Installation, clock: SteppedClock) -> None:
    load(date(2026, 1, 8), DEARER, datetime(2026, 1, 7, tzinfo=UTC))
    with_seats("Later", clock)
    assert announcements_due(EVERYTHING, datetime(2026, 1, 11, tzinfo=UTC)) is None
    for day in (1, 15, 28):
        assert announce_prices(now=datetime(2026, 2, day, tzinfo=UTC)) == 0


def test_m09_a_partner_taken_live_after_the_loading_is_told(installation: Installation, clock: SteppedClock) -> None:
    shadow = with_seats("Shadow", clock, shadow=True)
    load(date(2026, 4, 1), DEARER, clock())
    assert announcements_due(EVERYTHING, clock()) is None
    go_live(shadow.pk, first_start=datetime(2026, 3, 10, tzinfo=UTC), cause=TESTER, now=clock())
    assert announcements_due(EVERYTHING, clock()) == DUE
    assert announce_prices(now=DUE) == 1
    assert told() == [("Shadow", "2026-04-10", 2400, 3000)]


def test_m09_what_held_already_in_shadow_is_no_news_to_who_goes_live(
    installation: Installation, clock: SteppedClock
) -> None:
    shadow = with_seats("Shadow", clock, shadow=True)
    load(date(2026, 2, 1), DEARER, clock())
    go_live(shadow.pk, first_start=datetime(2026, 3, 10, tzinfo=UTC), cause=TESTER, now=clock())
    for moment in (clock(), datetime(2026, 3, 11, tzinfo=UTC)):
        assert announce_prices(now=on(moment, clock)) == 0


def test_m26_a_partner_that_changes_its_currency_is_told_by_the_book_of_the_new_one(
    northwind: Partner, clock: SteppedClock
) -> None:
    load_prices(DEARER, currency="EUR", valid_from=date(2026, 4, 1), cause=TESTER, now=clock())
    assert announcements_due(EVERYTHING, clock()) is None
    Invoice.unscoped.update(state="paid", paid=2400)
    change_terms(northwind.pk, currency="EUR", cause=TESTER, now=clock())
    assert announcements_due(EVERYTHING, clock()) == DUE
    assert announce_prices(now=DUE) == 1
    assert told() == [("Ten", "2026-04-10", 2200, 3000)]


def test_m26_the_first_cycle_in_another_currency_is_no_rise(northwind: Partner, clock: SteppedClock) -> None:
    load_prices(DEARER, currency="EUR", valid_from=date(2026, 3, 1), cause=TESTER, now=clock())
    Invoice.unscoped.update(state="paid", paid=2400)
    change_terms(northwind.pk, currency="EUR", cause=TESTER, now=clock())
    assert announcements_due(EVERYTHING, clock()) is None
    assert announce_prices(now=datetime(2026, 3, 9, tzinfo=UTC)) == 0


def test_m08_a_partner_that_changes_its_zone_is_told_of_the_cycle_that_it_now_is(
    northwind: Partner, clock: SteppedClock
) -> None:
    load(date(2026, 3, 10), CHEAPER, clock())
    load(date(2026, 4, 10), DEARER, clock())
    change_terms(northwind.pk, timezone="America/Los_Angeles", cause=TESTER, now=clock())
    assert announcements_due(EVERYTHING, clock()) == datetime(2026, 3, 11, 7, tzinfo=UTC)


def test_m09_the_end_of_a_lower_price_is_told_whichever_was_loaded_first(
    northwind: Partner, clock: SteppedClock
) -> None:
    load(date(2026, 6, 1), [TierRow(1, None, Decimal("0.50"))], clock())
    assert announcements_due(EVERYTHING, clock()) is None
    load(date(2026, 3, 1), [TierRow(1, None, Decimal("0.10"))], clock())
    due = datetime(2026, 5, 11, tzinfo=UTC)
    assert announcements_due(EVERYTHING, clock()) == due
    assert announce_prices(now=on(due, clock)) == 1
    assert told() == [("Ten", "2026-06-10", 100, 500)]


def test_m09_a_version_loaded_later_that_comes_before_it_makes_it_no_rise(
    northwind: Partner, clock: SteppedClock
) -> None:
    load(date(2026, 5, 1), DEARER, clock())
    load(date(2026, 4, 1), [TierRow(1, None, Decimal(4))], clock())
    for month in (3, 4, 5):
        announce_prices(now=on(datetime(2026, month, 11, tzinfo=UTC), clock))
    assert told() == [("Ten", "2026-04-10", 2400, 4000)]


def test_m09_of_two_versions_before_the_same_cycle_only_the_later_counts(
    northwind: Partner, clock: SteppedClock
) -> None:
    load(date(2026, 3, 20), CHEAPER, clock())
    version = load(date(2026, 4, 1), DEARER, clock())
    assert announce_prices(now=DUE) == 1
    assert told() == [("Ten", "2026-04-10", 2400, 3000)]
    assert PriceAnnouncement.unscoped.get().version_id == version.pk


def test_m09_a_longer_notice_set_later_is_kept(northwind: Partner, clock: SteppedClock) -> None:
    load(date(2026, 4, 1), DEARER, clock())
    change_setting("price_notice_days", 40, cause=TESTER, now=clock())
    earlier = datetime(2026, 3, 1, tzinfo=UTC)
    assert announcements_due(EVERYTHING, clock()) == earlier
    assert [announce_prices(now=earlier.replace(month=2, day=28)), announce_prices(now=earlier)] == [0, 1]
    change_setting("price_notice_days", 20, cause=TESTER, now=clock())
    assert announce_prices(now=datetime(2026, 3, 21, tzinfo=UTC)) == 0, "once"


def test_m09_who_lost_its_users_before_the_notice_is_told_if_they_come_back(
    northwind: Partner, clock: SteppedClock
) -> None:
    load(date(2026, 4, 1), DEARER, clock())
    account = Account.unscoped.get(partner=northwind)
    change_seats(northwind.pk, inactive(account.pk, emails(10)), cause=TESTER, clock=clock)
    assert announce_prices(now=on(DUE, clock)) == 0
    clock.forward(days=5)
    grows(northwind, 3, clock)
    assert announce_prices(now=clock()) == 1
    assert told() == [("Ten", "2026-04-10", 720, 900)]


def test_m09_nothing_is_asked_for_where_no_version_is_to_come(northwind: Partner, clock: SteppedClock) -> None:
    for look in (lambda: announcements_due(EVERYTHING, clock()), lambda: announce_prices(now=clock())):
        with CaptureQueriesContext(connection) as asked:
            look()
        assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) == 1


def test_m09_loading_and_announcing_take_as_many_queries_whatever_there_is(
    northwind: Partner, clock: SteppedClock
) -> None:
    def asked(day: date, price: str, now: datetime) -> tuple[int, ...]:
        counts = []
        for act in (
            lambda: load(day, [TierRow(1, None, Decimal(price))], clock()),
            lambda: announcements_due(EVERYTHING, clock()),
            lambda: announce_prices(now=now),
        ):
            with CaptureQueriesContext(connection) as queries:
                act()
            counts.append(len(queries))
        return tuple(counts)

    few = asked(date(2026, 6, 1), "3", datetime(2026, 5, 20, tzinfo=UTC))
    for number in range(12):
        with_seats(f"Partner {number}", clock)
    assert asked(date(2026, 7, 1), "4", datetime(2026, 6, 20, tzinfo=UTC)) == few
    assert len(told()) == 14
