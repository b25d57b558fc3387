"""Members by the page, as they stand and why; and one member's history (rules M15, M18, P1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.delete_members import delete_members
from pleamar.models import Member
from pleamar.queries.member_history import member_history
from pleamar.queries.members import MemberFilter, count_members, member_emails, members
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import Denied
from pleamar.rules.refusals import Refused
from tests.fakes.people import TESTER, emails
from tests.queries.plans import plan_among_many
from tests.queries.small_world import CREATED, IMPORT, SYNC, SmallWorld

BY_HAND = Cause(actor="ana", means="deactivate", reason="on leave", occurred_at=CREATED)
STRANGE = ["100%@y.example", "a_b@x.example", "axb@x.example", "back\\slash@x.example", "strasse@y.example"]


@pytest.fixture
def strange(world: SmallWorld) -> SmallWorld:
    """Own staff, three of them, with five more addresses that a pattern language could take for something else."""
    world.activate(world.staff, STRANGE)
    Member.unscoped.filter(account=world.staff, email="100%@y.example").update(display_name="Per Cent_Ñandú")
    return world


def found(world: SmallWorld, **wanted: object) -> list[str]:
    meant = MemberFilter(world.staff.pk, **wanted)  # type: ignore[arg-type]
    listed = [row.email for row in members(EVERYTHING, meant).rows]
    assert member_emails(EVERYTHING, meant) == listed
    assert count_members(EVERYTHING, meant) == len(listed)
    return listed


def test_m15_a_page_says_how_each_member_stands_and_why(world: SmallWorld) -> None:
    page = members(EVERYTHING, MemberFilter(world.contoso.pk))
    first, second = page.rows[0], page.rows[4]
    assert (first.email, first.active, first.denied) == ("user00000@example.com", False, False)
    assert (first.actor, first.means, first.reference, first.reason) == ("microsoft365", "sync", "run 7", "")
    assert (second.email, second.active, second.actor, second.means) == (*("user00004@example.com", False), *SYNC_BY)
    assert page.rows[10].reason == IMPORT.reason
    assert first.changed_at is not None
    assert first.public_id.startswith("mem_")
    assert page.next is None


SYNC_BY = (SYNC.actor, SYNC.means)


def test_pages_follow_each_other_by_address_and_tell_everybody_once(world: SmallWorld) -> None:
    everybody = MemberFilter(world.contoso.pk)
    total, told, after = count_members(EVERYTHING, everybody), [], ""
    for _ in range(total):
        page = members(EVERYTHING, everybody, after=after, most=4)
        told += [row.email for row in page.rows]
        if page.next is None:
            break
        after = page.next
    assert len(told) == total > 4
    assert told == sorted(set(told))
    assert members(EVERYTHING, everybody, most=total).next is None
    assert members(EVERYTHING, everybody, after=told[-1]).rows == []


def test_a_page_is_one_query_by_index(world: SmallWorld) -> None:
    with CaptureQueriesContext(connection) as asked:
        members(EVERYTHING, MemberFilter(world.contoso.pk, active=True, search="user", domain="example.com"))
    assert len(asked) == 1
    assert "seat_log_partner_at" not in plan_among_many(asked[0]["sql"], counted=False)
    plan = plan_among_many(asked[0]["sql"])
    assert "seat_log_member_at" in plan
    assert "member_email_once" in plan
    assert "Seq Scan" not in plan


def test_members_are_searched_by_part_of_the_address_or_the_name(strange: SmallWorld) -> None:
    assert found(strange, search="USER0000") == emails(3)
    assert found(strange, search=" cent_ñ") == ["100%@y.example"]
    assert found(strange, search="Straße") == ["strasse@y.example"]
    assert found(strange, search="nobody") == []


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("%", ["100%@y.example"]),
        ("a_b", ["a_b@x.example"]),
        ("\\", ["back\\slash@x.example"]),
        ("a%b", []),
        ("\0", [*STRANGE, *emails(3)]),
        ("\udcff", [*STRANGE, *emails(3)]),
        ("'; --", []),
    ],
)
def test_what_sql_gives_a_meaning_is_searched_as_it_is(strange: SmallWorld, search: str, expected: list[str]) -> None:
    assert found(strange, search=search) == sorted(expected)


def test_members_are_filtered_by_domain(strange: SmallWorld) -> None:
    assert found(strange, domain="Y.example") == found(strange, domain="@y.example") == [STRANGE[0], STRANGE[4]]
    assert found(strange, domain="example.co") == found(strange, domain="%") == []


def test_m19_members_are_filtered_by_state_and_deny_list(strange: SmallWorld) -> None:
    entries = [Denied("*%@*"), Denied("user00001@example.com"), Denied("new@x.example")]
    change_deny_list(strange.northwind.pk, strange.staff.pk, "add", entries, cause=TESTER, clock=strange.clock)
    on_it = ["100%@y.example", "user00001@example.com"]
    assert found(strange, denied=True) == found(strange, active=False) == on_it
    assert set(found(strange, denied=False)) == set(found(strange, active=True)) == {*STRANGE, *emails(3)} - set(on_it)
    rows = members(EVERYTHING, MemberFilter(strange.staff.pk, denied=True)).rows
    assert [(row.denied, row.active, row.means) for row in rows] == [(True, False, "deny list")] * 2
    assert found(strange, denied=True, domain="y.example") == ["100%@y.example"]


def test_m26_deleted_members_are_in_no_list(strange: SmallWorld) -> None:
    delete_members(strange.northwind.pk, strange.staff.pk, emails(3), cause=TESTER, clock=strange.clock)
    assert found(strange) == sorted(STRANGE)


def test_another_scope_sees_no_member(world: SmallWorld) -> None:
    meant, other = MemberFilter(world.contoso.pk), Scope(world.quiet.pk)
    assert members(other, meant).rows == []
    assert count_members(other, meant) == 0
    assert member_emails(other, meant) == []
    own = Scope(world.northwind.pk)
    assert members(own, meant) == members(EVERYTHING, meant)
    assert members(own, MemberFilter(world.contoso.pk, denied=False)) == members(own, meant)


def test_a_member_who_was_never_active_has_no_reason(world: SmallWorld) -> None:
    Member.unscoped.create(partner=world.northwind, account=world.staff, email="new@x.example", active=False)
    (row,) = members(EVERYTHING, MemberFilter(world.staff.pk, search="new@")).rows
    assert (row.active, row.changed_at, row.actor, row.means) == (False, None, "", "")


def test_m18_a_member_s_history_tells_every_change_the_oldest_first(world: SmallWorld) -> None:
    somebody = emails(1, 10)
    world.deactivate(world.contoso, somebody, BY_HAND)
    history = member_history(EVERYTHING, world.contoso.pk, "  USER00010@example.com")
    assert (history.email, history.active, history.deleted_at) == (somebody[0], False, None)
    first, last = history.changes
    assert (first.active, first.counted, first.actor, first.means) == (True, True, IMPORT.actor, IMPORT.means)
    assert (first.reference, first.reason, first.occurred_at) == (IMPORT.reference, IMPORT.reason, None)
    assert (last.active, last.counted, last.actor, last.reason) == (False, True, "ana", "on leave")
    assert last.occurred_at == CREATED
    assert first.at < last.at


def test_m26_a_deleted_member_keeps_its_history(world: SmallWorld) -> None:
    world.clock.set(world.clock() + timedelta(hours=1))
    delete_members(world.northwind.pk, world.staff.pk, emails(1), cause=BY_HAND, clock=world.clock)
    history = member_history(Scope(world.northwind.pk), world.staff.pk, emails(1)[0])
    assert [(change.active, change.counted) for change in history.changes] == [(True, False), (False, False)]
    assert history.deleted_at == history.changes[-1].at


def test_a_history_is_two_queries_by_index(world: SmallWorld) -> None:
    with CaptureQueriesContext(connection) as asked:
        member_history(EVERYTHING, world.contoso.pk, emails(1)[0])
    assert len(asked) == 2
    assert "seat_log_member_at" in plan_among_many(asked[1]["sql"])


def test_a_history_of_nobody_is_refused(world: SmallWorld) -> None:
    for scope, email, code in (
        (EVERYTHING, "nobody@x.example", "member_unknown"),
        (Scope(world.quiet.pk), emails(1)[0], "member_unknown"),
        (EVERYTHING, "", "email_invalid"),
        (EVERYTHING, "nobody\0@x.example", "email_invalid"),
    ):
        with pytest.raises(Refused, match=code):
            member_history(scope, world.contoso.pk, email)
