"""The life of a trial: opened, reminded of, extended, ended (rules M20, M26)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pleamar.actions.activate_due_trials import activate_due_trials
from pleamar.actions.close_account import close_account
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.expire_trials import expire_trials
from pleamar.actions.extend_trial import extend_trial
from pleamar.actions.open_account import open_account
from pleamar.actions.remind_of_trials import remind_of_trials
from pleamar.actions.reopen_account import reopen_account
from pleamar.models import Account, AuditEvent, Meter, OutboxMessage, Partner, SeatBatch, Setting
from pleamar.queries.access import member_access
from pleamar.queries.due_dates import next_due
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.causes import Cause
from tests.entrypoints.console import everything
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, emails
from tests.fakes.trials import NEXT, Trials, refused, trials_of

OPENED = datetime(2026, 1, 10, 9, tzinfo=UTC)
ENDS = OPENED + timedelta(days=14)
TICK = timedelta(microseconds=1)
STAFF = Cause(actor="sue", means="office", reason="they asked for more time")


@pytest.fixture
def trials(account: Account, clock: SteppedClock) -> Trials:
    """Fabrikam and Tailspin were opened on the 10th at 9, with the trials' usual terms."""
    return trials_of(account, clock)


@pytest.fixture
def trial(trials: Trials) -> Account:
    """Fabrikam, which ends on the 24th; Tailspin is closed."""
    close_account(trials.partner_id, trials.tailspin.pk, cause=TESTER, clock=trials.clock)
    Account.unscoped.filter(pk=trials.fabrikam.pk).update(trial_set_at=OPENED, trial_ends_at=ENDS)
    trials.fabrikam.refresh_from_db()
    return trials.fabrikam


def setting(name: str, value: object) -> None:
    Setting.objects.create(name=name, value=value, changed_at=OPENED)


def told(topic: str) -> list[dict[str, Any]]:
    return list(OutboxMessage.unscoped.filter(topic=topic).order_by("pk").values_list("facts", flat=True))


def reasons(trial: Account, now: datetime) -> tuple[str, ...]:
    return member_access(EVERYTHING, trial.public_id, emails(1)[0], features=(), now=now).reasons


def test_m20_a_trial_is_opened_with_an_end_and_a_limit(partner: Partner, clock: SteppedClock) -> None:
    opened = open_account(partner.pk, "Trying", cause=TESTER, clock=clock, state="trial")
    assert (opened.trial_ends_at, opened.trial_set_at) == (opened.created_at + timedelta(days=14), opened.created_at)
    assert (opened.trial_member_limit, opened.member_limit, opened.trial_expired_at) == (50, None, None)


def test_m20_the_vendor_decides_how_long_a_trial_lasts_and_one_may_differ(
    partner: Partner, clock: SteppedClock
) -> None:
    setting("trial_days", 30)
    setting("trial_member_limit", 5)
    usual = open_account(partner.pk, "Usual", cause=TESTER, clock=clock, state="trial")
    assert (usual.trial_ends_at, usual.trial_member_limit) == (usual.created_at + timedelta(days=30), 5)
    other = open_account(
        partner.pk,
        "Other",
        cause=TESTER,
        clock=clock,
        state="trial",
        trial_days=7,
        trial_member_limit=9,
        member_limit=6,
    )
    assert (other.trial_ends_at, other.trial_member_limit) == (other.created_at + timedelta(days=7), 9)
    assert other.member_limit == 6


def test_m20_a_live_account_has_nothing_of_a_trial(account: Account) -> None:
    assert (account.trial_ends_at, account.trial_set_at, account.trial_member_limit) == (None, None, None)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"trial_days": 7}, "trial_terms_without_trial"),
        ({"trial_member_limit": 7}, "trial_terms_without_trial"),
        ({"state": "trial", "trial_days": 0}, "trial_days_out_of_range"),
        ({"state": "trial", "trial_days": 366}, "trial_days_out_of_range"),
        ({"state": "trial", "trial_member_limit": 0}, "limit_out_of_range"),
        ({"member_limit": -1}, "limit_out_of_range"),
        ({"internal": True}, "internal_account_needs_limit"),
        ({"internal": True, "member_limit": 5, "state": "trial"}, "internal_account_no_trial"),
    ],
)
def test_m20_m26_an_account_that_cannot_be_opened(
    partner: Partner, clock: SteppedClock, options: dict[str, Any], code: str
) -> None:
    refused(code, lambda: open_account(partner.pk, "Odd", cause=TESTER, clock=clock, **options))


def test_m20_the_trial_s_limit_lets_nobody_in_above_it(trials: Trials, trial: Account) -> None:
    assert trials.joined(trial, 60, 100).active_members == 50


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (ENDS - timedelta(days=7) - TICK, None),
        (ENDS - timedelta(days=7), 7),
        (ENDS - timedelta(days=2), 7),
        (ENDS - timedelta(days=1), 1),
        (ENDS - TICK, 1),
        (ENDS, None),
    ],
)
def test_m20_partners_are_reminded_a_week_and_a_day_before_the_end(
    trial: Account, at: datetime, days: int | None
) -> None:
    facts = {"account": "Fabrikam", "ends_at": ENDS.isoformat(), "days": days, "members": 12}
    expected = [{**facts, "activation_due_at": ""}]
    for written in (int(days is not None), 0):
        assert remind_of_trials(now=at) == written
        assert told("trial_ending") == (expected if days else [])


def test_m20_each_reminder_is_given_once_an_end(trials: Trials, trial: Account) -> None:
    at = OPENED
    while at < ENDS:
        remind_of_trials(now=at)
        at += timedelta(hours=5)
    assert [facts["days"] for facts in told("trial_ending")] == [7, 1]
    trials.clock.set(ENDS)
    extend_trial(trial.partner_id, trial.pk, ENDS + timedelta(days=30), cause=STAFF, now=ENDS)
    while at < ENDS + timedelta(days=30):
        remind_of_trials(now=at)
        at += timedelta(hours=5)
    assert [facts["days"] for facts in told("trial_ending")] == [7, 1, 7, 1]


def test_m20_nobody_is_reminded_of_what_they_have_just_set_up(trial: Account) -> None:
    now = ENDS - timedelta(hours=12)
    extend_trial(trial.partner_id, trial.pk, timedelta(days=3), cause=STAFF, now=now)
    assert remind_of_trials(now=now + timedelta(hours=1)) == 0
    assert remind_of_trials(now=ENDS + timedelta(days=2)) == 1


def test_m20_nobody_is_reminded_of_a_trial_that_goes_live_before_it_ends_or_is_live_or_closed(
    trials: Trials, trial: Account
) -> None:
    Account.unscoped.filter(pk=trial.pk).update(trial_ends_at=NEXT + TICK)
    at = NEXT - timedelta(hours=1)
    assert remind_of_trials(now=at) == 1
    OutboxMessage.unscoped.all().delete()
    trials.activated(trial, when="next_cycle")
    assert remind_of_trials(now=at) == 0
    Account.unscoped.filter(pk=trial.pk).update(trial_ends_at=NEXT - TICK)
    assert remind_of_trials(now=at) == 1
    assert told("trial_ending")[0]["activation_due_at"] == NEXT.isoformat()
    OutboxMessage.unscoped.all().delete()
    trials.activated(trial)
    assert remind_of_trials(now=at) == 0


def test_m20_a_trial_ends_by_its_date_and_is_told_once(trials: Trials, trial: Account) -> None:
    assert expire_trials(cause=TESTER, now=ENDS - TICK) == 0
    batches = SeatBatch.unscoped.count()
    for expired in (1, 0):
        assert expire_trials(cause=TESTER, now=ENDS) == expired
    trial.refresh_from_db()
    assert (trial.state, trial.seats, trial.trial_expired_at) == ("trial", 0, ENDS)
    assert told("trial_ended") == [{"account": "Fabrikam", "ended_at": ENDS.isoformat(), "activation_due_at": ""}]
    (event,) = AuditEvent.unscoped.filter(act="expire trial")
    assert (event.subject, event.partner_id) == (trial.public_id, trial.partner_id)
    assert SeatBatch.unscoped.count() == batches


def test_m20_the_end_of_a_trial_that_goes_live_later_is_told_with_that_date(trials: Trials, trial: Account) -> None:
    trials.activated(trial, when="next_cycle")
    assert expire_trials(cause=TESTER, now=ENDS) == 1
    assert [facts["activation_due_at"] for facts in told("trial_ended")] == [NEXT.isoformat()]


def test_m20_an_ended_trial_is_never_billed_by_itself(trials: Trials, trial: Account) -> None:
    for months in range(1, 5):
        now = datetime(2026, 1 + months, 2, tzinfo=UTC)
        trials.clock.set(now)
        expire_trials(cause=TESTER, now=now)
        activate_due_trials(clock=trials.clock)
        close_cycles(cause=TESTER, now=now)
    trial.refresh_from_db()
    assert (trial.state, trial.seats, Meter.unscoped.get().peak) == ("trial", 0, 90)


def test_m20_of_a_trial_that_goes_live_as_it_ends_no_end_is_told(trials: Trials, trial: Account) -> None:
    Account.unscoped.filter(pk=trial.pk).update(trial_ends_at=NEXT)
    trials.activated(trial, when="next_cycle")
    trials.clock.set(NEXT)
    assert expire_trials(cause=TESTER, now=NEXT) == 0
    assert activate_due_trials(clock=trials.clock) == 1
    assert told("trial_ended") == []


def test_m20_extending_revives_an_ended_trial(trial: Account) -> None:
    now, until = ENDS + timedelta(days=3), ENDS + timedelta(days=10)
    expire_trials(cause=TESTER, now=now)
    assert reasons(trial, now) == ("trial_expired",)
    found = extend_trial(trial.partner_id, trial.pk, until, cause=STAFF, now=now, member_limit=80)
    assert (found.trial_ends_at, found.trial_set_at, found.trial_expired_at) == (until, now, None)
    assert found.trial_member_limit == 80
    assert reasons(trial, now) == ()
    event = AuditEvent.unscoped.get(act="extend trial")
    assert (event.actor, event.reason, event.subject) == ("sue", "they asked for more time", trial.public_id)
    assert (event.facts["ends_at_before"], event.facts["ends_at"]) == (ENDS.isoformat(), until.isoformat())
    assert (event.facts["limit_before"], event.facts["limit"]) == (50, 80)
    assert expire_trials(cause=TESTER, now=until) == 1
    assert len(told("trial_ended")) == 2


def test_m20_days_count_from_the_end_of_a_trial_that_goes_on_and_from_now_of_one_that_has_ended(trial: Account) -> None:
    week = timedelta(days=7)
    found = extend_trial(trial.partner_id, trial.pk, week, cause=STAFF, now=OPENED)
    assert found.trial_ends_at == ENDS + week
    late = ENDS + timedelta(days=30)
    assert extend_trial(trial.partner_id, trial.pk, week, cause=STAFF, now=late).trial_ends_at == late + week


def test_m20_extending_to_what_already_holds_changes_nothing(trial: Account) -> None:
    before = everything()
    for limit in (None, 50):
        extend_trial(trial.partner_id, trial.pk, ENDS, cause=STAFF, now=OPENED, member_limit=limit)
    assert everything() == before


@pytest.mark.parametrize(
    ("until", "limit", "code"),
    [
        (OPENED, None, "trial_end_out_of_range"),
        (OPENED - TICK, None, "trial_end_out_of_range"),
        (OPENED + timedelta(days=365) + TICK, None, "trial_end_out_of_range"),
        (ENDS - TICK, None, "trial_end_not_later"),
        (ENDS + TICK, 0, "limit_out_of_range"),
        (ENDS + TICK, 11, "limit_below_count"),
    ],
)
def test_m20_a_trial_that_cannot_be_extended(trial: Account, until: datetime, limit: int | None, code: str) -> None:
    refused(
        code,
        lambda: extend_trial(trial.partner_id, trial.pk, until, cause=STAFF, now=OPENED, member_limit=limit),
    )


def test_m20_only_a_trial_is_extended(trials: Trials) -> None:
    def extended(account: Account) -> Account:
        return extend_trial(trials.partner_id, account.pk, ENDS + TICK, cause=STAFF, now=OPENED)

    refused("account_not_on_trial", lambda: extended(trials.contoso))
    close_account(trials.partner_id, trials.fabrikam.pk, cause=TESTER, clock=trials.clock)
    refused("account_not_on_trial", lambda: extended(trials.fabrikam))


def test_m20_m26_a_trial_that_is_closed_and_reopened_ends_when_it_was_to_end(trials: Trials, trial: Account) -> None:
    close_account(trial.partner_id, trial.pk, cause=TESTER, clock=trials.clock)
    assert expire_trials(cause=TESTER, now=ENDS) == 0
    trials.clock.set(ENDS + timedelta(days=1))
    reopen_account(trial.partner_id, trial.pk, cause=TESTER, clock=trials.clock)
    trial.refresh_from_db()
    assert (trial.state, trial.trial_ends_at) == ("trial", ENDS)
    assert reasons(trial, trials.clock()) == ("trial_expired",)
    assert expire_trials(cause=TESTER, now=trials.clock()) == 1


def test_m20_time_stops_at_each_reminder_and_at_the_end(trial: Account) -> None:
    before, last = ENDS - timedelta(days=7), ENDS - timedelta(days=1)
    stops = [next_due(EVERYTHING, after) for after in (OPENED, before, last)]
    assert stops == [before, last, ENDS]
