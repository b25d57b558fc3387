"""The life of partners, accounts and members (rules M8, M26)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import sleep
from typing import TypeVar

import pytest
from django.db import connection, transaction

from pleamar.actions.change_seats import change_seats
from pleamar.actions.change_terms import change_terms
from pleamar.actions.close_account import close_account
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.close_partner import close_partner
from pleamar.actions.delete_members import delete_members
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.reopen_account import reopen_account
from pleamar.models import Account, AuditEvent, Cycle, Installation, Member, Meter, Partner, SeatBatch
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails

Done = TypeVar("Done")


def while_uncommitted(act: Callable[[], object], second: Callable[[], Done]) -> Done:
    """Do `act`, and commit it only when `second`, on a connection of its own, waits for it; what `second` came to."""

    def run() -> Done:
        try:
            return second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            act()
            running = pool.submit(run)
            for _ in range(1000):
                cursor.execute(
                    "SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid' "
                    "AND transactionid = pg_current_xact_id()::xid"
                )
                if cursor.fetchone() is not None or running.done():
                    break
                sleep(0.01)
        return running.result()


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


def test_m26_a_member_is_deleted_however_the_address_is_typed(account: Account, clock: SteppedClock) -> None:
    change_seats(account.partner_id, active(account.pk, ["ana@x.example"]), cause=TESTER, clock=clock)
    change = delete_members(account.partner_id, account.pk, ["ANA@X.example "], cause=TESTER, clock=clock)
    assert (change.deactivated, change.seats_after) == (1, 0)
    assert Member.unscoped.get().hidden_at == change.at


@pytest.mark.parametrize(("typed", "code"), [("bob@x.example", "member_unknown"), ("bob", "email_invalid")])
def test_m26_a_member_that_nobody_knows_is_not_deleted(
    account: Account, clock: SteppedClock, typed: str, code: str
) -> None:
    change_seats(account.partner_id, active(account.pk, emails(2)), cause=TESTER, clock=clock)
    with pytest.raises(Refused, match=code) as caught:
        delete_members(account.partner_id, account.pk, [*emails(2), typed], cause=TESTER, clock=clock)
    assert caught.value.facts == {"email": typed}
    assert Member.unscoped.filter(active=True, hidden_at=None).count() == 2


def test_m26_the_internal_account_needs_a_limit(partner: Partner, clock: SteppedClock) -> None:
    with pytest.raises(Refused, match="internal_account_needs_limit"):
        open_account(partner.pk, "Own staff", cause=TESTER, clock=clock, internal=True)
    assert not Account.unscoped.exists()


def test_m26_the_internal_account_is_never_in_the_peak(partner: Partner, clock: SteppedClock) -> None:
    staff = open_account(partner.pk, "Own staff", cause=TESTER, clock=clock, internal=True, member_limit=5)
    change = change_seats(partner.pk, active(staff.pk, emails(9)), cause=TESTER, clock=clock)
    assert (change.activated, len(change.over_limit), change.seats_after, change.peak) == (5, 4, 0, 0)
    with pytest.raises(Refused, match="internal_account_exists"):
        open_account(partner.pk, "More staff", cause=TESTER, clock=clock, internal=True, member_limit=5)
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


def test_m26_only_a_closed_account_is_reopened(account: Account, clock: SteppedClock) -> None:
    trial = open_account(account.partner_id, "Trying", cause=TESTER, clock=clock, state="trial")
    change_seats(account.partner_id, active(trial.pk, emails(3)), cause=TESTER, clock=clock)
    with pytest.raises(Refused, match="account_not_closed"):
        reopen_account(account.partner_id, trial.pk, cause=TESTER, clock=clock)
    trial.refresh_from_db()
    assert (trial.state, trial.seats) == ("trial", 0)
    assert reopen_account(account.partner_id, account.pk, cause=TESTER, clock=clock).batch_id is None
    with pytest.raises(Refused, match="account_unknown"):
        reopen_account(account.partner_id, trial.pk + 1000, cause=TESTER, clock=clock)


def test_m26_an_account_reopens_as_what_it_was(account: Account, clock: SteppedClock) -> None:
    trial = open_account(account.partner_id, "Trying", cause=TESTER, clock=clock, state="trial")
    change_seats(account.partner_id, active(trial.pk, emails(3)), cause=TESTER, clock=clock)
    for activated, state, seats in ((False, "trial", 0), (True, "live", 3)):
        if activated:
            change_seats(account.partner_id, [], states={trial.pk: "live"}, cause=TESTER, clock=clock)
        for _ in range(2):
            close_account(account.partner_id, trial.pk, cause=TESTER, clock=clock)
            assert reopen_account(account.partner_id, trial.pk, cause=TESTER, clock=clock).seats_after == seats
            trial.refresh_from_db()
            assert (trial.state, trial.seats) == (state, seats)
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


def test_two_partners_of_one_name_at_once(committed: Installation, clock: SteppedClock) -> None:
    def opens(name: str) -> Callable[[], Partner]:
        return lambda: open_partner(NewPartner(name, "USD"), created=clock(), cause=TESTER, now=clock())

    with pytest.raises(Refused, match="partner_exists"):
        while_uncommitted(opens("Northwind IT"), opens("NORTHWIND it"))
    assert Partner.unscoped.get().name == "Northwind IT"
    assert check_books(EVERYTHING) == []


def test_two_accounts_of_one_name_at_once(committed: Installation, clock: SteppedClock) -> None:
    partner = open_partner(NewPartner("Northwind IT", "USD"), created=clock(), cause=TESTER, now=clock())

    def opens() -> Account:
        return open_account(partner.pk, "Contoso", cause=TESTER, clock=clock)

    with pytest.raises(Refused, match="account_exists"):
        while_uncommitted(opens, opens)
    assert Account.unscoped.count() == 1
    assert check_books(EVERYTHING) == []
