"""People of all of a partner's customers: pages, counts, and who is meant (rules A7, M15)."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.models import Account, Member
from pleamar.queries.people import (
    PeopleFilter,
    Place,
    are_people,
    count_people,
    people,
    people_meant,
    people_named,
)
from pleamar.queries.scopes import EVERYTHING, Scope
from tests.queries.plans import plan_among_many
from tests.queries.small_world import SmallWorld


def everybody(world: SmallWorld) -> list[tuple[str, str]]:
    """As they are to come: by customer, whatever the capitals, then by address."""
    rows = Member.unscoped.filter(partner=world.contoso.partner, hidden_at=None).exclude(account__state="closed")
    told = ((row.account.name, row.email) for row in rows.select_related("account"))
    return sorted(told, key=lambda one: (one[0].lower(), one[1]))


def test_pages_tell_everybody_once_forth_and_back(world: SmallWorld) -> None:
    wanted, scope = PeopleFilter(world.contoso.partner_id), Scope(world.contoso.partner_id)
    told: list[tuple[str, str]] = []
    page = people(scope, wanted, most=4)
    starts = []
    while True:
        told += [(row.customer, row.email) for row in page.rows]
        if page.next is None:
            break
        starts.append(page.rows)
        page = people(scope, wanted, after=page.next, most=4)
    assert told == everybody(world)
    assert count_people(scope, wanted) == len(told) > 4
    for rows in reversed(starts):
        assert page.previous is not None
        page = people(scope, wanted, before=page.previous, most=4)
        assert [row.public_id for row in page.rows] == [row.public_id for row in rows]
    assert page.previous is None


def test_a_count_ends_somewhere(world: SmallWorld) -> None:
    wanted = PeopleFilter(world.contoso.partner_id)
    assert count_people(EVERYTHING, wanted, most=3) == 4
    assert len(people_meant(EVERYTHING, wanted, most=3)) == 4


def test_another_scope_has_nobody(world: SmallWorld) -> None:
    wanted, other = PeopleFilter(world.contoso.partner_id), Scope(world.contoso.partner_id + 1_000)
    some = people(EVERYTHING, wanted).rows[0]
    assert people(other, wanted).rows == []
    assert people(other, wanted, after=Place(some.customer_id, some.email)).rows == []
    assert count_people(other, wanted) == 0
    assert people_named(other, world.contoso.partner_id, [some.public_id]) == []
    assert not are_people(other, world.contoso.partner_id, [some.public_id])
    assert are_people(EVERYTHING, world.contoso.partner_id, [some.public_id])


def test_a7_those_under_an_annual_contract_are_outside(world: SmallWorld) -> None:
    wanted = PeopleFilter(world.contoso.partner_id)
    before = count_people(EVERYTHING, wanted)
    theirs = people(EVERYTHING, PeopleFilter(world.contoso.partner_id, world.contoso.pk)).rows
    Account.unscoped.filter(pk=world.contoso.pk).update(model="annual", seats=0)
    assert count_people(EVERYTHING, wanted) == before - len(theirs)
    assert people_named(EVERYTHING, world.contoso.partner_id, [theirs[0].public_id]) == []


def test_closed_customers_are_seen_only_by_name(world: SmallWorld) -> None:
    wanted = PeopleFilter(world.contoso.partner_id)
    before, theirs = (
        count_people(EVERYTHING, one) for one in (wanted, PeopleFilter(wanted.partner_id, world.contoso.pk))
    )
    Account.unscoped.filter(pk=world.contoso.pk).update(state="closed", seats=0)
    assert count_people(EVERYTHING, wanted) == before - theirs
    assert count_people(EVERYTHING, PeopleFilter(wanted.partner_id, world.contoso.pk)) == theirs > 0


def test_a_page_is_read_by_indexes(world: SmallWorld) -> None:
    with CaptureQueriesContext(connection) as asked:
        people(Scope(world.contoso.partner_id), PeopleFilter(world.contoso.partner_id, active=True, search="user"))
    assert len(asked) == 1
    assert "seat_log_partner_at" not in plan_among_many(asked[0]["sql"], counted=False)
    plan = plan_among_many(asked[0]["sql"])
    assert "member_email_once" in plan
    assert "seat_log_member_at" in plan
    assert "Seq Scan" not in plan
