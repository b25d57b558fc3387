"""What changes in the middle of a cycle do to the bill."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from pleamar.actions.reopen_account import reopen_account
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller


def test_m02_a_swap_of_ten_for_ten(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Swap")
    story.account("Customer")
    story.joins("Customer", 20)
    story.on("2026-01-10 09:00").leaves("Customer", 10)
    story.on("2026-01-10 09:05").joins("Customer", 10, start=100)
    story.on("2026-01-20 09:00").changes(("Customer", "-", 10, 100), ("Customer", "+", 10, 200))
    story.on("2026-02-01 00:00").night()
    assert story.peaks() == [20], "neither one after the other nor together do they raise it"
    story.books_agree()


def test_m06_a_member_moved_between_two_accounts(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Two")
    story.account("North")
    story.account("South")
    story.joins("North", 10)
    story.on("2026-01-15 12:00").changes(("South", "+", 1, 0), ("North", "-", 1, 0))
    story.on("2026-02-01 00:00").night()
    story.on("2026-03-01 00:00").night()
    assert story.peaks() == [10, 10], "it is one step: nobody was ever counted twice"
    story.books_agree()


def test_m05_activation_and_removal_at_exactly_the_boundary(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Boundary")
    story.account("Customer")
    story.on("2026-01-10 00:00").joins("Customer", 10)
    story.on("2026-02-01 00:00").changes(("Customer", "-", 4, 0), ("Customer", "+", 1, 500))
    story.on("2026-03-01 00:00").leaves("Customer", 7, start=3)
    story.on("2026-04-01 00:00").night()
    first, second, third = story.statements()
    assert (first.peak, second.peak, third.peak) == (10, 7, 1)
    assert second.peak_at == second.cycle_start == datetime(2026, 2, 1, tzinfo=UTC)
    story.books_agree()


def test_m17_a_removal_lowers_the_count_and_not_the_peak(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Less")
    story.account("Customer")
    story.joins("Customer", 30)
    after = story.on("2026-01-02 00:00").leaves("Customer", 29)
    assert (after.seats_after, after.peak) == (1, 30)
    story.on("2026-03-01 00:00").night()
    assert story.peaks() == [30, 1]


def test_m07_a_partner_without_users_is_billed_nothing(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Empty")
    story.account("Trial", state="trial")
    story.joins("Trial", 12)
    closed, _ = story.on("2026-03-01 00:00").night()
    assert (closed.statements, closed.invoices, closed.charges) == (2, 0, 0)
    assert story.peaks() == [0, 0]
    assert story.invoices() == []
    story.books_agree()


def test_m09_growth_through_the_tiers(story: Storyteller) -> None:
    """80 → 99 → 100 → 101 → 260 users, priced by the tier that the peak reaches, with no one asking."""
    story.on("2026-01-01 00:00").partner("Growing")
    story.card()
    story.account("Customer")
    seats = 0
    for month, wanted in enumerate((80, 99, 100, 101, 260), start=1):
        story.on(f"2026-{month:02}-10 09:00").joins("Customer", wanted - seats, start=seats)
        seats = wanted
        story.on(f"2026-{month + 1:02}-01 00:00").night()
    assert story.peaks() == [80, 99, 100, 101, 260]
    assert story.totals() == [Decimal(text) for text in ("192.00", "237.60", "210.00", "212.10", "494.00")]
    assert [invoice.state for invoice in story.invoices()] == ["paid"] * 5
    numbers = [invoice.number for invoice in story.invoices()]
    assert numbers == [f"INV-{number:06}" for number in range(1, 6)]
    story.books_agree()


def test_m26_a_closed_account_stops_counting_and_reopened_counts_again(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Closing")
    story.account("Stays")
    story.account("Goes")
    story.joins("Stays", 5)
    story.joins("Goes", 7)
    story.on("2026-01-20 00:00").closes("Goes")
    story.on("2026-03-10 00:00").goes_live("Goes")
    story.on("2026-04-01 00:00").night()
    assert story.peaks() == [12, 5, 12]
    story.books_agree()


def test_m26_a_trial_that_is_closed_and_reopened_is_still_free(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("Trying")
    story.account("Stays")
    story.account("Tries", state="trial")
    story.joins("Stays", 5)
    story.joins("Tries", 7)
    story.on("2026-01-20 00:00").closes("Tries")
    account = story.on("2026-02-10 00:00").accounts["Tries"]
    reopen_account(account.partner_id, account.pk, cause=TESTER, clock=story.clock)
    story.on("2026-03-10 00:00").goes_live("Tries")
    story.on("2026-04-01 00:00").night()
    assert story.peaks() == [5, 5, 12]
    story.books_agree()


def test_m26_a_partner_that_leaves_is_billed_its_running_cycle_and_no_more(story: Storyteller) -> None:
    story.on("2026-01-15 00:00").partner("Leaving")
    story.card()
    story.account("Customer")
    story.joins("Customer", 9)
    story.on("2026-03-20 00:00").partner_leaves()
    story.on("2026-09-01 00:00").night()
    assert story.peaks() == [9, 9, 9]
    assert story.cycle_days()[-1] == "2026-04-15 00:00"
    assert [invoice.state for invoice in story.invoices()] == ["paid"] * 3
    story.books_agree()
