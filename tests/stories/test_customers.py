"""Customers that are suspended, stopped, charitable or gone: what each of it does to the bill."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pleamar.models import Member
from pleamar.queries.partners import partners
from pleamar.queries.scopes import EVERYTHING
from tests.stories.days import LongStory, refusing


@pytest.fixture
def northwind(long_story: LongStory) -> LongStory:
    """A partner with a card; thirty users in two customers from the start of its first cycle on the 5th."""
    long_story.on("2026-01-05 00:00").partner("Northwind IT")
    long_story.card()
    long_story.account("Contoso")
    long_story.account("Fabrikam")
    long_story.changes(("Contoso", "+", 10, 0), ("Fabrikam", "+", 20, 0))
    return long_story


def test_m22_e2_an_account_suspended_all_cycle_is_billed(northwind: LongStory) -> None:
    story = northwind
    told = story.on("2026-01-06 10:00").told_before("suspend", "Fabrikam")
    assert (told.active_members, told.money.changes_nothing) == (20, True), "sign-in blocked, still billed"
    story.suspends("Fabrikam")
    assert story.why_not("Fabrikam") == ("account_suspended",), "no sign-in, nothing sent"
    assert story.why_not("Contoso") == (), "the others go on"

    story.until("2026-03-06 00:00")
    assert story.peaks() == [30, 30]
    assert story.totals() == [Decimal("72.00")] * 2
    story.restores("Fabrikam")
    assert story.why_not("Fabrikam") == ()
    story.books_agree()


def test_m22_stop_billing_mid_cycle_and_resume(northwind: LongStory) -> None:
    story = northwind
    story.on("2026-01-08 09:00").leaves("Fabrikam", 2, start=18)
    told = story.on("2026-01-20 10:00").told_before("stop billing", "Fabrikam")
    assert (told.seats, told.money.peak_after) == (-18, 30), "this cycle stays as it is"
    assert told.money.cycle_end == datetime(2026, 2, 5, tzinfo=UTC), "from then on it is cheaper"
    assert (told.money.this_after, told.money.next_after) == (told.money.this_before, story.money("24.00"))

    story.stops_billing("Fabrikam")
    assert story.why_not("Fabrikam") == ("member_inactive",)
    with refusing("account_billing_stopped"):
        story.joins("Fabrikam", 1, start=50)
    story.until("2026-03-10 10:00")
    assert story.peaks() == [30, 10]

    story.resumes_billing("Fabrikam")
    active = Member.unscoped.filter(account__name="Fabrikam", active=True)
    assert active.count() == 18, "exactly those who were active, not the two who had left before"
    story.until("2026-04-06 00:00")
    assert story.peaks() == [30, 10, 28]
    assert story.totals() == [Decimal("72.00"), Decimal("24.00"), Decimal("67.20")]
    story.books_agree()


def test_m16_a_charity_on_the_monthly_model_pays_the_same_price(northwind: LongStory) -> None:
    """Sector discounts are the annual model's. A partner lowers its own price for a charity, or has one agreed."""
    story = northwind
    story.account("Save the Coast (charity)")
    story.joins("Save the Coast (charity)", 10)
    story.until("2026-02-06 00:00")
    (statement,) = story.statements()
    assert (statement.peak, statement.unit_price, statement.net.decimal) == (40, Decimal("2.40"), Decimal("96.00"))
    assert [line.kind for line in story.lines()] == ["usage"], "one price for every seat, and no discount line"
    story.books_agree()


def test_m09_a_price_rise_in_the_middle_of_a_cycle_waits_for_the_next(northwind: LongStory) -> None:
    story = northwind
    with refusing("price_rise_too_soon"):
        story.on("2026-01-20 10:00").agreed_price("3.00", date(2026, 2, 1))
    story.agreed_price("3.00", date(2026, 2, 20))
    story.until("2026-03-06 00:00")
    assert [row.unit_price for row in story.statements()] == [Decimal("2.40"), Decimal("2.40")]
    assert story.mails("price_rise") == ["2026-02-03 price_rise"], "thirty days before the cycle that it makes dearer"
    story.until("2026-04-06 00:00")
    assert story.totals() == [Decimal("72.00"), Decimal("72.00"), Decimal("90.00")]
    story.books_agree()


def test_m26_a_partner_that_leaves(northwind: LongStory) -> None:
    story = northwind
    story.until("2026-02-20 10:00").partner_leaves()
    assert story.why_not("Contoso") == ("account_closed",)
    with refusing("account_closed"):
        story.joins("Contoso", 1, start=70)
    with refusing("partner_closed"):
        story.reopens("Contoso")

    story.until("2026-06-01 00:00")
    assert story.peaks() == [30, 30], "the running cycle ends on its date and is the last one"
    assert {invoice.state for invoice in story.invoices()} == {"paid"}
    (row,) = partners(EVERYTHING, now=story.clock())
    assert (row.ended, row.card is not None) == (True, True)
    assert story.mails("cycle_closing", "no_card")[-1] < "2026-03-06", "and nobody writes any more"
    story.books_agree()


def test_m26_the_partner_s_own_staff_are_free(northwind: LongStory) -> None:
    story = northwind
    story.internal_account("Northwind's own", limit=5)
    change = story.joins("Northwind's own", 8)
    assert (change.activated, len(change.over_limit), change.peak) == (5, 3, 30)
    with refusing("activation_of_internal"):
        story.shown_before("Northwind's own")
    with refusing("internal_account_exists"):
        story.internal_account("Another", limit=5)
    story.until("2026-02-06 00:00")
    assert story.peaks() == [30]
    story.books_agree()


def test_m26_a_closed_account_reopens_and_counts_from_then(northwind: LongStory) -> None:
    story = northwind
    story.on("2026-01-10 10:00").closes("Fabrikam")
    assert story.why_not("Fabrikam") == ("account_closed",)
    story.until("2026-03-20 10:00").reopens("Fabrikam")
    assert story.why_not("Fabrikam") == ()
    story.until("2026-04-06 00:00")
    assert story.peaks() == [30, 10, 30]
    story.books_agree()
