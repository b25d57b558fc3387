"""Trials that are to go live with the next cycle: they do, or are called off, and nothing is back-dated (rule M20)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from pleamar.actions.activate_due_trials import activate_due_trials
from pleamar.actions.activate_trials import activate_trials, bring_live
from pleamar.actions.cancel_activation import cancel_activation
from pleamar.actions.change_seats import SeatChange
from pleamar.actions.close_account import close_account
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.close_partner import close_partner
from pleamar.actions.expire_trials import expire_trials
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.reopen_account import reopen_account
from pleamar.models import Account, AuditEvent, Cycle, Meter, OutboxMessage, SeatBatch
from pleamar.ports.clock import Clock
from pleamar.queries.activation import activation_preview
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.truths import check_books
from pleamar.rules.causes import Cause
from tests.entrypoints.console import everything
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER
from tests.fakes.trials import AFTER_NEXT, BEN, NEXT, START, Trials, refused, trials_of


@pytest.fixture
def trials(account: Account, clock: SteppedClock) -> Trials:
    return trials_of(account, clock)


def test_m20_a_scheduled_activation_counts_from_the_start_of_the_next_cycle(trials: Trials) -> None:
    done = trials.activated(trials.fabrikam, trials.tailspin, when="next_cycle")
    assert (done.due_at, done.change) == (NEXT, None)
    assert Meter.unscoped.get().seats == 90
    trials.clock.set(NEXT - timedelta(microseconds=1))
    assert activate_due_trials(clock=trials.clock) == 0
    trials.clock.set(NEXT)
    assert activate_due_trials(clock=trials.clock) == 2
    meter = Meter.unscoped.get()
    assert (meter.index, meter.opening, meter.seats, meter.peak) == (1, 105, 105, 105)
    assert (done.shown.after.seats, done.shown.after.peak) == (105, 105)
    assert Cycle.unscoped.get().peak == 90
    trials.fabrikam.refresh_from_db()
    found = trials.fabrikam
    assert (found.state, found.activation_due_at, found.activation_cause) == ("live", None, None)
    assert found.trial_member_limit is None
    assert activate_due_trials(clock=trials.clock) == 0
    close_cycles(cause=TESTER, now=AFTER_NEXT)
    assert Cycle.unscoped.get(index=1).statement.net == done.shown.after.amount.minor
    assert check_books(EVERYTHING) == []


def test_m06_m20_those_scheduled_together_are_one_batch_in_the_name_of_who_asked(trials: Trials) -> None:
    trials.activated(trials.fabrikam, trials.tailspin, when="next_cycle")
    trials.clock.set(NEXT)
    batches = SeatBatch.unscoped.count()
    activate_due_trials(clock=trials.clock)
    assert SeatBatch.unscoped.count() == batches + 1
    batch = SeatBatch.unscoped.get(at=NEXT)
    assert (batch.actor, batch.means, batch.reference, batch.reason) == ("ben", "portal", "r1", "they like it")


def test_m20_a_scheduled_activation_is_audited_and_mailed_once(trials: Trials) -> None:
    trials.activated(trials.fabrikam, when="next_cycle")
    (asked,) = AuditEvent.unscoped.filter(act="schedule activation")
    assert (asked.subject, asked.actor, asked.facts["seats"]) == (trials.fabrikam.public_id, "ben", 12)
    trials.clock.set(NEXT + timedelta(hours=1))
    for _ in range(2):
        activate_due_trials(clock=trials.clock)
    (done,) = AuditEvent.unscoped.filter(act="activate trial")
    assert (done.subject, done.actor, done.facts["due_at"]) == (trials.fabrikam.public_id, "ben", NEXT.isoformat())
    message = OutboxMessage.unscoped.get(topic="trial_activated")
    expected = {"account": "Fabrikam", "seats": 12, "cycle_end": AFTER_NEXT.isoformat(), "timezone": "UTC"}
    assert message.facts == expected


def test_m20_where_one_partner_s_cannot_go_live_all_others_do(trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    trials.activated(trials.fabrikam, when="next_cycle")
    other = open_partner(NewPartner("Tailwind", "USD"), created=START, cause=TESTER, now=trials.clock())
    theirs = open_account(other.pk, "Tailwind's", cause=TESTER, clock=trials.clock, state="trial")
    shown = activation_preview(Scope(other.pk), other.pk, [theirs.pk], when="next_cycle", now=trials.clock())
    activate_trials(
        *(other.pk, [theirs.pk]),
        when="next_cycle",
        preview=shown.name,
        typed="Tailwind's",
        cause=TESTER,
        clock=trials.clock,
    )
    trials.clock.set(NEXT)

    def failing(partner_id: int, account_ids: Collection[int], *, cause: Cause, clock: Clock) -> SeatChange:
        change = bring_live(partner_id, account_ids, cause=cause, clock=clock)
        if partner_id == trials.partner_id:
            raise RuntimeError("broken rows")
        return change

    monkeypatch.setattr("pleamar.actions.activate_due_trials.bring_live", failing)
    with pytest.raises(ExceptionGroup) as caught:
        activate_due_trials(clock=trials.clock)
    assert [str(failure) for failure in caught.value.exceptions] == ["broken rows"]
    trials.fabrikam.refresh_from_db()
    theirs.refresh_from_db()
    assert (trials.fabrikam.state, theirs.state) == ("trial", "live")
    monkeypatch.undo()
    assert activate_due_trials(clock=trials.clock) == 1
    assert check_books(EVERYTHING) == []


def test_m20_m27_a_worker_that_is_late_back_dates_nothing(trials: Trials) -> None:
    trials.activated(trials.fabrikam, when="next_cycle")
    late = datetime(2026, 3, 5, 8, tzinfo=UTC)
    trials.clock.set(late)
    close_cycles(cause=TESTER, now=late)
    activate_due_trials(clock=trials.clock)
    assert SeatBatch.unscoped.order_by("-at").values_list("at", flat=True)[0] == late
    assert list(Cycle.unscoped.order_by("index").values_list("peak", flat=True)) == [90, 90]
    assert Meter.unscoped.values_list("peak", "peak_at").get() == (102, late)
    assert check_books(EVERYTHING) == []


def test_m20_a_schedule_survives_the_end_of_the_trial(trials: Trials) -> None:
    trial = trials.opened("Short", 2, days=2)
    trials.activated(trial, when="next_cycle")
    trials.clock.forward(days=5)
    assert expire_trials(cause=TESTER, now=trials.clock()) == 1
    trial.refresh_from_db()
    assert (trial.activation_due_at, trial.seats) == (NEXT, 0)
    trials.clock.set(NEXT)
    assert activate_due_trials(clock=trials.clock) == 1
    trial.refresh_from_db()
    assert (trial.state, trial.seats) == ("live", 2)


def test_m20_scheduling_twice_changes_nothing_and_says_so(trials: Trials) -> None:
    first = trials.activated(trials.fabrikam, when="next_cycle")
    before = everything()
    again = trials.activated(trials.fabrikam, when="next_cycle", preview=first.shown)
    assert (again.shown.already_scheduled, again.shown.accounts, again.due_at) == (("Fabrikam",), (), None)
    assert everything() == before


def test_m20_a_scheduled_trial_may_be_activated_at_once(trials: Trials) -> None:
    trials.activated(trials.fabrikam, when="next_cycle")
    assert trials.activated(trials.fabrikam).change is not None
    trials.fabrikam.refresh_from_db()
    found = trials.fabrikam
    assert (found.state, found.activation_due_at, found.activation_cause) == ("live", None, None)
    trials.clock.set(NEXT)
    assert activate_due_trials(clock=trials.clock) == 0


def test_m20_a_schedule_is_cancelled_and_that_is_audited_once(trials: Trials) -> None:
    trials.activated(trials.fabrikam, when="next_cycle")
    for _ in range(2):
        found = cancel_activation(trials.partner_id, trials.fabrikam.pk, cause=BEN, now=trials.clock())
        assert (found.state, found.activation_due_at, found.activation_cause) == ("trial", None, None)
    (event,) = AuditEvent.unscoped.filter(act="cancel activation")
    assert (event.subject, event.facts["due_at"]) == (trials.fabrikam.public_id, NEXT.isoformat())
    trials.clock.set(NEXT)
    assert activate_due_trials(clock=trials.clock) == 0
    refused("account_unknown", lambda: cancel_activation(trials.partner_id, 0, cause=BEN, now=trials.clock()))


def test_m20_closing_the_account_drops_its_schedule_for_good(trials: Trials) -> None:
    trials.activated(trials.fabrikam, when="next_cycle")
    close_account(trials.partner_id, trials.fabrikam.pk, cause=TESTER, clock=trials.clock)
    reopen_account(trials.partner_id, trials.fabrikam.pk, cause=TESTER, clock=trials.clock)
    trials.fabrikam.refresh_from_db()
    assert (trials.fabrikam.state, trials.fabrikam.activation_due_at) == ("trial", None)
    trials.clock.set(NEXT)
    assert activate_due_trials(clock=trials.clock) == 0


def test_m20_m26_closing_the_partner_drops_every_schedule(trials: Trials) -> None:
    trials.activated(trials.fabrikam, when="next_cycle")
    close_partner(trials.partner_id, cause=TESTER, clock=trials.clock)
    trials.clock.set(NEXT)
    assert activate_due_trials(clock=trials.clock) == 0
    trials.fabrikam.refresh_from_db()
    assert (trials.fabrikam.state, trials.fabrikam.activation_due_at) == ("closed", None)
