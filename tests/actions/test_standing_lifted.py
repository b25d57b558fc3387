"""A suspension ends in the transaction in which nothing overdue is left; what does not age (rules M13, M14, M27)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from pleamar.actions.add_credit import add_credit
from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.approve_suspension import approve_suspension
from pleamar.actions.change_terms import change_terms
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.credit_invoice import credit_invoice
from pleamar.actions.hold_invoice import hold_invoice, release_invoice
from pleamar.actions.load_prices import load_prices
from pleamar.actions.plan_due_charges import plan_due_charges
from pleamar.actions.remove_card import remove_card
from pleamar.actions.review_standings import StandingReport
from pleamar.actions.settle_charge import settle_charge
from pleamar.models import AuditEvent, Charge, Invoice, OutboxMessage, Partner, Standing
from pleamar.queries.arrears import arrears
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.money import Money
from pleamar.rules.prices import TierRow
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.one_charge import NO_FUNDS, SECURE, SUCCEEDS
from tests.fakes.overdue import STAFF, acts, at, automatic, looked_at, mails, owing, suspended, told
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

WARNED = ("2026-02-01 00:10", "2026-02-08 00:10", "2026-02-22 00:10")


@pytest.fixture
def story(installation: object) -> Storyteller:
    return Storyteller()


def state() -> str:
    return Standing.unscoped.get().state


def number() -> str:
    return Invoice.unscoped.earliest("pk").number


def priced(unit_price: str) -> None:
    load_prices(
        [TierRow(1, None, Decimal(unit_price))],
        currency="USD",
        valid_from=date(2020, 1, 1),
        cause=TESTER,
        now=datetime(2025, 12, 1, tzinfo=UTC),
    )


# --- lifted at once -----------------------------------------------------------------------------------------------


def test_m14_lifted_in_the_transaction_in_which_the_last_is_paid(story: Storyteller) -> None:
    owing(story)
    suspended(story)
    story.on("2026-03-05 10:00")
    gateway = sandbox_gateway(story.clock)
    details = gateway.register_card(SUCCEEDS, customer=story.partners["Partner"].public_id)
    add_payment_method(Partner.unscoped.get().pk, details, provider="sandbox", cause=TESTER, now=story.clock())
    assert state() == "suspended", "the card was not charged yet"
    assert story.collects(gateway).succeeded == 1
    assert state() == "good"
    restored = OutboxMessage.unscoped.get(topic="access_restored")
    assert (restored.written_at, restored.facts) == (story.clock(), {})
    assert acts()[-1][0] == "restore partner"
    paid = AuditEvent.unscoped.filter(act="collect charge").latest("pk")
    assert paid.at == AuditEvent.unscoped.get(act="restore partner").at


def test_m14_lifted_when_the_last_is_credited(story: Storyteller) -> None:
    owing(story)
    suspended(story)
    credit_invoice(number(), Money(1000, "USD"), cause=STAFF, now=story.clock())
    assert state() == "suspended"
    credit_invoice(number(), None, cause=STAFF, now=story.clock())
    assert (state(), mails()[-1]) == ("no_card", "access_restored")


def test_m14_lifted_when_what_is_left_is_too_little_to_be_charged(story: Storyteller) -> None:
    owing(story)
    suspended(story)
    credit_invoice(number(), Money(2351, "USD"), cause=STAFF, now=story.clock())
    assert (Invoice.unscoped.get().outstanding, state()) == (49, "no_card")


def test_m14_m27_lifted_when_the_last_is_held(story: Storyteller) -> None:
    owing(story)
    suspended(story)
    hold_invoice(number(), cause=STAFF, now=story.clock())
    assert (state(), mails()[-1]) == ("no_card", "access_restored")


def test_m14_m16_lifted_when_the_last_is_paid_from_the_partner_s_credit(story: Storyteller) -> None:
    """A credit note for another invoice that was paid already brings the money."""
    owing(story, card=SUCCEEDS)
    story.on("2026-03-01 00:10")
    remove_card(Partner.unscoped.get().pk, sandbox_gateway(story.clock), cause=TESTER, now=story.clock())
    story.night()
    automatic(story)
    looked_at(story, "2026-03-01 00:10", "2026-03-08 00:10", "2026-03-22 00:10", "2026-03-31 00:10")
    assert state() == "suspended"
    credit_invoice(number(), None, cause=STAFF, now=story.clock())
    assert (Invoice.unscoped.latest("pk").state, state()) == ("paid", "no_card")
    assert mails()[-1] == "access_restored"
    story.books_agree()


def test_m14_credit_that_a_billing_run_uses_lifts_too(story: Storyteller) -> None:
    owing(story)
    suspended(story)
    add_credit(Partner.unscoped.get().pk, Money(100_000, "USD"), story.clock())
    story.on("2026-04-01 00:10")
    close_cycles(cause=TESTER, now=story.clock())
    assert (state(), mails()[-1]) == ("no_card", "access_restored")


def test_m14_not_lifted_while_anything_overdue_is_left(story: Storyteller) -> None:
    owing(story)
    story.on("2026-03-01 00:10").night()
    suspended(story)
    credit_invoice(number(), None, cause=STAFF, now=story.clock())
    assert state() == "suspended"
    assert Standing.unscoped.get().overdue_since == at("2026-03-01 00:10")
    assert "access_restored" not in mails()


def test_m14_suspended_and_restored_twice_it_is_told_twice(story: Storyteller) -> None:
    owing(story)
    suspended(story)
    hold_invoice(number(), cause=STAFF, now=story.clock())
    release_invoice(number(), cause=STAFF, now=story.on("2026-05-03 00:10").clock())
    looked_at(story, "2026-05-03 00:10", "2026-05-12 00:10")
    assert state() == "suspended"
    credit_invoice(number(), None, cause=STAFF, now=story.clock())
    assert mails() == [
        *["payment_overdue"] * 3,
        *("access_suspended", "access_restored", "payment_overdue", "access_suspended", "access_restored"),
    ]


# --- what settles something is not answered by a reminder ---------------------------------------------------------


def test_m14_paying_a_part_brings_no_reminder_at_once(story: Storyteller) -> None:
    owing(story)
    story.on("2026-03-01 00:10").night()
    looked_at(story, *WARNED, "2026-03-03 00:10")
    before = mails()
    credit_invoice(number(), None, cause=STAFF, now=story.clock())
    assert mails() == before
    with pytest.raises(Exception, match="suspension_not_proposed"):
        approve_suspension(Partner.unscoped.get().pk, cause=STAFF, now=story.clock())
    assert looked_at(story, "2026-03-03 00:20") == StandingReport(warned=1)
    assert told()[-1] == (2, 0)


# --- in a charge under way ----------------------------------------------------------------------------------------


def test_m14_an_invoice_in_an_unsettled_charge_neither_ages_nor_lifts(story: Storyteller) -> None:
    owing(story)
    automatic(story)
    looked_at(story, *WARNED)
    story.on("2026-03-01 00:10").night()
    story.on("2026-03-02 10:00").card(SECURE)
    assert looked_at(story, "2026-03-03 00:10", "2026-03-08 00:10") == StandingReport(), "day 30 has passed"
    assert (state(), Standing.unscoped.get().warned_days) == ("past_due", 21)
    # After a week the payment is given up, as after a hard decline.
    story.on("2026-03-09 11:00").night()
    assert set(Charge.unscoped.values_list("state", flat=True)) == {"canceled"}
    assert looked_at(story, "2026-03-09 11:01") == StandingReport(suspended=1)
    story.on("2026-03-10 09:00").card(SECURE)
    assert state() == "suspended", "a card that is being charged has not paid yet"
    story.on("2026-03-11 09:00").card(SUCCEEDS)
    assert state() == "good"


def test_m14_a_new_invoice_in_its_first_charge_keeps_nobody_suspended(story: Storyteller) -> None:
    """The overdue one waits for its next attempt when another is issued and charged; then it is credited."""
    owing(story, card=NO_FUNDS)
    looked_at(story, "2026-02-01 00:20")
    Standing.unscoped.update(state="suspended", suspended_at=story.clock())
    Invoice.unscoped.update(next_attempt_at=at("2026-03-05 00:00"), first_declined_at=at("2026-02-28 00:00"))
    story.on("2026-03-01 00:10")
    close_cycles(cause=TESTER, now=story.clock())
    assert Charge.unscoped.filter(state="planned").count() == 1
    credit_invoice(number(), None, cause=STAFF, now=story.clock())
    assert state() == "good"


def test_m14_the_provider_s_word_twice_lifts_once(story: Storyteller) -> None:
    owing(story)
    suspended(story)
    story.card(SUCCEEDS)
    charge = Charge.unscoped.get(state="succeeded")
    intent = sandbox_gateway(story.clock).retrieve(charge.provider_id or "")
    settle_charge(charge.pk, intent, now=story.clock())
    assert mails().count("access_restored") == 1


# --- too little, held, several currencies -------------------------------------------------------------------------


def test_m14_below_the_provider_s_smallest_amount_nothing_ages(story: Storyteller) -> None:
    """0.38 on 1 February, and again on 1 March: overdue only then, for only then could it be collected."""
    priced("0.038")
    owing(story)
    assert looked_at(story, "2026-02-01 00:10", "2026-02-28 00:10") == StandingReport()
    assert state() == "no_card"
    story.on("2026-03-01 00:10").night()
    assert looked_at(story, "2026-03-01 00:10") == StandingReport(warned=1)
    assert told() == [(0, 0)]
    assert OutboxMessage.unscoped.get(topic="payment_overdue").facts["amounts"] == "76 USD", "both together"
    assert Standing.unscoped.get().overdue_since == at("2026-03-01 00:10")


def test_m27_time_on_hold_does_not_age(story: Storyteller) -> None:
    owing(story)
    automatic(story)
    looked_at(story, "2026-02-01 00:10", "2026-02-08 00:10")
    hold_invoice(number(), cause=STAFF, now=story.on("2026-02-11 00:10").clock())
    assert state() == "no_card"
    assert looked_at(story, "2026-06-01 00:10") == StandingReport()
    release_invoice(number(), cause=STAFF, now=story.on("2026-06-11 00:10").clock())
    assert Invoice.unscoped.get().held_for == timedelta(days=120)
    assert looked_at(story, "2026-06-11 00:10") == StandingReport(warned=1)
    assert told()[-1] == (10, 7), "it is told anew where it stands"
    looked_at(story, "2026-06-22 00:10")
    assert told()[-1] == (21, 21)
    hold_invoice(number(), cause=STAFF, now=story.on("2026-06-23 00:10").clock())
    release_invoice(number(), cause=STAFF, now=story.on("2026-06-24 00:10").clock())
    assert Invoice.unscoped.get().held_for == timedelta(days=121), "held twice"


def test_m14_a_partner_with_several_currencies(story: Storyteller) -> None:
    """Each currency is collected alone; the oldest of them all counts, and all of them are named."""
    owing(story)
    partner = Partner.unscoped.get()
    # Its currency changes only with nothing open: the invoice in dollars waits unseen meanwhile.
    Invoice.unscoped.update(state="paid", paid=2400)
    change_terms(partner.pk, currency="EUR", cause=TESTER, now=story.on("2026-02-10 00:00").clock())
    Invoice.unscoped.update(state="open", paid=0)
    story.on("2026-03-01 00:10").night()
    story.on("2026-04-01 00:10").night()
    looked_at(story, "2026-04-01 00:10")
    (one,) = arrears(EVERYTHING, now=story.clock())
    assert [owed.currency for owed in one.overdue] == ["EUR", "USD"]
    (told_of,) = OutboxMessage.unscoped.filter(topic="payment_overdue")
    assert told_of.facts["since"] == "2026-02-01T00:10:00+00:00"
    assert told_of.facts["amounts"] == " ".join(f"{owed.minor} {owed.currency}" for owed in one.overdue)
    credit_invoice(number(), None, cause=STAFF, now=story.clock())
    assert plan_due_charges(now=story.clock()) == 0
    assert state() == "past_due", "what is owed in the other is owed still"


# --- cards --------------------------------------------------------------------------------------------------------


def test_m13_a_card_that_is_removed_or_set_aside_is_seen_at_once(story: Storyteller) -> None:
    owing(story, card=SUCCEEDS)
    looked_at(story, "2026-02-01 00:20")
    assert state() == "good"
    remove_card(Partner.unscoped.get().pk, sandbox_gateway(story.clock), cause=TESTER, now=story.clock())
    assert state() == "no_card"
    story.card(SUCCEEDS)
    assert state() == "good"
