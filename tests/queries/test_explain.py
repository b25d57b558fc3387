"""A cycle explained to the last seat."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.queries.explain import Explanation, explain
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.rules.money import Money, total
from pleamar.rules.refusals import Refused
from tests.fakes.people import emails
from tests.queries.small_world import (
    CREATED,
    FIRST_END,
    NOW,
    PEAK_AT,
    SECOND_END,
    THIRD_END,
    SmallWorld,
)


def _counted(explained: Explanation, account: str) -> set[str]:
    return {member.email for member in explained.members if member.account == account}


def test_p1_the_peak_adds_up(world: SmallWorld) -> None:
    explained = explain(EVERYTHING, "Northwind IT", CREATED)
    assert (explained.state, explained.index, explained.ends_at) == ("closed", 0, FIRST_END)
    assert (explained.peak, explained.peak_at) == (19, PEAK_AT)
    assert (explained.opening, explained.closing) == (0, 14)
    assert explained.price is not None
    assert explained.price.unit_price == Decimal("2.4")
    assert (explained.price.net, explained.price.invoice) == (Money(4560, "USD"), "INV-000001")
    assert total((line.amount for line in explained.price.lines), "USD") == explained.price.net
    shares = {share.account: share for share in explained.shares}
    assert {name: (share.seats, share.own_peak) for name, share in shares.items()} == {
        "Contoso": (14, 14),
        "Fabrikam": (5, 5),
    }
    assert {name: share.money for name, share in shares.items()} == {
        "Contoso": Money(3360, "USD"),
        "Fabrikam": Money(1200, "USD"),
    }
    assert sum(share.seats for share in explained.shares) == explained.peak == len(explained.members)


def test_p1_every_member_counted_is_named_with_its_cause(world: SmallWorld) -> None:
    explained = explain(EVERYTHING, "Northwind IT", CREATED)
    # The first four left before the peak; those of our own staff are nobody's seats.
    assert _counted(explained, "Contoso") == set(emails(8, 4)) | set(emails(6, 100))
    assert _counted(explained, "Fabrikam") == set(emails(5, 50))
    by_email = {member.email: member for member in explained.members}
    imported = by_email["user00004@example.com"]
    assert imported.since == imported.counted_by.at == datetime(2026, 1, 16, 8, tzinfo=UTC)
    assert (imported.counted_by.actor, imported.counted_by.means) == ("ana", "import-members")
    assert (imported.counted_by.reference, imported.counted_by.reason) == ("people.csv", "first list")
    assert imported.activated_by == imported.counted_by
    assert imported.member.startswith("mem_")
    synced = by_email["user00100@example.com"]
    assert (synced.since, synced.counted_by.actor, synced.counted_by.reference) == (PEAK_AT, "microsoft365", "run 7")


def test_p1_members_of_a_trial_count_since_its_activation(world: SmallWorld) -> None:
    explained = explain(EVERYTHING, "Northwind IT", CREATED)
    member = next(member for member in explained.members if member.account == "Fabrikam")
    assert member.since == member.counted_by.at == datetime(2026, 1, 20, 8, tzinfo=UTC)
    assert (member.counted_by.actor, member.counted_by.means) == ("ben", "activate trial")
    assert (member.activated_by.actor, member.activated_by.at) == ("ana", datetime(2026, 1, 17, 8, tzinfo=UTC))


def test_m05_a_peak_at_the_start_is_the_count_after_what_happens_at_exactly_the_start(world: SmallWorld) -> None:
    explained = explain(EVERYTHING, "Northwind IT", FIRST_END)
    assert (explained.opening, explained.peak, explained.peak_at, explained.closing) == (12, 12, FIRST_END, 12)
    assert _counted(explained, "Contoso") == set(emails(6, 6)) | set(emails(6, 100))
    assert [(share.account, share.seats, share.own_peak) for share in explained.shares] == [("Contoso", 12, 12)]
    assert len(explained.members) == 12


def test_m05_a_member_that_comes_at_exactly_the_start_is_counted(world: SmallWorld) -> None:
    world.clock.set(datetime(2026, 5, 15, tzinfo=UTC))
    world.activate(world.contoso, ["late@example.com"])
    world.at(6, 16)
    world.close_and_collect()
    explained = explain(EVERYTHING, "Northwind IT", datetime(2026, 5, 15, tzinfo=UTC))
    late = next(member for member in explained.members if member.email == "late@example.com")
    assert (explained.peak, explained.peak_at, late.since) == (16, explained.starts_at, explained.starts_at)
    assert len(explained.members) == 16
    before = explain(EVERYTHING, "Northwind IT", THIRD_END)
    assert (before.peak, before.closing, len(before.members)) == (15, 15, 15)


def test_an_account_that_closed_before_the_peak_is_not_counted(world: SmallWorld) -> None:
    world.at(5, 16)
    world.activate(world.contoso, emails(2, 700))
    world.turn(world.contoso, "closed")
    world.at(5, 20)
    world.turn(world.fabrikam, "live")
    world.activate(world.fabrikam, emails(30, 800))
    world.at(6, 16)
    world.close_and_collect()
    explained = explain(EVERYTHING, "Northwind IT", datetime(2026, 5, 15, tzinfo=UTC))
    assert explained.peak == 35
    assert {member.account for member in explained.members} == {"Fabrikam"}
    assert {share.account: (share.seats, share.own_peak) for share in explained.shares} == {
        "Contoso": (0, 17),
        "Fabrikam": (35, 35),
    }
    assert [share.money for share in explained.shares if share.account == "Contoso"] == [Money(0, "USD")]


def test_a_member_that_went_and_came_back_counts_since_it_came_back(world: SmallWorld) -> None:
    world.at(4, 19)
    world.deactivate(world.contoso, emails(1, 100))
    back = world.activate(world.contoso, [*emails(1, 100), "new@example.com"]).at
    explained = explain(EVERYTHING, "Northwind IT", THIRD_END)
    assert {member.email: member.since for member in explained.members}["user00100@example.com"] == back
    assert len(explained.members) == explained.peak == 16


def test_the_running_cycle_has_no_price_yet(world: SmallWorld) -> None:
    explained = explain(EVERYTHING, "Northwind IT", THIRD_END)
    assert (explained.state, explained.peak, explained.opening, explained.closing) == ("running", 15, 14, 15)
    assert explained.price is None
    assert [(share.seats, share.money) for share in explained.shares] == [(15, None)]
    assert len(explained.members) == 15


def test_cycles_that_nobody_has_frozen_yet_are_known_by_the_time(world: SmallWorld) -> None:
    later = datetime(2026, 7, 1, tzinfo=UTC)
    started = datetime(2026, 5, 15, tzinfo=UTC)
    with pytest.raises(Refused, match="cycle_unknown"):
        explain(EVERYTHING, "Northwind IT", started)
    ended = explain(EVERYTHING, "Northwind IT", started, now=later)
    assert (ended.state, ended.opening, ended.peak, ended.price) == ("ended", 15, 15, None)
    assert explain(EVERYTHING, "Northwind IT", THIRD_END, now=later).state == "ended"
    running = explain(EVERYTHING, "Northwind IT", datetime(2026, 6, 15, tzinfo=UTC), now=later)
    assert (running.state, len(running.members)) == ("running", 15)


def test_m07_a_cycle_without_seats_has_nobody_to_name(world: SmallWorld) -> None:
    explained = explain(EVERYTHING, "Quiet", FIRST_END)
    assert (explained.peak, explained.shares, explained.members) == (0, (), ())
    assert explained.price is not None
    assert (explained.price.net, explained.price.lines, explained.price.invoice) == (Money(0, "GBP"), (), None)


def test_a_shadow_cycle_has_a_price_and_no_invoice(world: SmallWorld) -> None:
    explained = explain(EVERYTHING, "Tailwind", FIRST_END)
    assert explained.price is not None
    assert (explained.price.net, explained.price.shadow, explained.price.invoice) == (Money(1540, "EUR"), True, None)


def test_unknown_partners_and_cycles_are_refused(world: SmallWorld) -> None:
    with pytest.raises(Refused, match="cycle_unknown"):
        explain(EVERYTHING, "Northwind IT", NOW)
    with pytest.raises(Refused, match="partner_unknown"):
        explain(EVERYTHING, "northwind it", SECOND_END)
    with pytest.raises(Refused, match="partner_unknown"):
        explain(Scope(world.quiet.pk), "Northwind IT", SECOND_END)
    assert explain(Scope(world.northwind.pk), "Northwind IT", CREATED) == explain(EVERYTHING, "Northwind IT", CREATED)


def test_it_asks_as_often_for_two_members_as_for_two_hundred(world: SmallWorld) -> None:
    with CaptureQueriesContext(connection) as few:
        explain(EVERYTHING, "Northwind IT", THIRD_END)
    for number in range(10):
        world.activate(world.contoso, emails(20, 1000 + 20 * number))
    with CaptureQueriesContext(connection) as many:
        explain(EVERYTHING, "Northwind IT", THIRD_END)
    assert len(few) == len(many) <= 6
