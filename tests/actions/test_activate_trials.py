"""Activating trials: what was shown is what is done, or nothing is (rules M6, M20)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pleamar.actions.activate_trials import Activation, activate_trials
from pleamar.actions.close_account import close_account
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.expire_trials import expire_trials
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import Account, AuditEvent, Cycle, Installation, Meter, SeatBatch, SeatLogEntry
from pleamar.queries.access import member_access
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.refusals import Refused
from pleamar.rules.trials import When
from tests.actions.test_life import while_uncommitted
from tests.entrypoints.console import everything
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, emails
from tests.fakes.trials import BEN, NEXT, Trials, trials_of


@pytest.fixture
def trials(account: Account, clock: SteppedClock) -> Trials:
    return trials_of(account, clock)


def test_m20_what_the_preview_shows_is_what_the_activation_does(trials: Trials) -> None:
    done = trials.activated(trials.fabrikam, trials.tailspin)
    meter = Meter.unscoped.get()
    assert (done.shown.before.seats, done.shown.before.peak) == (90, 90)
    assert (done.shown.after.seats, done.shown.after.peak) == (meter.seats, meter.peak) == (105, 105)
    assert done.change is not None
    assert (done.change.seats_before, done.change.seats_after, done.change.peak) == (90, 105, 105)
    assert meter.ends_at == done.shown.cycle.ends_at
    close_cycles(cause=TESTER, now=NEXT)
    cycle = Cycle.unscoped.get()
    assert (cycle.peak, cycle.peak_batch_id) == (105, done.change.batch_id)
    assert cycle.statement.net == done.shown.after.amount.minor
    assert check_books(EVERYTHING) == []


def test_m20_what_is_activated_as_a_cycle_begins_is_what_was_shown(trials: Trials) -> None:
    trials.left(trials.contoso, 10)
    trials.clock.set(NEXT)
    done = trials.activated(trials.fabrikam)
    meter = Meter.unscoped.get()
    assert (done.shown.after.seats, done.shown.after.peak) == (meter.seats, meter.peak) == (92, 92)
    assert (meter.opening, meter.starts_at) == (92, NEXT)
    assert check_books(EVERYTHING) == []


def test_m20_a_cycle_that_ends_while_it_is_done_makes_nothing_else_of_it(trials: Trials) -> None:
    preview, moments = trials.shown(trials.fabrikam), iter([NEXT - timedelta(microseconds=1), NEXT, NEXT])
    activate_trials(
        *(trials.partner_id, [trials.fabrikam.pk]),
        when="now",
        preview=preview.name,
        typed="Fabrikam",
        cause=BEN,
        clock=lambda: next(moments),
    )
    assert Meter.unscoped.values_list("index", "seats", "peak").get() == (0, 102, 102)


def test_m06_m20_several_accounts_are_one_batch_in_the_name_of_who_asked(trials: Trials) -> None:
    batches = SeatBatch.unscoped.count()
    done = trials.activated(trials.fabrikam, trials.tailspin)
    assert done.change is not None
    assert SeatBatch.unscoped.count() == batches + 1
    batch = SeatBatch.unscoped.get(pk=done.change.batch_id or 0)
    assert (batch.actor, batch.means, batch.reference, batch.reason) == ("ben", "portal", "r1", "they like it")
    assert set(SeatLogEntry.unscoped.filter(batch=batch).values_list("account_id", "state", "delta")) == {
        (trials.fabrikam.pk, "live", 12),
        (trials.tailspin.pk, "live", 3),
    }


def test_m20_each_activation_is_audited_with_what_was_shown(trials: Trials) -> None:
    done = trials.activated(trials.fabrikam, trials.tailspin)
    first, second = AuditEvent.unscoped.filter(act="activate trial").order_by("pk")
    assert (first.subject, first.actor, first.reason) == (trials.fabrikam.public_id, "ben", "they like it")
    assert (first.facts["seats"], second.facts["seats"]) == (12, 3)
    assert first.facts["preview"] == second.facts["preview"] == done.shown.name
    assert (first.facts["peak_after"], first.facts["amount_after"], first.facts["currency"]) == (105, 22050, "USD")


def test_m17_m20_undone_by_closing_it_still_counts_for_the_whole_cycle(trials: Trials) -> None:
    done = trials.activated(trials.fabrikam)
    assert done.change is not None
    close_account(trials.partner_id, trials.fabrikam.pk, cause=TESTER, clock=trials.clock)
    meter = Meter.unscoped.get()
    assert (meter.seats, meter.peak, meter.peak_at) == (90, 102, done.change.at)


def test_m20_activating_ends_the_trial_s_limit_and_keeps_the_account_s_own(trials: Trials) -> None:
    Account.unscoped.filter(pk=trials.fabrikam.pk).update(trial_member_limit=12, member_limit=14)
    assert trials.joined(trials.fabrikam, 4, 50).active_members == 12
    trials.activated(trials.fabrikam)
    trials.fabrikam.refresh_from_db()
    found = trials.fabrikam
    assert (found.state, found.trial_member_limit, found.member_limit) == ("live", None, 14)
    assert trials.joined(trials.fabrikam, 4, 50).active_members == 14


def test_m20_an_expired_trial_is_activated_like_any_other_and_lets_its_members_in_again(trials: Trials) -> None:
    trials.clock.forward(days=15)
    expire_trials(cause=TESTER, now=trials.clock())

    def reasons() -> tuple[str, ...]:
        account, (email,) = trials.fabrikam.public_id, emails(1)
        return member_access(EVERYTHING, account, email, features=(), now=trials.clock()).reasons

    assert reasons() == ("trial_expired",)
    assert trials.activated(trials.fabrikam).change is not None
    assert reasons() == ()


@pytest.mark.parametrize("when", ["now", "next_cycle"])
def test_m20_a_second_activation_changes_nothing_and_says_so(trials: Trials, when: When) -> None:
    first = trials.activated(trials.fabrikam)
    before = everything()
    for preview in (first.shown, trials.shown(trials.fabrikam, when=when)):
        again = trials.activated(trials.fabrikam, when=when, preview=preview, typed="whatever")
        assert (again.shown.already_live, again.shown.accounts) == (("Fabrikam",), ())
        assert (again.change, again.due_at) == (None, None)
    assert everything() == before


def test_m20_of_two_the_live_one_is_named_and_the_other_activated(trials: Trials) -> None:
    trials.activated(trials.fabrikam)
    done = trials.activated(trials.fabrikam, trials.tailspin)
    assert (done.shown.already_live, [account.name for account in done.shown.accounts]) == (("Fabrikam",), ["Tailspin"])
    assert Meter.unscoped.get().seats == 105


def test_m20_of_two_who_activate_at_once_the_second_is_told_that_it_is_live(
    committed: Installation, clock: SteppedClock
) -> None:
    partner = open_partner(NewPartner("Northwind IT", "USD"), created=clock(), cause=TESTER, now=clock())
    trials = trials_of(open_account(partner.pk, "Contoso", cause=TESTER, clock=clock), clock)
    preview = trials.shown(trials.fabrikam)

    def activates() -> Activation:
        return trials.activated(trials.fabrikam, preview=preview)

    second = while_uncommitted(activates, activates)
    assert (second.shown.already_live, second.change) == (("Fabrikam",), None)
    assert SeatLogEntry.unscoped.filter(account_id=trials.fabrikam.pk, state="live").count() == 1


def test_m20_of_two_who_activate_different_trials_at_once_the_second_must_look_again(
    committed: Installation, clock: SteppedClock
) -> None:
    partner = open_partner(NewPartner("Northwind IT", "USD"), created=clock(), cause=TESTER, now=clock())
    trials = trials_of(open_account(partner.pk, "Contoso", cause=TESTER, clock=clock), clock)
    preview = trials.shown(trials.tailspin)
    with pytest.raises(Refused, match="activation_preview_stale"):
        while_uncommitted(
            lambda: trials.activated(trials.fabrikam), lambda: trials.activated(trials.tailspin, preview=preview)
        )
    trials.tailspin.refresh_from_db()
    assert trials.tailspin.state == "trial"
