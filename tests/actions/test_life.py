"""The life of partners, accounts and members (rules M8, M26)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pleamar.actions.change_seats import change_seats
from pleamar.actions.change_terms import change_terms
from pleamar.actions.close_account import close_account
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.close_partner import close_partner
from pleamar.actions.delete_members import delete_members
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.reopen_account import reopen_account
from pleamar.models import Account, AuditEvent, Cycle, Member, Meter, Partner, SeatBatch
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails


def test_m26_a_deleted_member_is_inactive_and_hidden(account: Account, clock: SteppedClock) -> None:
    people = emails(3)
    change_seats(account.partner_id, active(account.pk, people), cause=TESTER, clock=clock)
    change = delete_members(account.partner_id, account.pk, people[:1], cause=TESTER, clock=clock)
    assert (change.seats_after, change.peak) == (2, 3)
    gone = Member.unscoped.get(email=people[0])
    assert (gone.active, gone.hidden_at) == (False, change.at)
    change_seats(account.partner_id, active(account.pk, people[:1]), cause=TESTER, clock=clock)
    gone.refresh_from_db()
    assert (gone.active, gone.hidden_at) == (True, None)
    assert check_books(EVERYTHING) == []


def test_m26_a_member_who_was_inactive_already_is_hidden_too(account: Account, clock: SteppedClock) -> None:
    change_seats(account.partner_id, active(account.pk, emails(1)), cause=TESTER, clock=clock)
    delete_members(account.partner_id, account.pk, emails(1), cause=TESTER, clock=clock)
    batches = SeatBatch.unscoped.count()
    delete_members(account.partner_id, account.pk, emails(1), cause=TESTER, clock=clock)
    assert SeatBatch.unscoped.count() == batches


def test_m26_the_internal_account_is_never_in_the_peak(partner: Partner, clock: SteppedClock) -> None:
    staff = open_account(partner.pk, "Own staff", cause=TESTER, clock=clock, internal=True, member_limit=5)
    change = change_seats(partner.pk, active(staff.pk, emails(9)), cause=TESTER, clock=clock)
    assert (change.activated, len(change.over_limit), change.seats_after, change.peak) == (5, 4, 0, 0)
    with pytest.raises(Refused, match="internal_account_exists"):
        open_account(partner.pk, "More staff", cause=TESTER, clock=clock, internal=True)
    assert check_books(EVERYTHING) == []


def test_m26_nobody_is_made_active_in_a_closed_account(account: Account, clock: SteppedClock) -> None:
    change_seats(account.partner_id, active(account.pk, emails(4)), cause=TESTER, clock=clock)
    assert close_account(account.partner_id, account.pk, cause=TESTER, clock=clock).seats_after == 0
    assert close_account(account.partner_id, account.pk, cause=TESTER, clock=clock).batch_id is None
    account.refresh_from_db()
    assert (account.state, account.active_members, account.seats) == ("closed", 4, 0)
    assert account.closed_at is not None
    with pytest.raises(Refused, match="account_closed"):
        change_seats(account.partner_id, active(account.pk, emails(1, 50)), cause=TESTER, clock=clock)
    assert reopen_account(account.partner_id, account.pk, cause=TESTER, clock=clock).seats_after == 4
    account.refresh_from_db()
    assert account.closed_at is None
    assert check_books(EVERYTHING) == []


def test_m26_a_closed_partner_has_one_last_cycle(account: Account, clock: SteppedClock) -> None:
    change_seats(account.partner_id, active(account.pk, emails(4)), cause=TESTER, clock=clock)
    clock.set(datetime(2026, 3, 10, tzinfo=UTC))
    partner = close_partner(account.partner_id, cause=TESTER, clock=clock)
    assert close_partner(account.partner_id, cause=TESTER, clock=clock).closed_at == partner.closed_at
    close_cycles(cause=TESTER, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert list(Cycle.unscoped.order_by("index").values_list("peak", flat=True)) == [4, 4, 4]
    assert Meter.unscoped.get().ended
    with pytest.raises(Refused, match="partner_closed"):
        reopen_account(account.partner_id, account.pk, cause=TESTER, clock=lambda: datetime(2027, 1, 1, tzinfo=UTC))
    assert check_books(EVERYTHING) == []


def test_m26_no_account_is_opened_or_reopened_for_a_closed_partner(account: Account, clock: SteppedClock) -> None:
    close_partner(account.partner_id, cause=TESTER, clock=clock)
    with pytest.raises(Refused, match="partner_closed"):
        open_account(account.partner_id, "One more", cause=TESTER, clock=clock)
    with pytest.raises(Refused, match="partner_closed"):
        reopen_account(account.partner_id, account.pk, cause=TESTER, clock=clock)
    assert Account.unscoped.count() == 1


def test_m08_a_new_zone_applies_from_the_next_cycle(account: Account, clock: SteppedClock) -> None:
    change_terms(account.partner_id, timezone="America/New_York", cause=TESTER, now=clock())
    meter = Meter.unscoped.get()
    assert (meter.timezone, meter.ends_at) == ("UTC", datetime(2026, 2, 1, tzinfo=UTC))
    close_cycles(cause=TESTER, now=datetime(2026, 3, 2, tzinfo=UTC))
    first, second = Cycle.unscoped.order_by("index")
    assert (first.timezone, second.timezone) == ("UTC", "America/New_York")
    assert second.starts_at == first.ends_at
    assert second.ends_at == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert AuditEvent.unscoped.filter(act="change terms").count() == 1


def test_m26_a_new_currency_needs_every_invoice_paid_and_begins_with_a_cycle(
    account: Account, clock: SteppedClock
) -> None:
    change_seats(account.partner_id, active(account.pk, emails(4)), cause=TESTER, clock=clock)
    change_terms(account.partner_id, currency="eur", cause=TESTER, now=clock())
    later = datetime(2026, 3, 2, tzinfo=UTC)
    with pytest.raises(Refused, match="currency_needs_paid_invoices"):
        change_terms(account.partner_id, currency="GBP", cause=TESTER, now=later)
    close_cycles(cause=TESTER, now=later)
    assert list(Cycle.unscoped.order_by("index").values_list("currency", flat=True)) == ["USD", "EUR"]
    with pytest.raises(Refused, match="currency_needs_paid_invoices"):
        change_terms(account.partner_id, currency="GBP", cause=TESTER, now=later)
    assert check_books(EVERYTHING) == []


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewPartner("NORTHWIND it", "USD"), "partner_exists"),
        (NewPartner("Other", "XXX"), "currency_unknown"),
        (NewPartner("Other", "USD", "Mars/Base"), "timezone_unknown"),
        (NewPartner("Other", "USD", email="nobody"), "email_invalid"),
        (NewPartner(" ", "USD"), "name_invalid"),
    ],
)
def test_a_partner_that_cannot_be_opened(partner: Partner, clock: SteppedClock, new: NewPartner, code: str) -> None:
    with pytest.raises(Refused, match=code):
        open_partner(new, created=clock(), cause=TESTER, now=clock())
    assert Partner.unscoped.count() == 1


def test_m27_a_partner_is_not_opened_in_the_future(partner: Partner, clock: SteppedClock) -> None:
    with pytest.raises(Refused, match="time_in_future"):
        open_partner(NewPartner("Later", "USD"), created=datetime(2026, 1, 2, tzinfo=UTC), cause=TESTER, now=clock())
