"""Members made active and inactive by hand: named ones, or all that a filter means (rules M6, M15, M17, M18)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.activate_members import activate_matching, activate_members
from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_account import close_account
from pleamar.actions.deactivate_members import deactivate_matching, deactivate_members
from pleamar.actions.delete_members import delete_members
from pleamar.models import Account, AuditEvent, Member, SeatBatch
from pleamar.queries.member_history import member_history
from pleamar.queries.members import MemberFilter, count_members
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import Denied
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails

BY_HAND = Cause(actor="ana", means="portal", reason="on leave")


@pytest.fixture
def full(account: Account, clock: SteppedClock) -> Account:
    """Contoso with ten active members."""
    change_seats(account.partner_id, active(account.pk, emails(10)), cause=TESTER, clock=clock)
    clock.forward(hours=1)
    return account


def active_now(account: Account) -> list[str]:
    return sorted(Member.unscoped.filter(account=account, active=True).values_list("email", flat=True))


def test_m17_a_member_made_inactive_lowers_the_count_and_never_the_peak(full: Account, clock: SteppedClock) -> None:
    change = deactivate_members(full.partner_id, full.pk, [" USER00003@example.com"], cause=BY_HAND, clock=clock)
    assert (change.seats_before, change.seats_after, change.peak) == (10, 9, 10)
    last = member_history(EVERYTHING, full.pk, emails(1, 3)[0]).changes[-1]
    assert (last.active, last.actor, last.means, last.reason) == (False, "ana", "portal", "on leave")


def test_m15_a_member_made_active_is_a_seat_again(full: Account, clock: SteppedClock) -> None:
    deactivate_members(full.partner_id, full.pk, emails(4), cause=BY_HAND, clock=clock)
    change = activate_members(full.partner_id, full.pk, emails(2), cause=BY_HAND, clock=clock)
    assert (change.activated, change.seats_after, change.peak) == (2, 8, 10)
    assert check_books(EVERYTHING) == []


def test_m06_many_are_one_batch_and_again_none(full: Account, clock: SteppedClock) -> None:
    batches = SeatBatch.unscoped.count()
    for act in (deactivate_members, activate_members):
        act(full.partner_id, full.pk, emails(10), cause=BY_HAND, clock=clock)
        batches += 1
        assert SeatBatch.unscoped.count() == batches
        assert act(full.partner_id, full.pk, emails(10), cause=BY_HAND, clock=clock).batch_id is None
        assert SeatBatch.unscoped.count() == batches


@pytest.mark.parametrize(("typed", "code"), [("nobody@x.example", "member_unknown"), ("nobody", "email_invalid")])
def test_m18_one_that_nobody_knows_and_nobody_changes(
    full: Account, clock: SteppedClock, typed: str, code: str
) -> None:
    deactivate_members(full.partner_id, full.pk, emails(5), cause=BY_HAND, clock=clock)
    for act in (deactivate_members, activate_members):
        with pytest.raises(Refused, match=code):
            act(full.partner_id, full.pk, [*emails(10), typed], cause=BY_HAND, clock=clock)
    assert active_now(full) == emails(5, 5)
    for act in (deactivate_members, activate_members):
        with pytest.raises(Refused, match="account_unknown"):
            act(full.partner_id, full.pk + 1, emails(1), cause=BY_HAND, clock=clock)


def test_m26_a_deleted_member_is_known_again_only_when_added(full: Account, clock: SteppedClock) -> None:
    delete_members(full.partner_id, full.pk, emails(1), cause=BY_HAND, clock=clock)
    told = AuditEvent.unscoped.get(act="delete members")
    assert told.facts["members"] == [member_history(EVERYTHING, full.pk, emails(1)[0]).public_id]
    for act in (deactivate_members, activate_members):
        with pytest.raises(Refused, match="member_unknown"):
            act(full.partner_id, full.pk, emails(1), cause=BY_HAND, clock=clock)
    new = [emails(1)[0], " NEW@x.example"]
    change = activate_members(full.partner_id, full.pk, new, cause=BY_HAND, clock=clock, add=True)
    assert (change.activated, change.seats_after) == (2, 11)
    assert Member.unscoped.get(email="new@x.example").hidden_at is None
    assert check_books(EVERYTHING) == []


def test_m19_m21_who_may_not_be_active_is_told_apart(full: Account, clock: SteppedClock) -> None:
    deactivate_members(full.partner_id, full.pk, emails(10), cause=BY_HAND, clock=clock)
    change_deny_list(full.partner_id, full.pk, "add", [Denied("user00000@*")], cause=BY_HAND, clock=clock)
    Account.unscoped.filter(pk=full.pk).update(member_limit=7)
    change = activate_members(full.partner_id, full.pk, emails(10), cause=BY_HAND, clock=clock)
    assert change.activated == 7
    assert change.denied == ((full.pk, emails(1)[0]),)
    assert [email for _, email in change.over_limit] == emails(2, 8)
    assert active_now(full) == emails(7, 1)


def test_m26_nobody_is_made_active_by_hand_where_the_account_is_closed(full: Account, clock: SteppedClock) -> None:
    deactivate_members(full.partner_id, full.pk, emails(1), cause=BY_HAND, clock=clock)
    close_account(full.partner_id, full.pk, cause=BY_HAND, clock=clock)
    with pytest.raises(Refused, match="account_closed"):
        activate_members(full.partner_id, full.pk, emails(1), cause=BY_HAND, clock=clock)


def test_a_preview_keeps_nothing(full: Account, clock: SteppedClock) -> None:
    change = activate_members(
        full.partner_id, full.pk, ["new@x.example"], cause=BY_HAND, clock=clock, add=True, preview=True
    )
    assert (change.seats_after, change.peak) == (11, 11)
    assert active_now(full) == emails(10)


def test_m18_all_that_a_filter_means_are_changed_if_they_are_as_many_as_were_seen(
    full: Account, clock: SteppedClock
) -> None:
    who = MemberFilter(full.pk, search="user0000", active=True)
    seen = count_members(EVERYTHING, who)
    deactivate_members(full.partner_id, full.pk, emails(1), cause=BY_HAND, clock=clock)
    with pytest.raises(Refused, match="members_changed_meanwhile") as caught:
        deactivate_matching(full.partner_id, who, confirmed=seen, cause=BY_HAND, clock=clock)
    assert caught.value.facts == {"confirmed": 10, "found": 9}
    assert active_now(full) == emails(9, 1)
    change = deactivate_matching(full.partner_id, who, confirmed=9, cause=BY_HAND, clock=clock)
    assert (change.deactivated, change.seats_after) == (9, 0)
    back = MemberFilter(full.pk, search="user00007")
    with pytest.raises(Refused, match="members_changed_meanwhile"):
        activate_matching(full.partner_id, back, confirmed=2, cause=BY_HAND, clock=clock)
    assert activate_matching(full.partner_id, back, confirmed=1, cause=BY_HAND, clock=clock).activated == 1
    assert activate_matching(full.partner_id, back, confirmed=1, cause=BY_HAND, clock=clock, preview=True).at is None
    assert active_now(full) == emails(1, 7)


def test_a_filter_means_no_other_partner_s_members(full: Account, clock: SteppedClock) -> None:
    with pytest.raises(Refused, match="account_unknown"):
        deactivate_matching(full.partner_id, MemberFilter(full.pk + 1), confirmed=0, cause=BY_HAND, clock=clock)


def test_m06_ten_thousand_take_as_few_statements_as_one_and_one_batch(account: Account, clock: SteppedClock) -> None:
    change_seats(account.partner_id, active(account.pk, emails(10_001)), cause=TESTER, clock=clock)
    batches = SeatBatch.unscoped.count()

    def statements(search: str) -> int:
        who = MemberFilter(account.pk, active=True, search=search)
        with CaptureQueriesContext(connection) as asked:
            deactivate_matching(
                account.partner_id, who, confirmed=count_members(EVERYTHING, who), cause=BY_HAND, clock=clock
            )
        return len(asked)

    assert statements("user10000") == statements("example.com")
    assert active_now(account) == []
    assert SeatBatch.unscoped.count() == batches + 2
