"""Seat changes on a real PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.db import connection

from pleamar.actions.change_seats import change_seats
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import Account, Member, Meter, SeatBatch, SeatLogEntry
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import AccountState
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails, inactive


def test_m15_an_active_member_is_a_seat(account: Account, clock: SteppedClock) -> None:
    change = change_seats(account.partner_id, active(account.pk, emails(20)), cause=TESTER, clock=clock)
    assert (change.activated, change.seats_before, change.seats_after, change.peak) == (20, 0, 20, 20)
    assert Member.unscoped.filter(account=account, active=True).count() == 20
    meter = Meter.unscoped.get(partner=account.partner_id)
    assert (meter.seats, meter.peak, meter.peak_batch_id) == (20, 20, change.batch_id)


def test_m06_a_swap_in_one_batch_does_not_raise_the_peak(account: Account, clock: SteppedClock) -> None:
    change_seats(account.partner_id, active(account.pk, emails(20)), cause=TESTER, clock=clock)
    swap = active(account.pk, emails(10, start=100)) + inactive(account.pk, emails(10))
    change = change_seats(account.partner_id, swap, cause=TESTER, clock=clock)
    assert (change.activated, change.deactivated, change.seats_after, change.peak) == (10, 10, 20, 20)


def test_m06_batches_have_strictly_increasing_times_even_when_the_clock_stands(
    account: Account, clock: SteppedClock
) -> None:
    for number in range(3):
        change_seats(account.partner_id, active(account.pk, emails(1, number)), cause=TESTER, clock=clock)
    clock.set(datetime(2025, 1, 1, tzinfo=UTC))
    change_seats(account.partner_id, active(account.pk, emails(1, 9)), cause=TESTER, clock=clock)
    times = list(SeatBatch.unscoped.order_by("id").values_list("at", flat=True))
    assert all(earlier < later for earlier, later in pairwise(times))
    assert len(times) == 5


def test_asking_for_what_already_holds_writes_nothing(account: Account, clock: SteppedClock) -> None:
    change_seats(account.partner_id, active(account.pk, emails(5)), cause=TESTER, clock=clock)
    before = (SeatBatch.unscoped.count(), SeatLogEntry.unscoped.count())
    again = change_seats(account.partner_id, active(account.pk, emails(5)), cause=TESTER, clock=clock)
    assert again.batch_id is None
    assert (SeatBatch.unscoped.count(), SeatLogEntry.unscoped.count()) == before


def test_m21_the_limit_lets_in_whom_it_fits_in_order(account: Account, clock: SteppedClock) -> None:
    Account.unscoped.filter(pk=account.pk).update(member_limit=3)
    people = emails(5)
    change = change_seats(account.partner_id, active(account.pk, people[::-1]), cause=TESTER, clock=clock)
    assert change.activated == 3
    assert [email for _, email in change.over_limit] == people[3:]
    assert set(Member.unscoped.values_list("email", flat=True)) == set(people[:3])
    swap = inactive(account.pk, people[:1]) + active(account.pk, people[4:])
    assert change_seats(account.partner_id, swap, cause=TESTER, clock=clock).over_limit == ()


def test_an_account_of_another_partner_is_unknown(account: Account, clock: SteppedClock) -> None:
    other = open_partner(NewPartner("Tailwind", "EUR"), created=clock(), cause=TESTER, now=clock())
    with pytest.raises(Refused, match="account_unknown"):
        change_seats(other.pk, active(account.pk, emails(1)), cause=TESTER, clock=clock)
    assert not Member.unscoped.exists()


@pytest.mark.parametrize("closed_between", [False, True])
def test_m20_a_live_account_never_becomes_a_trial_again(
    account: Account, clock: SteppedClock, closed_between: bool
) -> None:
    change_seats(account.partner_id, active(account.pk, emails(4)), cause=TESTER, clock=clock)
    if closed_between:
        change_seats(account.partner_id, [], states={account.pk: "closed"}, cause=TESTER, clock=clock)
    with pytest.raises(Refused, match="account_was_live"):
        change_seats(account.partner_id, [], states={account.pk: "trial"}, cause=TESTER, clock=clock)
    account.refresh_from_db()
    assert account.state == ("closed" if closed_between else "live")


def test_m20_a_trial_that_was_closed_may_be_one_again(account: Account, clock: SteppedClock) -> None:
    trial = open_account(account.partner_id, "Trying", cause=TESTER, clock=clock, state="trial")
    states: list[AccountState] = ["closed", "trial", "live", "closed", "live"]
    for state in states:
        change_seats(account.partner_id, [], states={trial.pk: state}, cause=TESTER, clock=clock)
        trial.refresh_from_db()
        assert trial.state == state


@pytest.mark.parametrize("act", ["UPDATE seat_log SET delta = 2", "DELETE FROM seat_log", "TRUNCATE seat_log"])
def test_p2_the_seat_log_refuses_to_be_rewritten(account: Account, act: str) -> None:
    with pytest.raises(Exception, match="only ever added"), connection.cursor() as cursor:
        cursor.execute(act)
