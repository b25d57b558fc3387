"""Deny lists: whoever is on one is never active, by no way in (rules M6, M19)."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pleamar.actions.change_deny_list import DenyListChange, How, change_deny_list
from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_account import close_account
from pleamar.actions.close_partner import close_partner
from pleamar.actions.import_members import import_members
from pleamar.actions.reopen_account import reopen_account
from pleamar.models import Account, AuditEvent, DenyEntry, Member, SeatBatch
from pleamar.ports.people import Person
from pleamar.queries.deny_list import deny_list
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.truths import check_books
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import MOST_PATTERNS, Denied, as_like, checked_pattern, matches
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails, inactive

LEFT = Cause(actor="ana", means="deny add", reason="they left")
PEOPLE = ["ana@x.example", "ben@x.example", "room-1@x.example", "room-2@x.example", "room_3@x.example", "eve@y.example"]


@pytest.fixture
def full(account: Account, clock: SteppedClock) -> Account:
    """Contoso with six active members."""
    change_seats(account.partner_id, active(account.pk, PEOPLE), cause=TESTER, clock=clock)
    clock.forward(hours=1)
    return account


HOWS: tuple[How, ...] = ("add", "remove", "replace")


def changed(
    account: Account, how: How, patterns: Iterable[str], clock: SteppedClock, *, preview: bool = False
) -> DenyListChange:
    entries = [Denied(pattern) for pattern in patterns]
    return change_deny_list(account.partner_id, account.pk, how, entries, cause=LEFT, clock=clock, preview=preview)


def on_list(account: Account) -> list[str]:
    return [row.pattern for row in deny_list(EVERYTHING, account.pk)]


def active_now(account: Account) -> list[str]:
    return sorted(Member.unscoped.filter(account=account, active=True).values_list("email", flat=True))


def test_m19_whoever_is_put_on_the_list_is_inactive_at_once_in_one_batch(full: Account, clock: SteppedClock) -> None:
    batches = SeatBatch.unscoped.count()
    done = changed(full, "add", ["room-*@x.example", " ANA@x.example"], clock)
    assert done.added == ("ana@x.example", "room-*@x.example")
    assert done.deactivated == ("ana@x.example", "room-1@x.example", "room-2@x.example")
    assert (done.change.seats_before, done.change.seats_after, done.change.peak) == (6, 3, 6)
    batch = SeatBatch.unscoped.latest("at")
    assert SeatBatch.unscoped.count() == batches + 1
    assert (batch.actor, batch.means, batch.reason, batch.at) == ("ana", "deny list", "they left", done.change.at)
    assert active_now(full) == ["ben@x.example", "eve@y.example", "room_3@x.example"]
    row = deny_list(EVERYTHING, full.pk)[0]
    assert (row.pattern, row.reason, row.added_by, row.added_at) == ("ana@x.example", "they left", "ana", batch.at)
    assert row.public_id.startswith("dny_")
    assert deny_list(Scope(full.partner_id + 1), full.pk) == []
    told = AuditEvent.unscoped.get(act="change deny list")
    assert (told.subject, told.actor, told.reason, told.partner_id) == (full.public_id, *LEFT_FACTS, full.partner_id)
    assert (told.facts["added"], told.facts["removed"]) == (["ana@x.example", "room-*@x.example"], [])
    assert check_books(EVERYTHING) == []


LEFT_FACTS = ("ana", "they left")


def test_m19_nothing_gets_past_the_list(full: Account, clock: SteppedClock) -> None:
    changed(full, "add", ["*@x.example"], clock)
    new = ["new@x.example", "ana@x.example"]
    change = change_seats(full.partner_id, active(full.pk, new), cause=TESTER, clock=clock)
    assert (change.batch_id, sorted(change.denied)) == (None, sorted((full.pk, email) for email in new))
    people = [Person(email, "Somebody", None) for email in [*PEOPLE, *new]]
    done = import_members(full.partner_id, full.pk, people, cause=TESTER, clock=clock)
    assert (done.change.activated, len(done.change.denied)) == (0, 6)
    close_account(full.partner_id, full.pk, cause=TESTER, clock=clock)
    reopen_account(full.partner_id, full.pk, cause=TESTER, clock=clock)
    assert active_now(full) == ["eve@y.example"]
    assert not Member.unscoped.filter(email="new@x.example").exists()
    assert check_books(EVERYTHING) == []


def test_m19_a_list_is_one_account_s(full: Account, clock: SteppedClock) -> None:
    done = changed(full, "add", ["*@y.example"], clock)
    assert done.deactivated == ("eve@y.example",)
    other = Account.unscoped.create(partner=full.partner, name="Other", state="live", created_at=clock())
    change = change_seats(full.partner_id, active(other.pk, ["eve@y.example"]), cause=TESTER, clock=clock)
    assert (change.activated, change.denied) == (1, ())


def test_m19_taking_an_entry_off_makes_nobody_active(full: Account, clock: SteppedClock) -> None:
    changed(full, "add", ["ana@x.example", "ben@x.example"], clock)
    batches = SeatBatch.unscoped.count()
    done = changed(full, "remove", ["ana@x.example", "nobody@x.example"], clock)
    assert (done.removed, done.unchanged) == (("ana@x.example",), ("nobody@x.example",))
    assert (SeatBatch.unscoped.count(), on_list(full)) == (batches, ["ben@x.example"])
    assert "ana@x.example" not in active_now(full)
    change = change_seats(full.partner_id, active(full.pk, PEOPLE[:2]), cause=TESTER, clock=clock)
    assert (change.activated, change.denied) == (1, ((full.pk, "ben@x.example"),))


def test_m19_replacing_tells_what_comes_and_goes(full: Account, clock: SteppedClock) -> None:
    changed(full, "add", ["ana@x.example", "ben@x.example"], clock)
    done = changed(full, "replace", ["ben@x.example", "eve@*"], clock)
    assert (done.added, done.removed, done.unchanged) == (("eve@*",), ("ana@x.example",), ("ben@x.example",))
    assert done.deactivated == ("eve@y.example",)
    assert on_list(full) == ["ben@x.example", "eve@*"]
    assert changed(full, "replace", [], clock).removed == ("ben@x.example", "eve@*")
    assert on_list(full) == []


@pytest.mark.parametrize("how", ["add", "replace"])
def test_m19_what_is_there_already_changes_nothing(full: Account, clock: SteppedClock, how: How) -> None:
    changed(full, "add", ["ana@x.example"], clock)
    entry, batches = DenyEntry.unscoped.values().get(), SeatBatch.unscoped.count()
    clock.forward(days=1)
    done = changed(full, how, ["ANA@x.example"], clock)
    assert (done.added, done.removed, done.unchanged) == ((), (), ("ana@x.example",))
    assert (DenyEntry.unscoped.values().get(), SeatBatch.unscoped.count()) == (entry, batches)
    assert AuditEvent.unscoped.filter(act="change deny list").count() == 1


@pytest.mark.parametrize("how", HOWS)
def test_m19_a_preview_keeps_nothing(full: Account, clock: SteppedClock, how: How) -> None:
    changed(full, "add", ["ana@x.example"], clock)
    batches, acts = SeatBatch.unscoped.count(), AuditEvent.unscoped.count()
    done = changed(full, how, ["*@y.example"], clock, preview=True)
    assert done.preview
    assert done.deactivated == (() if how == "remove" else ("eve@y.example",))
    assert done.removed == (("ana@x.example",) if how == "replace" else ())
    assert (on_list(full), len(active_now(full))) == (["ana@x.example"], 5)
    assert (SeatBatch.unscoped.count(), AuditEvent.unscoped.count()) == (batches, acts)


def test_m19_an_entry_keeps_its_own_reason(full: Account, clock: SteppedClock) -> None:
    entries = [Denied("ana@x.example", "retired"), Denied("ben@x.example")]
    change_deny_list(full.partner_id, full.pk, "add", entries, cause=LEFT, clock=clock)
    assert [row.reason for row in deny_list(EVERYTHING, full.pk)] == ["retired", "they left"]


@pytest.mark.parametrize(("pattern", "code"), [("x.example", "deny_pattern_invalid"), ("*@*", "deny_pattern_too_wide")])
def test_m19_rubbish_leaves_the_list_as_it_was(full: Account, clock: SteppedClock, pattern: str, code: str) -> None:
    changed(full, "add", ["ana@x.example"], clock)
    for how in HOWS:
        with pytest.raises(Refused, match=code):
            changed(full, how, ["ben@x.example", pattern], clock)
    assert (on_list(full), len(active_now(full))) == (["ana@x.example"], 5)


def test_m19_a_list_has_room_for_so_many_patterns_and_any_number_of_addresses(
    full: Account, clock: SteppedClock
) -> None:
    changed(full, "add", [f"a{number}@*" for number in range(MOST_PATTERNS)], clock)
    with pytest.raises(Refused, match="deny_list_too_long"):
        changed(full, "add", ["ana@x.example", "one-more@*"], clock)
    assert "ana@x.example" in active_now(full)
    changed(full, "add", emails(MOST_PATTERNS + 1), clock)
    assert len(on_list(full)) == 2 * MOST_PATTERNS + 1


def test_m26_once_a_closed_partner_s_last_cycle_has_ended_its_lists_stay(full: Account, clock: SteppedClock) -> None:
    close_partner(full.partner_id, cause=TESTER, clock=clock)
    clock.forward(days=40)
    with pytest.raises(Refused, match="partner_closed"):
        changed(full, "add", ["ana@x.example"], clock)
    with pytest.raises(Refused, match="account_unknown"):
        change_deny_list(full.partner_id, full.pk + 1, "add", [Denied("a@b")], cause=LEFT, clock=clock)
    assert on_list(full) == []


def test_m19_ten_thousand_members_and_a_thousand_patterns_take_as_few_statements_as_one(
    account: Account, clock: SteppedClock
) -> None:
    def statements(patterns: list[str]) -> int:
        with CaptureQueriesContext(connection) as asked:
            changed(account, "add", patterns, clock)
        return len(asked)

    change_seats(account.partner_id, active(account.pk, emails(10_000)), cause=TESTER, clock=clock)
    one = statements(["user00000@*"])
    many = statements([f"user{number:03}*@example.com" for number in range(1000)] + emails(500, 9_000))
    assert many == one
    assert active_now(account) == []
    assert SeatBatch.unscoped.filter(means="deny list").count() == 2
    change_seats(account.partner_id, inactive(account.pk, emails(1)), cause=TESTER, clock=clock)
    assert check_books(EVERYTHING) == []


texts = st.text("ab*%_\\.ñß'\"{},?[", min_size=1, max_size=5)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.builds("{}@{}".format, texts, texts), min_size=1, max_size=8), st.builds("{}@{}".format, texts, texts)
)
def test_m19_python_and_postgresql_mean_the_same_by_a_pattern(db: None, addresses: list[str], text: str) -> None:
    try:
        pattern = checked_pattern(text)
    except Refused:
        return
    like = as_like(pattern)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(email LIKE %s, email = %s) FROM unnest(%s::text[]) WITH ORDINALITY AS a (email, place) "
            "ORDER BY place",
            [like, pattern, addresses],
        )
        assert [row[0] for row in cursor.fetchall()] == [matches(pattern, email) for email in addresses]
