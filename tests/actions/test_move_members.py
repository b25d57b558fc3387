"""Members moved between two accounts of one partner: one batch, all or nothing (rules M6, M19, M21, M26)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_account import close_account
from pleamar.actions.delete_members import delete_members
from pleamar.actions.import_members import import_members
from pleamar.actions.move_members import MembersMove, move_members
from pleamar.actions.open_account import open_account
from pleamar.models import Account, AuditEvent, Member, Meter, SeatBatch
from pleamar.ports.people import Person
from pleamar.queries.member_history import member_history
from pleamar.queries.members import MemberFilter, member_emails
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import Denied
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails, inactive

MERGED = Cause(actor="ana", means="portal", reason="the two have merged")


@pytest.fixture
def source(account: Account, clock: SteppedClock) -> Account:
    """Contoso with six members, of whom the last is inactive; each has a name and an external id."""
    people = [Person(email, f"Person {number}", f"id-{number}") for number, email in enumerate(emails(6))]
    import_members(account.partner_id, account.pk, people, cause=TESTER, clock=clock)
    clock.forward(hours=1)
    change_seats(account.partner_id, inactive(account.pk, emails(1, 5)), cause=TESTER, clock=clock)
    clock.forward(hours=1)
    return account


@pytest.fixture
def target(source: Account, clock: SteppedClock) -> Account:
    """Fabrikam, live and empty."""
    return open_account(source.partner_id, "Fabrikam", cause=TESTER, clock=clock)


def moved(
    source: Account, target: Account, who: list[str], clock: SteppedClock, *, preview: bool = False
) -> MembersMove:
    return move_members(source.partner_id, source.pk, target.pk, who, cause=MERGED, clock=clock, preview=preview)


def listed(account: Account, *, active: bool | None = None) -> list[str]:
    return member_emails(EVERYTHING, MemberFilter(account.pk, active=active))


def test_m06_a_move_is_one_batch_and_leaves_count_and_peak_level(
    source: Account, target: Account, clock: SteppedClock
) -> None:
    before, batches = Meter.unscoped.values("seats", "peak", "peak_at").get(), SeatBatch.unscoped.count()
    done = moved(source, target, emails(3), clock)
    assert (done.moved, done.activated, done.known) == (3, 3, 0)
    assert (done.change.seats_before, done.change.seats_after, done.change.peak) == (5, 5, 6)
    assert Meter.unscoped.values("seats", "peak", "peak_at").get() == before
    assert SeatBatch.unscoped.count() == batches + 1
    batch = SeatBatch.unscoped.latest("at")
    assert (batch.means, batch.reason, batch.reference) == ("portal", MERGED.reason, "Contoso → Fabrikam")
    assert (listed(source), listed(target, active=True)) == (emails(3, 3), emails(3))
    assert check_books(EVERYTHING) == []


def test_a_move_keeps_names_and_external_ids(source: Account, target: Account, clock: SteppedClock) -> None:
    moved(source, target, emails(6), clock)
    kept = Member.unscoped.filter(account=target).order_by("email").values_list("display_name", "external_id", "active")
    assert list(kept) == [(f"Person {number}", f"id-{number}", number < 5) for number in range(6)]


def test_m26_whoever_was_moved_is_gone_from_the_source_and_keeps_the_history(
    source: Account, target: Account, clock: SteppedClock
) -> None:
    done = moved(source, target, emails(1), clock)
    left = member_history(EVERYTHING, source.pk, emails(1)[0])
    came = member_history(EVERYTHING, target.pk, emails(1)[0])
    assert [change.active for change in left.changes] == [True, False]
    assert (left.deleted_at, left.changes[-1].reference) == (done.change.at, "Contoso → Fabrikam")
    assert [(change.active, change.at) for change in came.changes] == [(True, done.change.at)]
    told = AuditEvent.unscoped.get(act="move members")
    assert (told.subject, told.facts["to"], told.facts["members"]) == (
        source.public_id,
        target.public_id,
        [left.public_id],
    )


def test_a_member_inactive_at_the_source_stays_inactive(source: Account, target: Account, clock: SteppedClock) -> None:
    batches = SeatBatch.unscoped.count()
    done = moved(source, target, emails(1, 5), clock)
    assert (done.moved, done.activated, done.change.batch_id) == (1, 0, None)
    assert (listed(target, active=False), listed(source)) == (emails(1, 5), emails(5))
    assert SeatBatch.unscoped.count() == batches
    assert AuditEvent.unscoped.filter(act="move members").count() == 1
    assert check_books(EVERYTHING) == []


def test_a_member_the_target_knows_stays_as_the_target_knows_it(
    source: Account, target: Account, clock: SteppedClock
) -> None:
    """Active at both: a seat less. Inactive at the target: as at the source. Inactive here, active there: stays."""
    known = [Person(email, "Known there", None) for email in [*emails(2), *emails(1, 5)]]
    import_members(target.partner_id, target.pk, known, cause=TESTER, clock=clock)
    change_seats(target.partner_id, inactive(target.pk, emails(1, 1)), cause=TESTER, clock=clock)
    done = moved(source, target, emails(2) + emails(1, 5), clock)
    assert (done.moved, done.activated, done.known) == (3, 1, 3)
    assert (done.change.seats_before, done.change.seats_after) == (7, 6)
    assert listed(target, active=True) == emails(2) + emails(1, 5)
    named = Member.unscoped.filter(account=target).order_by("email").values_list("display_name", "external_id")
    assert list(named) == [("Known there", "id-0"), ("Known there", "id-1"), ("Known there", "id-5")]
    assert check_books(EVERYTHING) == []


def test_m26_a_member_deleted_at_the_target_is_seen_there_again(
    source: Account, target: Account, clock: SteppedClock
) -> None:
    there = emails(1) + emails(1, 5)
    change_seats(target.partner_id, active(target.pk, there), cause=TESTER, clock=clock)
    delete_members(target.partner_id, target.pk, there, cause=TESTER, clock=clock)
    assert moved(source, target, there, clock).known == 0
    assert (listed(target, active=True), listed(target, active=False)) == (emails(1), emails(1, 5))
    assert moved(target, source, there, clock).moved == 2
    assert (listed(source), listed(target)) == (emails(6), [])
    assert check_books(EVERYTHING) == []


def test_m20_a_move_out_of_a_trial_begins_to_count(source: Account, clock: SteppedClock) -> None:
    trial = open_account(source.partner_id, "Trying", cause=TESTER, clock=clock, state="trial")
    change_seats(trial.partner_id, active(trial.pk, emails(3, 50)), cause=TESTER, clock=clock)
    done = moved(trial, source, emails(3, 50), clock, preview=True)
    assert (done.change.seats_before, done.change.seats_after, done.change.peak) == (5, 8, 8)
    assert (listed(trial), listed(source)) == (emails(3, 50), emails(6))
    assert moved(source, trial, emails(3), clock).change.seats_after == 2


def everything_listed(*accounts: Account) -> list[tuple[str, bool, bool]]:
    rows = Member.unscoped.filter(account__in=accounts).order_by("pk")
    return [(str(row), row.active, row.hidden_at is None) for row in rows]


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ([*emails(2), "nobody@x.example"], "member_unknown"),
        ([*emails(2), "nobody"], "email_invalid"),
        (emails(3), "move_over_limit"),
        (emails(2) + emails(1, 4), "move_denied"),
        (emails(2) + emails(1, 5), "move_denied"),
    ],
)
def test_m19_m21_all_move_or_nobody(
    source: Account, target: Account, clock: SteppedClock, who: list[str], code: str
) -> None:
    Account.unscoped.filter(pk=target.pk).update(member_limit=2)
    entries = [Denied("user00004@*"), Denied(emails(1, 5)[0])]
    change_deny_list(target.partner_id, target.pk, "add", entries, cause=TESTER, clock=clock)
    before, batches = everything_listed(source, target), SeatBatch.unscoped.count()
    with pytest.raises(Refused, match=code):
        moved(source, target, who, clock)
    assert (everything_listed(source, target), SeatBatch.unscoped.count()) == (before, batches)
    assert not AuditEvent.unscoped.filter(act="move members").exists()
    assert moved(source, target, emails(2), clock).moved == 2


def test_m26_members_move_only_to_another_open_account_of_the_partner(
    source: Account, target: Account, clock: SteppedClock
) -> None:
    with pytest.raises(Refused, match="move_to_same_account"):
        moved(source, source, emails(1), clock)
    with pytest.raises(Refused, match="account_unknown"):
        move_members(source.partner_id, source.pk, target.pk + 1, emails(1), cause=MERGED, clock=clock)
    close_account(target.partner_id, target.pk, cause=TESTER, clock=clock)
    for who in (emails(1), emails(1, 5)):
        with pytest.raises(Refused, match="account_is_closed"):
            moved(source, target, who, clock)
    assert listed(source) == emails(6)


def test_whoever_was_moved_already_is_unknown_here(source: Account, target: Account, clock: SteppedClock) -> None:
    moved(source, target, emails(1), clock)
    with pytest.raises(Refused, match="member_unknown"):
        moved(source, target, emails(1), clock)
    assert moved(source, target, [], clock).change.batch_id is None


def test_m06_a_thousand_move_in_as_few_statements_as_one(source: Account, target: Account, clock: SteppedClock) -> None:
    change_seats(source.partner_id, active(source.pk, emails(1000, 100)), cause=TESTER, clock=clock)

    def statements(who: list[str]) -> int:
        with CaptureQueriesContext(connection) as asked:
            moved(source, target, who, clock)
        return len(asked)

    assert statements(emails(1)) == statements(emails(1000, 100))
    assert len(listed(target, active=True)) == 1001
