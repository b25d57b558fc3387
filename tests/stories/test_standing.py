"""A partner that does not pay: what it is told, when its customers are shut out, and how they come back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pleamar.actions.change_setting import change_setting
from pleamar.models import AuditEvent
from tests.fakes.one_charge import NO_FUNDS
from tests.stories.days import STAFF, LongStory

DUNNING = ("no_card", "payment_overdue", "suspension_proposed", "access_suspended", "access_restored")


@pytest.fixture
def without_card(long_story: LongStory) -> LongStory:
    """A partner with ten users and no card; its cycle starts on the 5th."""
    long_story.on("2026-01-05 00:00").partner("Northwind IT")
    long_story.account("Contoso")
    long_story.joins("Contoso", 10)
    return long_story


def test_m13_m14_a_partner_never_adds_a_card_until_it_is_suspended_then_does(without_card: LongStory) -> None:
    story = without_card
    assert story.until("2026-01-20 12:00").standing() == "no_card"
    assert story.mails(*DUNNING) == [], "nothing is owed yet"

    story.until("2026-03-06 12:00")
    assert [(invoice.state, invoice.total.decimal) for invoice in story.invoices()] == [("open", Decimal("24.00"))] * 2
    assert story.mails(*DUNNING) == [
        "2026-02-02 no_card",
        "2026-02-05 payment_overdue",
        "2026-02-12 payment_overdue",
        "2026-02-26 payment_overdue",
        "2026-03-02 no_card",
    ]

    story.until("2026-03-07 12:00")
    assert story.mails("suspension_proposed") == ["2026-03-07 suspension_proposed"]
    assert (story.standing(), story.why_not("Contoso")) == ("past_due", ()), "staff have not approved it yet"

    story.staff_approve_suspension()
    assert (story.standing(), story.why_not("Contoso")) == ("suspended", ("partner_suspended",))
    story.until("2026-04-06 12:00")
    assert story.peaks() == [10, 10, 10], "its seats go on counting"

    paid = story.on("2026-04-06 15:00").card()
    assert (paid.succeeded, paid.declined) == (1, 0), "all of it at once, in one charge"
    assert (story.standing(), story.why_not("Contoso")) == ("good", ()), "and at once everybody is let in again"
    assert {invoice.state for invoice in story.invoices()} == {"paid"}
    assert story.mails("access_suspended", "access_restored") == [
        "2026-03-07 access_suspended",
        "2026-04-06 access_restored",
    ]
    assert AuditEvent.unscoped.filter(act="suspend partner", actor=STAFF.actor, reason=STAFF.reason).exists()
    story.books_agree()


def test_m14_where_it_is_automatic_nobody_has_to_approve(without_card: LongStory) -> None:
    story = without_card
    change_setting("suspension", "automatic", cause=STAFF, now=story.clock())
    story.until("2026-03-06 23:59")
    assert story.why_not("Contoso") == ()
    story.until("2026-03-07 00:00")
    assert story.why_not("Contoso") == ("partner_suspended",)
    assert story.mails("suspension_proposed") == []


def test_m14_a_declined_card_ages_like_none(long_story: LongStory) -> None:
    story = long_story
    story.on("2026-01-05 00:00").partner("Northwind IT")
    story.card(NO_FUNDS)
    story.account("Contoso")
    story.joins("Contoso", 10)
    story.until("2026-03-08 00:00")
    assert story.mails("charge_declined", "payment_overdue", "suspension_proposed") == [
        "2026-02-05 charge_declined",
        "2026-02-05 payment_overdue",
        "2026-02-06 charge_declined",
        "2026-02-08 charge_declined",
        "2026-02-10 charge_declined",
        "2026-02-12 charge_declined",
        "2026-02-12 payment_overdue",
        "2026-02-26 payment_overdue",
        "2026-03-07 suspension_proposed",
    ]
    story.books_agree()


def test_m27_an_invoice_on_hold_neither_warns_nor_suspends(without_card: LongStory) -> None:
    story = without_card
    change_setting("suspension", "automatic", cause=STAFF, now=story.clock())
    story.until("2026-02-10 00:00").holds_invoices()
    story.until("2026-03-04 00:00").releases_invoices()
    story.until("2026-03-07 00:00")
    assert story.mails("payment_overdue") == [
        "2026-02-05 payment_overdue",
        "2026-03-04 payment_overdue",
        "2026-03-06 payment_overdue",
    ], "five days had passed when it was held; released, it is told of again and goes on from there"
    assert story.standing() == "past_due"
    assert story.until("2026-03-28 23:59").why_not("Contoso") == ()
    story.until("2026-03-29 00:00")
    assert story.why_not("Contoso") == ("partner_suspended",)
