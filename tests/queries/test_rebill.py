"""What is rebilled agrees with the seat log, counted another way, and adds up to the bill."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.change_terms import change_terms
from pleamar.actions.set_resale_terms import Terms, set_resale_terms
from pleamar.models import Installation, Invoice, Meter, Partner, SeatLogEntry
from pleamar.queries.account_counts import account_counts
from pleamar.queries.explain import explain
from pleamar.queries.rebill import Rebill, rebill
from pleamar.queries.rebill_periods import Month
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.rules.money import Money
from pleamar.rules.rebill import SellPrice, Use
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

CUSTOMERS = ("Contoso", "Fabrikam", "Orchard", "Late")


@pytest.fixture
def story(installation: Installation) -> Storyteller:
    """Three months of comings and goings, in a zone that is not UTC; cycles begin on the 27th."""
    chance = random.Random(5)
    story = Storyteller()
    story.on("2026-01-27 09:30").partner("Partner", zone="Europe/Madrid")
    for name in CUSTOMERS:
        story.account(name, state="trial" if name == "Late" else "live")
    for step in range(90):
        moment = datetime(2026, 1, 27, 10, tzinfo=UTC) + timedelta(days=step, minutes=chance.randrange(900))
        story.clock.set(moment)
        name, start = chance.choice(CUSTOMERS), chance.randrange(12)
        sign = chance.choice("++-")
        if step == 70:
            story.closes("Orchard")
        if name != "Orchard" or step < 70:
            story.changes((name, sign, chance.randrange(1, 8), start), ("Contoso", "-+"[sign == "-"], 2, start))
        if step == 40:
            story.goes_live("Late")
        if story.clock().day == 28:
            story.night()
    return story


def partner_of(story: Storyteller) -> Partner:
    return story.partners["Partner"]


def counted_again(
    partner: Partner, start: datetime, end: datetime, moment: datetime
) -> tuple[int, datetime, dict[int, Use]]:
    """Step by step from the log, as a child would."""
    rows = list(SeatLogEntry.unscoped.filter(partner=partner, billable=True).order_by("at", "pk"))
    seats: Counter[int] = Counter()
    on_date: Counter[int] = Counter()
    for row in rows:
        seats[row.account_id] += row.delta if row.at <= start else 0
        on_date[row.account_id] += row.delta if row.at < moment or row.at <= start else 0
    highest, highest_at, share, own = seats.total(), start, seats.copy(), seats.copy()
    for at in sorted({row.at for row in rows if start < row.at < end}):
        for row in rows:
            seats[row.account_id] += row.delta if row.at == at else 0
        own |= seats
        if seats.total() > highest:
            highest, highest_at, share = seats.total(), at, seats.copy()
    return highest, highest_at, {number: Use(share[number], own[number], on_date[number]) for number in own | on_date}


def billed(found: Rebill) -> dict[str, int]:
    return {row.customer: row.line.users for row in found.rows}


def asked(story: Storyteller, period: str, counting: str = "share", day: date | None = None, **named: str) -> Rebill:
    partner = partner_of(story)
    return rebill(Scope(partner.pk), partner.pk, period, counting, day, now=story.clock())  # type: ignore[arg-type]


def test_p02_any_stretch_of_time_is_counted_as_the_log_says(story: Storyteller) -> None:
    partner, chance = partner_of(story), random.Random(8)
    moments = sorted(SeatLogEntry.unscoped.filter(partner=partner).values_list("at", flat=True).distinct())
    stretches = [(moments[3], moments[40]), (moments[0], moments[-1]), (partner.created_at, story.clock())]
    for _ in range(25):
        start = partner.created_at + timedelta(minutes=chance.randrange(120_000))
        stretches.append((start, start + timedelta(minutes=chance.randrange(1, 60_000))))
    for start, end in stretches:
        moment = start + (end - start) * 2 // 3
        told = account_counts(Scope(partner.pk), partner.pk, start, end, moment=moment)
        peak, peak_at, uses = counted_again(partner, start, end, moment)
        assert (told.peak, told.peak_at) == (peak, peak_at)
        assert {n: use for n, use in told.uses.items() if use != Use(0, 0, 0)} == {
            n: use for n, use in uses.items() if use != Use(0, 0, 0)
        }


def test_p01_every_cycle_is_rebilled_as_it_is_explained(story: Storyteller) -> None:
    partner = partner_of(story)
    for cycle in asked(story, "").periods.cycles:
        explained = explain(EVERYTHING, "Partner", cycle.starts_at, now=story.clock())
        name = cycle.first_day.isoformat()
        share, own = asked(story, name), asked(story, name, "own_peak")
        assert billed(share) == {one.account: one.seats for one in explained.shares}
        assert billed(own) == {one.account: one.own_peak for one in explained.shares}
        assert share.totals.users == share.peak == explained.peak
        # From the log the same.
        again = account_counts(Scope(partner.pk), partner.pk, cycle.starts_at, cycle.ends_at)
        assert (again.peak, again.peak_at) == (share.peak, share.peak_at)
        assert sum(use.share for use in again.uses.values()) == again.peak


def test_p01_costs_add_up_to_the_invoice(story: Storyteller) -> None:
    found = [
        asked(story, cycle.first_day.isoformat(), way)
        for cycle in asked(story, "").periods.cycles[1:]
        for way in ("share", "own_peak", "date")
    ]
    assert len(found) >= 6
    for one in found:
        assert one.bill is not None
        assert one.bill.final
        invoice = Invoice.unscoped.get(number=one.bill.cycle.invoice)
        assert one.totals.cost == Money(invoice.net, "USD")


def test_the_running_cycle_costs_what_its_peak_comes_to_so_far(story: Storyteller) -> None:
    found = asked(story, "")
    assert found.bill is not None
    assert not found.bill.final
    assert found.totals.cost == found.bill.net
    assert found.totals.users == found.peak == Meter.unscoped.get().peak


def test_a_month_has_the_cost_of_the_cycle_that_ended_in_it(story: Storyteller) -> None:
    march = asked(story, "2026-03")
    assert isinstance(march.period, Month)
    assert march.bill is not None
    assert (march.bill.cycle.first_day, march.bill.cycle.last_day) == (date(2026, 2, 27), date(2026, 3, 26))
    assert march.totals.cost == asked(story, "2026-02-27").totals.cost
    january = asked(story, "2026-01")
    assert january.bill is None
    assert january.totals.cost is None
    assert january.totals.margin is None


def test_users_are_counted_at_the_end_of_the_local_day(installation: Installation) -> None:
    story = Storyteller()
    story.on("2026-01-05 00:00").partner("Partner", zone="America/New_York")
    story.account("Contoso")
    story.on("2026-01-10 23:59:59").joins("Contoso", 3)
    story.on("2026-01-11 00:00").joins("Contoso", 2, start=3)
    story.on("2026-01-12 12:00")
    assert billed(asked(story, "", "date", date(2026, 1, 10))) == {"Contoso": 3}
    assert billed(asked(story, "", "date", date(2026, 1, 11))) == {"Contoso": 5}
    today = asked(story, "", "date")
    assert (today.day, billed(today)) == (date(2026, 1, 12), {"Contoso": 5})


def test_use_without_a_share_is_marked(installation: Installation) -> None:
    story = Storyteller()
    story.on("2026-01-05 00:00").partner("Partner")
    for name in ("Contoso", "Fabrikam"):
        story.account(name)
    story.on("2026-01-06 10:00").joins("Fabrikam", 2)
    story.on("2026-01-07 10:00").leaves("Fabrikam", 2)
    story.on("2026-01-08 10:00").joins("Contoso", 9)
    rows = {row.customer: row.line for row in asked(story, "").rows}
    assert rows["Fabrikam"].had_use_but_no_share
    assert (rows["Fabrikam"].users, rows["Fabrikam"].cost) == (0, Money(0, "USD"))
    assert not rows["Contoso"].had_use_but_no_share


@pytest.mark.parametrize(
    "name", ["2025-12", "2026-13", "9999-12-31", "0000-00", "rubbish", "2026-01-28", "\x00", "x" * 10_000]
)
def test_a_period_that_there_is_not_is_the_running_cycle(story: Storyteller, name: str) -> None:
    found = asked(story, name)
    assert not found.found
    assert found.period == found.periods.cycles[0]


@pytest.mark.parametrize("day", [date(2026, 1, 26), date(9999, 12, 31), date.min, date(2026, 12, 1)])
def test_a_day_outside_of_the_period_is_not_counted(story: Storyteller, day: date) -> None:
    for period in ("", "2026-01-27", "2026-01", "2026-02"):
        found = asked(story, period, "date", day)
        assert not found.day_is_inside
        assert found.day == found.last_day


def test_m26_a_price_in_the_currency_of_before_is_not_reckoned_with(installation: Installation) -> None:
    story = Storyteller()
    story.on("2026-01-05 00:00").partner("Partner")
    story.account("Contoso")
    partner = partner_of(story)
    story.joins("Contoso", 10)
    wanted = [Terms(story.accounts["Contoso"].pk, price=SellPrice(Decimal(4), "USD"))]
    set_resale_terms(partner.pk, wanted, cause=TESTER, now=story.clock())
    change_terms(partner.pk, cause=TESTER, now=story.clock(), currency="JPY")
    story.on("2026-02-06 00:00").night()
    before, after = asked(story, "2026-01-05"), asked(story, "")
    assert (before.currency, after.currency) == ("USD", "JPY")
    assert before.totals.margin == Money(4000, "USD") - (before.totals.cost or Money(0, "USD"))
    assert after.totals.margin is None
    assert after.totals.revenue == (Money(4000, "USD"),)


def test_a_closed_partner_sees_its_last_cycle(installation: Installation) -> None:
    story = Storyteller()
    story.on("2026-01-05 00:00").partner("Partner")
    story.account("Contoso")
    story.joins("Contoso", 4)
    story.on("2026-01-20 00:00").partner_leaves()
    for _ in range(2):
        found = asked(story, "")
        assert [cycle.running for cycle in found.periods.cycles] == [story.clock().month == 1]
        assert billed(found) == {"Contoso": 4}
        story.on("2026-03-20 00:00")
    story.night()
    assert billed(asked(story, "")) == {"Contoso": 4}


def test_a_partner_without_customers_has_nothing_to_rebill(installation: Installation) -> None:
    story = Storyteller()
    story.on("2026-01-05 00:00").partner("Partner")
    for period in ("", "2026-01"):
        for counting in ("share", "own_peak", "date"):
            assert asked(story, period, counting).rows == ()


@pytest.mark.parametrize(
    ("period", "counting"), [("", "share"), ("2026-01-27", "own_peak"), ("2026-02", "share"), ("", "date")]
)
def test_it_takes_as_many_queries_for_many_customers(story: Storyteller, period: str, counting: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            asked(story, period, counting)
        return len(captured)

    few = queries()
    for number in range(40):
        story.account(f"More {number}")
        story.joins(f"More {number}", 1)
    assert queries() == few <= 8
