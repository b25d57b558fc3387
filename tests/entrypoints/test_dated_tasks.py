"""Tasks of the calendar that cost nobody anything: each does what its date says, and nothing the second time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest

from pleamar.actions.set_alert import set_alert
from pleamar.entrypoints.jobs import dated_tasks, tasks
from pleamar.models import Account, Card, Standing
from pleamar.wiring.clock import move_clock_to
from pleamar.wiring.dated_work import DatedWork
from pleamar.wiring.due_work import DueWork, do_due_work
from pleamar.wording.mail import letter
from tests.entrypoints.queued import queued
from tests.fakes.people import TESTER
from tests.stories.days import LongStory


@pytest.fixture
def northwind(installation: object, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> LongStory:
    """Ten users, a card, a trial with twenty users that ends on the 24th; cycles start on the 5th."""
    monkeypatch.setenv("PLEAMAR_HOME", f"{tmp_path}/home")
    story = LongStory().on("2026-01-05 00:00")
    story.partner("Northwind IT")
    story.account("Contoso")
    story.joins("Contoso", 10)
    story.on("2026-01-10 00:00").trial("Fabrikam")
    story.joins("Fabrikam", 20)
    return story


def at(text: str) -> datetime:
    """The installation's clock stands there from now on."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    move_clock_to(moment)
    return moment


def once(task: Callable[[], None], story: LongStory, topic: str, *, count: int = 1) -> None:
    """The task writes so many mails of the topic, wakes who sends them, and writes no more when run again."""
    for _ in range(2):
        task()
        assert len(story.mails(topic)) == count
    assert ("send_messages", {}) in queued()


def test_m20_trials_are_reminded_of_and_their_end_is_told(northwind: LongStory) -> None:
    at("2026-01-17 01:00")
    once(dated_tasks.remind_of_trials, northwind, "trial_ending")
    at("2026-01-24 00:00")
    once(dated_tasks.expire_trials, northwind, "trial_ended")


def test_m20_a_trial_goes_live_with_the_cycle_it_was_planned_for(northwind: LongStory) -> None:
    shown = northwind.shown_before("Fabrikam", when="next_cycle")
    northwind.activates("Fabrikam", shown=shown, typed="Fabrikam")
    at("2026-02-04 23:59")
    dated_tasks.activate_due_trials()
    assert Account.unscoped.get(name="Fabrikam").state == "trial"
    at("2026-02-05 00:00")
    once(dated_tasks.activate_due_trials, northwind, "trial_activated")
    assert Account.unscoped.get(name="Fabrikam").seats == 20


def test_m12_the_end_of_a_cycle_and_of_a_card_are_told_before(northwind: LongStory) -> None:
    at("2026-02-02 00:10")
    once(dated_tasks.remind_of_cycles, northwind, "no_card")
    northwind.card()
    Card.unscoped.update(expires_month=2, expires_year=2026)
    once(dated_tasks.remind_of_cards, northwind, "card_expiring")


def test_m14_who_does_not_pay_is_warned(northwind: LongStory) -> None:
    northwind.on("2026-02-05 00:00").night()
    at("2026-02-05 00:01")
    once(dated_tasks.review_standings, northwind, "payment_overdue")
    assert Standing.unscoped.get().state == "past_due"


def test_m09_a_rise_in_prices_is_announced(northwind: LongStory) -> None:
    northwind.agreed_price("3.00", date(2026, 3, 1))
    at("2026-02-03 00:10")
    once(dated_tasks.announce_prices, northwind, "price_rise")


def test_m12_an_alert_speaks(northwind: LongStory) -> None:
    partner = northwind.partners["Northwind IT"]
    set_alert(partner.pk, "seats", 10, cause=TESTER, now=northwind.clock())
    at("2026-01-11 00:00")
    once(dated_tasks.watch_usage, northwind, "usage_alert")


def test_all_of_it_is_done_by_hand_too(northwind: LongStory) -> None:
    """What `sandbox advance` does at a date is what the tasks do."""
    shown = northwind.shown_before("Fabrikam", when="next_cycle")
    northwind.activates("Fabrikam", shown=shown, typed="Fabrikam")
    done = do_due_work(at("2026-02-05 00:00"), cause=TESTER, write=letter)
    assert (done.cycles, done.dated) == (1, DatedWork(activated=1, warned=1, alerts=1))
    assert northwind.mails("trial_activated", "payment_overdue") == [
        "2026-02-05 trial_activated",
        "2026-02-05 payment_overdue",
    ]


@pytest.mark.parametrize("name", [field.name for field in fields(DatedWork)])
def test_whatever_was_done_by_its_date_is_something(name: str) -> None:
    nothing = DueWork(0, 0, 0, 0, 3, 2, 0, DatedWork(), 0)
    assert not nothing.is_something
    assert replace(nothing, dated=DatedWork(**{name: 1})).is_something


def test_m14_a_proposal_that_nobody_is_mailed_of_is_something(northwind: LongStory) -> None:
    """The seller has no address."""
    for day in ("2026-02-05", "2026-02-12", "2026-02-26"):
        assert do_due_work(at(f"{day} 00:00"), cause=TESTER, write=letter).dated.warned == 1
    done = do_due_work(at("2026-03-07 00:00"), cause=TESTER, write=letter)
    assert (done.dated, done.mails, done.is_something) == (DatedWork(proposed=1), 0, True)


def test_a_mail_that_is_not_sent_is_a_warning_in_the_log(
    northwind: LongStory, caplog: pytest.LogCaptureFixture
) -> None:
    """The partner has no address."""
    at("2026-02-02 00:10")
    dated_tasks.remind_of_cycles()
    tasks.send_messages()
    (line,) = [record for record in caplog.records if record.message == "mail given up"]
    facts = line.__dict__["facts"]
    assert (line.levelname, facts["topic"], facts["problem"], facts["given_up"]) == (
        *("WARNING", "no_card"),
        *("the partner has no e-mail address", True),
    )
