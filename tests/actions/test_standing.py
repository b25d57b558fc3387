"""Warnings, proposals and suspensions on the calendar, as they are written, mailed and audited (rules M13, M14)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from pleamar.actions.approve_suspension import approve_suspension
from pleamar.actions.change_setting import change_setting
from pleamar.actions.decline_suspension import decline_suspension
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.review_standings import StandingReport, review_standings
from pleamar.models import AuditEvent, Invoice, OutboxMessage, Partner, Seller, Standing
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.standing import standing_due, standing_of, standings
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from tests.fakes.one_charge import EXPIRED, NO_FUNDS, SECURE, SUCCEEDS
from tests.fakes.overdue import STAFF, acts, at, automatic, looked_at, mails, owing, suspended, told
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

WARNED = ("2026-02-01 00:10", "2026-02-08 00:10", "2026-02-22 00:10")


@pytest.fixture
def story(installation: object) -> Storyteller:
    Seller.objects.update(email="billing@meridian.example")
    return Storyteller()


def test_m14_warned_on_days_0_7_and_21_suspended_on_30_and_every_step_mailed_and_audited(story: Storyteller) -> None:
    owing(story)
    automatic(story)
    for day in range(31):
        review_standings(now=at("2026-02-01 00:10") + timedelta(days=day))
        review_standings(now=at("2026-02-01 00:10") + timedelta(days=day, hours=5))
    assert told() == [(0, 0), (7, 7), (21, 21)]
    assert mails() == ["payment_overdue"] * 3 + ["access_suspended"]
    kept = Standing.unscoped.get()
    assert (kept.state, kept.overdue_since, kept.suspended_at) == (
        *("suspended", at("2026-02-01 00:10"), at("2026-03-03 00:10")),
    )
    assert [act for act, _, _ in acts()] == ["warn partner"] * 3 + ["suspend partner"]
    assert {actor for _, actor, _ in acts()} == {"pleamar"}
    assert all(reason for _, _, reason in acts())
    facts = OutboxMessage.unscoped.filter(topic="payment_overdue").latest("pk").facts
    assert facts == {
        "amounts": "2400 USD",
        "days": 21,
        "since": "2026-02-01T00:10:00+00:00",
        "suspends_at": "2026-03-03T00:10:00+00:00",
        "why": "no_card",
        "next_attempt": "",
    }
    assert OutboxMessage.unscoped.get(topic="access_suspended").facts == {
        "amounts": "2400 USD",
        "since": "2026-02-01T00:10:00+00:00",
    }
    event = AuditEvent.unscoped.get(act="suspend partner")
    assert event.subject == Partner.unscoped.get().public_id
    assert (event.facts["before"], event.facts["after"]) == ("past_due", "suspended")


@pytest.mark.parametrize(("card", "tried_again"), [(EXPIRED, False), (NO_FUNDS, True)])
def test_m14_declined_is_as_no_card_and_says_when_it_is_tried_again(
    story: Storyteller, card: str, tried_again: bool
) -> None:
    owing(story, card=card)
    looked_at(story, "2026-02-01 00:20")
    facts = OutboxMessage.unscoped.get(topic="payment_overdue").facts
    assert facts["why"] == "declined"
    attempt = Invoice.unscoped.get().next_attempt_at
    assert (facts["next_attempt"] == (attempt.isoformat() if attempt else ""), attempt is not None) == (
        *(True, tried_again),
    )


def test_m13_a_new_partner_without_a_card_gets_no_mail(story: Storyteller) -> None:
    story.on("2026-01-01 00:00").partner("New")
    looked_at(story, "2026-01-01 00:05", "2026-03-20 00:00")
    assert (Standing.unscoped.get().state, mails(), acts()) == ("no_card", [], [])
    story.card(SUCCEEDS)
    assert Standing.unscoped.get().state == "good", "at once"


def test_m14_by_staff_the_seller_is_asked_once_and_the_partner_is_told_nothing_of_it(story: Storyteller) -> None:
    owing(story)
    assert looked_at(story, *WARNED, "2026-03-03 00:10") == StandingReport(proposed=1)
    looked_at(story, "2026-03-04 00:10", "2026-04-20 00:10")
    (asked,) = OutboxMessage.unscoped.filter(topic="suspension_proposed")
    assert (asked.recipient, asked.facts["partner"]) == ("billing@meridian.example", "Partner")
    assert Standing.unscoped.get().state == "past_due"


def test_m14_a_seller_without_an_address_is_asked_on_the_console_only(story: Storyteller) -> None:
    Seller.objects.update(email="")
    owing(story)
    looked_at(story, *WARNED, "2026-03-03 00:10")
    assert "suspension_proposed" not in mails()
    (row,) = standings(EVERYTHING, now=story.clock(), only_owing=True)
    assert (row.next_step, row.next_at, row.staff) == ("approval", None, "")


def test_m14_a_seller_that_has_an_address_at_last_is_asked_then_and_once(story: Storyteller) -> None:
    Seller.objects.update(email="")
    owing(story)
    assert looked_at(story, *WARNED, "2026-03-03 00:10") == StandingReport(proposed=1)
    Seller.objects.update(email="billing@meridian.example")
    kept = Standing.unscoped.get()
    for day in ("2026-03-05 09:00", "2026-03-05 09:01", "2026-03-06 00:10"):
        assert looked_at(story, day) == StandingReport(), "it was proposed before"
    asked = OutboxMessage.unscoped.get(topic="suspension_proposed")
    assert (asked.recipient, asked.written_at) == ("billing@meridian.example", at("2026-03-05 09:00"))
    assert Standing.unscoped.get() == kept
    assert [act for act, _, _ in acts()].count("propose suspension") == 1


def test_m14_staff_are_not_asked_late_about_what_is_not_proposed_any_more(story: Storyteller) -> None:
    Seller.objects.update(email="")
    owing(story)
    looked_at(story, *WARNED, "2026-03-03 00:10")
    decline_suspension(Partner.unscoped.get().pk, cause=STAFF, now=story.on("2026-03-04 15:00").clock())
    Seller.objects.update(email="billing@meridian.example")
    looked_at(story, "2026-03-05 00:10")
    assert "suspension_proposed" not in mails()
    assert looked_at(story, "2026-03-13 00:10") == StandingReport(proposed=1)
    assert mails().count("suspension_proposed") == 1


def test_m14_approved_by_staff(story: Storyteller) -> None:
    owing(story)
    looked_at(story, *WARNED, "2026-03-03 00:10")
    partner_id = Partner.unscoped.get().pk
    now = story.on("2026-03-05 10:00").clock()
    assert approve_suspension(partner_id, cause=STAFF, now=now).state == "suspended"
    assert approve_suspension(partner_id, cause=STAFF, now=now + timedelta(hours=1)).suspended_at == now, "once"
    assert mails()[-1] == "access_suspended"
    assert acts()[-1] == ("suspend partner", "finance", "three calls, no answer")
    assert mails().count("access_suspended") == 1


@pytest.mark.parametrize("act", [approve_suspension, decline_suspension])
def test_m14_what_staff_cannot_decide(story: Storyteller, act: object) -> None:
    assert callable(act)
    owing(story)
    partner_id = Partner.unscoped.get().pk

    def refused(cause: object = STAFF) -> str:
        with pytest.raises(Refused) as why:
            act(partner_id, cause=cause, now=story.clock())
        return why.value.code

    assert refused(TESTER) == "reason_missing"
    assert refused() == "suspension_not_proposed", "never looked at"
    looked_at(story, *WARNED, "2026-03-03 00:10")
    story.card(SECURE)
    assert refused() == "payment_under_way"
    story.on("2026-03-03 11:00").card(SUCCEEDS)
    assert refused() == "nothing_overdue"
    assert "access_suspended" not in mails()


def test_m14_a_proposal_that_holds_no_more_cannot_be_approved(story: Storyteller) -> None:
    """The policy was changed to sixty days since; and nobody has looked yet."""
    owing(story)
    looked_at(story, *WARNED, "2026-03-03 00:10")
    change_setting("suspension_days", 60, cause=TESTER, now=story.clock())
    with pytest.raises(Refused, match="suspension_not_proposed"):
        approve_suspension(Partner.unscoped.get().pk, cause=STAFF, now=story.clock())
    looked_at(story, "2026-03-04 00:10")
    assert acts()[-1][0] == "withdraw suspension proposal"
    assert looked_at(story, "2026-04-01 23:00") == StandingReport()
    assert looked_at(story, "2026-04-02 00:10") == StandingReport(proposed=1)


def test_m14_declined_by_staff_it_is_proposed_again_nine_days_later(story: Storyteller) -> None:
    owing(story)
    looked_at(story, *WARNED, "2026-03-03 00:10")
    partner_id = Partner.unscoped.get().pk
    again = decline_suspension(partner_id, cause=STAFF, now=story.on("2026-03-04 15:00").clock())
    assert again == at("2026-03-13 00:10")
    assert acts()[-1] == ("decline suspension", "finance", "three calls, no answer")
    assert standing_due(EVERYTHING, story.clock()) == again
    assert looked_at(story, "2026-03-13 00:09") == StandingReport()
    assert looked_at(story, "2026-03-13 00:10") == StandingReport(proposed=1)
    assert mails().count("suspension_proposed") == 2
    story.partner("Another")
    with pytest.raises(Refused, match="nothing_overdue"):
        decline_suspension(Partner.unscoped.get(name="Another").pk, cause=STAFF, now=story.clock())


def test_m14_a_worker_that_was_away_sends_one_mail_and_suspends_no_sooner_than_the_policy_gives(
    story: Storyteller,
) -> None:
    owing(story)
    automatic(story)
    assert looked_at(story, "2026-03-08 00:10") == StandingReport(warned=1)
    assert told() == [(35, 21)]
    suspends = OutboxMessage.unscoped.get(topic="payment_overdue").facts["suspends_at"]
    assert suspends == "2026-03-17T00:10:00+00:00"
    assert looked_at(story, "2026-03-08 00:11", "2026-03-17 00:09") == StandingReport()
    assert looked_at(story, "2026-03-17 00:10") == StandingReport(suspended=1)


def test_m14_a_policy_that_is_changed_takes_effect_at_the_next_review(story: Storyteller) -> None:
    owing(story)
    looked_at(story, *WARNED, "2026-03-03 00:10")
    automatic(story)
    assert Standing.unscoped.get().state == "past_due"
    assert looked_at(story, "2026-03-03 00:11") == StandingReport(suspended=1)


def test_m14_shadow_partners_are_left_alone(story: Storyteller) -> None:
    now = story.on("2026-01-01 00:00").clock()
    shadow = open_partner(NewPartner("Shadow", "USD", shadow=True), created=now, cause=TESTER, now=now)
    story.partners["Shadow"] = shadow
    open_account(shadow.pk, "Its customer", cause=TESTER, clock=story.clock)
    story.on("2026-05-01 00:10").night()
    assert review_standings(now=story.clock()) == StandingReport()
    assert not Standing.unscoped.exists()
    assert standings(EVERYTHING, now=story.clock()) == []


def test_m14_ten_thousand_partners_are_found_in_one_statement(
    story: Storyteller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Quick cursors are not counted: what is left is the settings. Nobody's step, nobody's statement."""
    for number in range(3):
        owing(story, f"Partner {number}")
    looked_at(story, "2026-02-01 00:10")
    with django_assert_num_queries(1):
        assert review_standings(now=story.clock()) == StandingReport()


def test_m14_what_the_screens_show(story: Storyteller) -> None:
    owing(story, "Owes")
    owing(story, "Pays", card=SUCCEEDS)
    looked_at(story, "2026-02-01 00:10")
    now = story.on("2026-02-03 12:00").clock()
    owes, pays = standings(EVERYTHING, now=now)
    assert (owes.partner, owes.state, owes.overdue, owes.days) == ("Owes", "past_due", (Money(2400, "USD"),), 2)
    assert (owes.since, owes.next_step, owes.next_at) == (*(at("2026-02-01 00:10"), "warning", at("2026-02-08 00:10")),)
    assert (pays.state, pays.overdue, pays.days, pays.next_step, pays.next_at) == ("good", (), None, "", None)
    assert [row.partner for row in standings(EVERYTHING, now=now, only_owing=True)] == ["Owes"]
    mine, other = (Partner.unscoped.get(name=name).pk for name in ("Owes", "Pays"))
    assert standings(Scope(mine), now=now) == [owes]
    assert standing_of(Scope(other), mine, now=now) is None
    assert standing_of(Scope(mine), mine, now=now) == owes


def test_m14_the_calendar_is_told_when_something_comes(story: Storyteller) -> None:
    owing(story)
    automatic(story)
    assert standing_due(EVERYTHING, story.clock()) is None, "never looked at"
    now, seen = story.clock(), []
    while now is not None:
        seen.append((now, review_standings(now=now)))
        following = standing_due(EVERYTHING, now)
        if following is None:
            break
        now = following
    assert [moment for moment, _ in seen] == [at(text) for text in (*WARNED, "2026-03-03 00:10")]
    assert seen[-1][1] == StandingReport(suspended=1)


def test_m14_a_suspended_partner_s_seats_go_on_counting_and_are_billed(story: Storyteller) -> None:
    owing(story)
    suspended(story)
    story.on("2026-03-10 10:00").joins("Customer of Partner", 5, start=10)
    story.on("2026-04-01 00:10").night()
    assert list(Invoice.unscoped.order_by("pk").values_list("total", flat=True)) == [2400, 2400, 3600]
    story.books_agree()
