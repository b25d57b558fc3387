"""Trials: tried, activated by mistake, activated as planned, and left to end."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pleamar.actions.credit_invoice import credit_invoice
from pleamar.models import Account, Invoice
from pleamar.queries.partners import accounts
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.money import Money
from tests.stories.days import STAFF, LongStory, refusing


@pytest.fixture
def northwind(long_story: LongStory) -> LongStory:
    """A partner with ten users, whose cycle starts on the 5th."""
    long_story.on("2026-01-05 09:00").partner("Northwind IT")
    long_story.card()
    long_story.account("Contoso")
    long_story.joins("Contoso", 10)
    return long_story


def test_m16_m20_a_trial_activated_by_mistake(northwind: LongStory) -> None:
    """No refund. But first its limit, then the preview, then the typed name stood in the way."""
    story = northwind
    story.on("2026-01-19 10:00").trial("Fabrikam")
    imported = story.joins("Fabrikam", 80)
    assert (imported.activated, len(imported.over_limit)) == (50, 30), "a trial has a limit of 50 users"
    assert imported.peak == 10, "and none of them is billed"

    shown = story.on("2026-01-20 10:00").shown_before("Fabrikam")
    assert (shown.seats_added, shown.before.peak, shown.after.peak) == (50, 10, 60)
    assert (shown.before.amount.decimal, shown.after.amount.decimal) == (Decimal("24.00"), Decimal("144.00"))
    assert (shown.cycle.ends_at, shown.days_left) == (datetime(2026, 2, 5, tzinfo=UTC), 16)
    with refusing("activation_name_differs"):
        story.activates("Fabrikam", shown=shown, typed="Contoso")
    story.joins("Contoso", 1, start=90)
    with refusing("activation_preview_stale"):
        story.activates("Fabrikam", shown=shown, typed="Fabrikam")
    assert story.why_not("Fabrikam") == (), "nothing has happened to the trial so far"

    story.activates("Fabrikam", shown=story.shown_before("Fabrikam"), typed="Fabrikam")
    story.on("2026-01-20 10:05").closes("Fabrikam")

    story.until("2026-02-06 00:00")
    assert story.peaks() == [61], "five minutes are enough: a cycle is billed by its highest moment"
    assert story.totals() == [Decimal("146.40")]
    assert story.invoices()[0].state == "paid"

    # There is no refund. What staff may do is a credit note with a reason; the next charge uses it up.
    number = Invoice.unscoped.get().number
    credit_invoice(number, Money(12000, "USD"), cause=STAFF, now=story.clock())
    story.until("2026-03-06 00:00")
    assert story.peaks() == [61, 11]
    assert [invoice.state for invoice in story.invoices()] == ["paid", "paid"]
    story.books_agree()


def test_m20_a_second_activation_changes_nothing_and_says_so(northwind: LongStory) -> None:
    story = northwind
    story.on("2026-01-19 10:00").trial("Fabrikam")
    story.joins("Fabrikam", 5)
    shown = story.shown_before("Fabrikam")
    story.activates("Fabrikam", shown=shown, typed="Fabrikam")
    again = story.activates("Fabrikam", shown=shown, typed="Fabrikam")
    assert (again.change, again.shown.already_live) == (None, ("Fabrikam",))
    with refusing("account_was_live"):
        story.changes_state("Fabrikam", "trial")
    story.books_agree()


def test_m20_a_trial_that_nobody_activates_ends_and_is_never_billed(northwind: LongStory) -> None:
    story = northwind
    story.on("2026-01-10 10:00").trial("Fabrikam")
    story.joins("Fabrikam", 5)
    story.until("2026-01-24 09:59")
    assert story.why_not("Fabrikam") == ()
    story.until("2026-01-24 10:00")
    assert story.why_not("Fabrikam") == ("trial_expired",)
    story.until("2026-03-06 00:00")
    assert story.mails("trial_ending", "trial_ended") == [
        "2026-01-17 trial_ending",
        "2026-01-23 trial_ending",
        "2026-01-24 trial_ended",
    ]
    assert story.peaks() == [10, 10]
    story.books_agree()


def test_m20_a_trial_activated_for_the_next_cycle_survives_its_end_until_then(northwind: LongStory) -> None:
    story = northwind
    story.on("2026-01-15 10:00").trial("Fabrikam")
    story.joins("Fabrikam", 20)
    shown = story.shown_before("Fabrikam", when="next_cycle")
    assert (shown.before.peak, shown.after.peak) == (10, 30)
    story.activates("Fabrikam", shown=shown, typed="Fabrikam")

    story.until("2026-01-29 12:00")
    assert story.why_not("Fabrikam") == ("trial_expired",), "access ends with the trial"
    story.until("2026-02-05 00:00")
    assert story.why_not("Fabrikam") == (), "and begins again with the cycle"
    assert story.mails("trial_activated") == ["2026-02-05 trial_activated"]
    story.until("2026-03-06 00:00")
    assert story.peaks() == [10, 30]
    story.books_agree()


def test_m20_m26_closing_is_the_undo_and_drops_what_was_planned(northwind: LongStory) -> None:
    story = northwind
    story.on("2026-01-15 10:00").trial("Fabrikam")
    story.joins("Fabrikam", 20)
    story.activates("Fabrikam", shown=story.shown_before("Fabrikam", when="next_cycle"), typed="Fabrikam")
    story.on("2026-01-16 10:00").closes("Fabrikam")
    story.until("2026-02-10 10:00").reopens("Fabrikam")
    (row,) = [row for row in accounts(EVERYTHING) if row.name == "Fabrikam"]
    assert (row.state, row.activation_due_at) == ("trial", None)
    assert Account.unscoped.get(name="Fabrikam").seats == 0
    story.until("2026-03-06 00:00")
    assert story.peaks() == [10, 10]
    story.books_agree()
