"""Suspended accounts, and accounts whose billing is stopped and resumed (rules M17, M19, M21, M22)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pleamar.actions.activate_members import activate_members
from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import SeatChange, change_seats
from pleamar.actions.close_account import close_account
from pleamar.actions.deactivate_members import deactivate_matching, deactivate_members
from pleamar.actions.delete_members import delete_members
from pleamar.actions.import_members import import_members
from pleamar.actions.move_members import move_members
from pleamar.actions.open_account import open_account
from pleamar.actions.reopen_account import reopen_account
from pleamar.actions.restore_account import restore_account
from pleamar.actions.resume_billing import BillingResumed, resume_billing
from pleamar.actions.stop_billing import stop_billing
from pleamar.actions.suspend_account import suspend_account
from pleamar.models import Account, AuditEvent, Member, SeatBatch
from pleamar.ports.people import Person
from pleamar.queries.members import MemberFilter
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import Denied
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails, inactive

PAUSED = Cause(actor="ana", means="portal", reason="they pause")


@pytest.fixture
def full(account: Account, clock: SteppedClock) -> Account:
    """Contoso with five active members and one who was made inactive before."""
    change_seats(account.partner_id, active(account.pk, emails(6)), cause=TESTER, clock=clock)
    clock.forward(hours=1)
    change_seats(account.partner_id, inactive(account.pk, emails(1, 5)), cause=TESTER, clock=clock)
    clock.forward(hours=1)
    return account


@pytest.fixture
def stopped(full: Account, clock: SteppedClock) -> Account:
    """The same, with its billing stopped."""
    stop_billing(full.partner_id, full.pk, cause=PAUSED, clock=clock)
    clock.forward(hours=1)
    full.refresh_from_db()
    return full


def resumed(account: Account, clock: SteppedClock, *, preview: bool = False) -> BillingResumed:
    return resume_billing(account.partner_id, account.pk, cause=PAUSED, clock=clock, preview=preview)


def active_now(account: Account) -> list[str]:
    return sorted(Member.unscoped.filter(account=account, active=True).values_list("email", flat=True))


def test_m22_a_suspended_account_is_billed_all_the_same(full: Account, clock: SteppedClock) -> None:
    batches = SeatBatch.unscoped.count()
    suspended = suspend_account(full.partner_id, full.pk, cause=PAUSED, clock=clock)
    assert (suspended.suspended_at, suspended.suspended_because) == (clock(), "they pause")
    full.refresh_from_db()
    assert (full.seats, full.active_members, full.suspended_at) == (5, 5, clock())
    assert activate_members(full.partner_id, full.pk, emails(1, 5), cause=TESTER, clock=clock).seats_after == 6
    assert SeatBatch.unscoped.count() == batches + 1
    told = AuditEvent.unscoped.get(act="suspend account")
    assert (told.subject, told.actor, told.reason) == (full.public_id, "ana", "they pause")


def test_m22_suspending_twice_is_once_and_so_is_restoring(full: Account, clock: SteppedClock) -> None:
    first = suspend_account(full.partner_id, full.pk, cause=PAUSED, clock=clock)
    clock.forward(days=1)
    again = suspend_account(full.partner_id, full.pk, cause=Cause("ben", "portal", reason="other"), clock=clock)
    assert (again.suspended_at, again.suspended_because) == (first.suspended_at, "they pause")
    for _ in range(2):
        restored = restore_account(full.partner_id, full.pk, cause=PAUSED, clock=clock)
        assert (restored.suspended_at, restored.suspended_because) == (None, "")
    acts = AuditEvent.unscoped.filter(subject=full.public_id).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["suspend account", "restore account"]


def test_m22_a_suspension_needs_a_reason_and_an_open_account(full: Account, clock: SteppedClock) -> None:
    with pytest.raises(Refused, match="reason_missing"):
        suspend_account(full.partner_id, full.pk, cause=TESTER, clock=clock)
    close_account(full.partner_id, full.pk, cause=TESTER, clock=clock)
    for act in (suspend_account, restore_account, stop_billing, resume_billing):
        with pytest.raises(Refused, match="account_is_closed"):
            act(full.partner_id, full.pk, cause=PAUSED, clock=clock)
        with pytest.raises(Refused, match="account_unknown"):
            act(full.partner_id, full.pk + 1, cause=PAUSED, clock=clock)
    assert not AuditEvent.unscoped.filter(subject=full.public_id).exists()


def test_m22_stopping_makes_everybody_inactive_in_one_batch_and_the_peak_stays(
    full: Account, clock: SteppedClock
) -> None:
    batches = SeatBatch.unscoped.count()
    change = stop_billing(full.partner_id, full.pk, cause=PAUSED, clock=clock)
    assert (change.deactivated, change.seats_before, change.seats_after, change.peak) == (5, 5, 0, 6)
    assert (SeatBatch.unscoped.count(), active_now(full)) == (batches + 1, [])
    full.refresh_from_db()
    assert (full.billing_stopped_at, full.billing_stopped_batch_id) == (change.at, change.batch_id)
    assert AuditEvent.unscoped.get(act="stop billing").facts["members"] == 5
    assert stop_billing(full.partner_id, full.pk, cause=PAUSED, clock=clock).batch_id is None
    assert AuditEvent.unscoped.filter(act="stop billing").count() == 1
    assert check_books(EVERYTHING) == []


def test_m22_nobody_is_made_active_until_billing_is_resumed(stopped: Account, clock: SteppedClock) -> None:
    with pytest.raises(Refused, match="account_billing_stopped"):
        activate_members(stopped.partner_id, stopped.pk, emails(1), cause=TESTER, clock=clock)
    with pytest.raises(Refused, match="account_billing_stopped"):
        import_members(stopped.partner_id, stopped.pk, [Person("a@b", "", None)], cause=TESTER, clock=clock)
    other = open_account(stopped.partner_id, "Other", cause=TESTER, clock=clock)
    change_seats(stopped.partner_id, active(other.pk, emails(1, 70)), cause=TESTER, clock=clock)
    with pytest.raises(Refused, match="account_billing_stopped"):
        move_members(stopped.partner_id, other.pk, stopped.pk, emails(1, 70), cause=TESTER, clock=clock)
    assert (active_now(stopped), active_now(other)) == ([], emails(1, 70))


def test_m22_resuming_makes_exactly_those_active_who_were(stopped: Account, clock: SteppedClock) -> None:
    batches = SeatBatch.unscoped.count()
    done = resumed(stopped, clock)
    assert (done.change.activated, done.change.seats_after, done.change.peak) == (5, 5, 6)
    assert (active_now(stopped), done.gone) == (emails(5), ())
    assert SeatBatch.unscoped.count() == batches + 1
    stopped.refresh_from_db()
    assert (stopped.billing_stopped_at, stopped.billing_stopped_batch_id) == (None, None)
    assert resumed(stopped, clock).change.batch_id is None
    assert AuditEvent.unscoped.filter(act="resume billing").count() == 1
    assert activate_members(stopped.partner_id, stopped.pk, emails(1, 5), cause=TESTER, clock=clock).activated == 1
    assert check_books(EVERYTHING) == []


def test_m17_who_comes_back_in_a_later_cycle_counts_in_that_one_only(stopped: Account, clock: SteppedClock) -> None:
    clock.forward(days=40)
    done = resumed(stopped, clock)
    assert (done.change.seats_before, done.change.seats_after, done.change.peak) == (0, 5, 5)
    assert check_books(EVERYTHING) == []


def test_m22_it_is_stopped_and_resumed_again_each_time_with_those_of_then(
    stopped: Account, clock: SteppedClock
) -> None:
    resumed(stopped, clock)
    change_seats(stopped.partner_id, inactive(stopped.pk, emails(2)), cause=TESTER, clock=clock)
    stop_billing(stopped.partner_id, stopped.pk, cause=PAUSED, clock=clock)
    resumed(stopped, clock)
    assert active_now(stopped) == emails(3, 2)


def test_m19_m21_m26_who_cannot_come_back_is_told(stopped: Account, clock: SteppedClock) -> None:
    one, two, three, four, five = emails(5)
    other = open_account(stopped.partner_id, "Other", cause=TESTER, clock=clock)
    delete_members(stopped.partner_id, stopped.pk, [one], cause=TESTER, clock=clock)
    move_members(stopped.partner_id, stopped.pk, other.pk, [two], cause=TESTER, clock=clock)
    change_deny_list(stopped.partner_id, stopped.pk, "add", [Denied(three)], cause=TESTER, clock=clock)
    Account.unscoped.filter(pk=stopped.pk).update(member_limit=1)
    preview = resumed(stopped, clock, preview=True)
    assert (preview.preview, active_now(stopped)) == (True, [])
    done = resumed(stopped, clock)
    assert done == replace(preview, change=replace(preview.change, batch_id=done.change.batch_id), preview=False)
    assert (active_now(stopped), active_now(other), done.gone) == ([four], [], (one, two))
    assert done.change.denied == ((stopped.pk, three),)
    assert done.change.over_limit == ((stopped.pk, five),)
    assert AuditEvent.unscoped.get(act="resume billing").facts["left"] == 4
    assert check_books(EVERYTHING) == []


def test_m22_who_is_made_inactive_while_billing_is_stopped_stays_out(stopped: Account, clock: SteppedClock) -> None:
    one, two, three, four, five, before = emails(6)
    batches = SeatBatch.unscoped.count()
    deny = Cause(actor="eve", means="portal", reason="she left")
    for again in (False, True):
        change = deactivate_members(stopped.partner_id, stopped.pk, [two, before], cause=deny, clock=clock)
        assert change.kept_out == (() if again else ((stopped.pk, two),))
        assert (change.batch_id, change.deactivated) == (None, 0)
    told = AuditEvent.unscoped.get(act="keep members out")
    assert (told.subject, told.actor, told.reason) == (stopped.public_id, "eve", "she left")
    assert told.facts["members"] == [Member.unscoped.get(email=two).public_id]
    all_of = MemberFilter(stopped.pk, search=four)
    deactivate_matching(stopped.partner_id, all_of, confirmed=1, cause=TESTER, clock=clock)
    assert SeatBatch.unscoped.count() == batches
    preview = resumed(stopped, clock, preview=True)
    assert (preview.kept_out, preview.gone, preview.change.activated) == ((two, four), (), 3)
    done = resumed(stopped, clock)
    assert (done.kept_out, active_now(stopped)) == ((two, four), [one, three, five])
    assert AuditEvent.unscoped.get(act="resume billing").facts["left"] == 2
    assert check_books(EVERYTHING) == []


def test_m22_who_stayed_out_of_one_stop_comes_back_after_the_next(stopped: Account, clock: SteppedClock) -> None:
    one, two, *_ = emails(5)
    deactivate_members(stopped.partner_id, stopped.pk, [one, two], cause=TESTER, clock=clock)
    resumed(stopped, clock)
    activate_members(stopped.partner_id, stopped.pk, [one], cause=TESTER, clock=clock)
    clock.forward(hours=1)
    stop_billing(stopped.partner_id, stopped.pk, cause=PAUSED, clock=clock)
    assert deactivate_members(stopped.partner_id, stopped.pk, [two], cause=TESTER, clock=clock).kept_out == ()
    done = resumed(stopped, clock)
    assert (done.kept_out, active_now(stopped)) == ((), [one, *emails(3, 2)])


def test_m15_m22_a_full_list_without_them_keeps_them_out_once_confirmed(stopped: Account, clock: SteppedClock) -> None:
    change_deny_list(stopped.partner_id, stopped.pk, "add", [Denied("bot@x.example")], cause=TESTER, clock=clock)
    denied = [Person("bot@x.example", "", None)]

    def brought(confirmed: int | None) -> SeatChange:
        return import_members(
            *(stopped.partner_id, stopped.pk, denied),
            cause=TESTER,
            clock=clock,
            full_list=True,
            confirmed_removals=confirmed,
        ).change

    with pytest.raises(Refused, match="removals_suspicious"):
        brought(None)
    assert resumed(stopped, clock, preview=True).change.activated == 5
    assert len(brought(5).kept_out) == 5
    assert (resumed(stopped, clock).change.activated, active_now(stopped)) == (0, [])


def test_m22_an_account_without_members_is_stopped_and_resumed_too(account: Account, clock: SteppedClock) -> None:
    assert stop_billing(account.partner_id, account.pk, cause=PAUSED, clock=clock).batch_id is None
    account.refresh_from_db()
    assert (account.billing_stopped_at, account.billing_stopped_batch_id) == (clock(), None)
    with pytest.raises(Refused, match="account_billing_stopped"):
        change_seats(account.partner_id, active(account.pk, emails(1)), cause=TESTER, clock=clock)
    assert resumed(account, clock).change.activated == 0
    assert change_seats(account.partner_id, active(account.pk, emails(1)), cause=TESTER, clock=clock).activated == 1


def test_m26_an_account_closed_while_stopped_reopens_stopped(stopped: Account, clock: SteppedClock) -> None:
    close_account(stopped.partner_id, stopped.pk, cause=TESTER, clock=clock)
    assert reopen_account(stopped.partner_id, stopped.pk, cause=TESTER, clock=clock).seats_after == 0
    assert resumed(stopped, clock).change.seats_after == 5


def test_m22_only_what_is_billed_can_be_stopped(full: Account, clock: SteppedClock) -> None:
    trial = open_account(full.partner_id, "Trying", cause=TESTER, clock=clock, state="trial")
    staff = open_account(full.partner_id, "Staff", cause=TESTER, clock=clock, internal=True, member_limit=5)
    for free in (trial, staff):
        change_seats(full.partner_id, active(free.pk, emails(1)), cause=TESTER, clock=clock)
        with pytest.raises(Refused, match="account_not_billed"):
            stop_billing(full.partner_id, free.pk, cause=PAUSED, clock=clock)
        assert active_now(free) == emails(1)
