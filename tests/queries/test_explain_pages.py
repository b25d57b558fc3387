"""The paged reads of a peak say what the whole explanation says, for cycles of every kind (rules P1, M2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.close_partner import close_partner
from pleamar.queries.counted_members import counted_members
from pleamar.queries.cycle_frames import cycle_of_day, running_cycle
from pleamar.queries.cycle_use import cycle_use, running_trials
from pleamar.queries.explain import explain
from pleamar.queries.past_cycles import past_cycles
from pleamar.queries.peak_steps import peak_steps
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.usage import usage
from pleamar.queries.why_counted import why_counted
from pleamar.rules.money import Money, total
from pleamar.rules.refusals import Refused
from tests.fakes.people import TESTER, emails
from tests.queries.small_world import CREATED, FIRST_END, NOW, PEAK_AT, SECOND_END, THIRD_END, SmallWorld

STARTS = [CREATED, FIRST_END, SECOND_END, THIRD_END]


@pytest.mark.parametrize("start", STARTS)
def test_p01_pages_of_people_add_up_to_the_whole_explanation(world: SmallWorld, start: datetime) -> None:
    scope = Scope(world.northwind.pk)
    whole = explain(EVERYTHING, "Northwind IT", start, now=NOW)
    use = cycle_use(scope, cycle_of_day(scope, world.northwind.pk, start.date(), now=NOW))
    people, after = [], ""
    while True:
        page = counted_members(scope, world.northwind.pk, use.frame.peak_at, use.accounts, after=after, most=4)
        people += page.rows
        if page.after is None:
            break
        after = page.after
    assert [(one.account, one.email, one.since, one.counted_by, one.activated_by) for one in people] == [
        (one.account, one.email, one.since, one.counted_by, one.activated_by) for one in whole.members
    ]
    assert len(people) == whole.peak


@pytest.mark.parametrize("start", STARTS)
def test_m02_shares_and_money_are_those_of_the_explanation_and_the_statement(
    world: SmallWorld, start: datetime
) -> None:
    scope = Scope(world.northwind.pk)
    whole = explain(EVERYTHING, "Northwind IT", start, now=NOW)
    use = cycle_use(scope, cycle_of_day(scope, world.northwind.pk, start.date(), now=NOW))
    assert {(one.account_id, one.at_peak, one.own_peak) for one in use.accounts} == {
        (one.account_id, one.seats, one.own_peak) for one in whole.shares
    }
    assert sum(one.at_peak for one in use.accounts) == use.frame.peak == whole.peak
    assert use.net is not None
    assert total((one.share for one in use.accounts if one.share), "USD") == use.net
    if whole.price is not None:
        assert use.net == whole.price.net
        assert {one.account_id: one.share for one in use.accounts} == {
            one.account_id: one.money for one in whole.shares
        }


def test_m12_the_running_cycle_is_that_of_usage(world: SmallWorld) -> None:
    scope = Scope(world.northwind.pk)
    told = usage(scope, "Northwind IT", now=NOW)
    use = cycle_use(scope, running_cycle(scope, world.northwind.pk, now=NOW))
    assert use.accounts == told.accounts
    assert told.priced is not None
    assert use.net == told.priced.calculation.priced.total
    assert (use.frame.state, use.frame.closing) == ("running", told.seats)


def test_m26_the_last_cycle_of_a_closed_partner_is_found_before_and_after_it_is_billed(world: SmallWorld) -> None:
    scope = Scope(world.northwind.pk)
    close_partner(world.northwind.pk, cause=TESTER, clock=world.clock)
    later = datetime(2026, 6, 20, tzinfo=UTC)
    before = running_cycle(scope, world.northwind.pk, now=later)
    assert (before.state, before.last, before.peak, before.price) == ("ended", True, 15, None)
    assert cycle_use(scope, before).net == Money(3600, "USD")
    world.clock.set(later)
    world.close_and_collect()
    after = running_cycle(scope, world.northwind.pk, now=later)
    assert (after.state, after.last, after.peak) == ("closed", True, 15)
    assert cycle_use(scope, after).accounts == cycle_use(scope, before).accounts
    assert past_cycles(scope, world.northwind.pk, now=later).total == 3


def test_m12_past_cycles_come_in_pages(world: SmallWorld) -> None:
    scope, later = Scope(world.northwind.pk), datetime(2026, 6, 20, tzinfo=UTC)
    whole = past_cycles(scope, world.northwind.pk, now=later)
    assert (whole.total, len(whole.rows)) == (5, 5)
    pages = [past_cycles(scope, world.northwind.pk, now=later, first=first, most=2).rows for first in (0, 2, 4, 6)]
    assert [row for page in pages for row in page] == list(whole.rows)


def test_a_cycle_that_is_none_is_refused(world: SmallWorld) -> None:
    scope = Scope(world.northwind.pk)
    for day in (date(2026, 1, 14), date(2026, 2, 14), date.min, date.max):
        with pytest.raises(Refused, match="cycle_unknown"):
            cycle_of_day(scope, world.northwind.pk, day, now=NOW)
    with pytest.raises(Refused, match="cycle_unknown"):
        cycle_of_day(Scope(world.quiet.pk), world.northwind.pk, FIRST_END.date(), now=NOW)


def test_p01_the_steps_up_to_the_peak_begin_with_the_opening_count(world: SmallWorld) -> None:
    scope = Scope(world.northwind.pk)
    frame = cycle_of_day(scope, world.northwind.pk, CREATED.date(), now=NOW)
    steps = peak_steps(scope, frame)
    assert [(step.delta, step.seats) for step in steps.rows] == [(6, 19), (-4, 13), (5, 17), (12, 12)]
    assert (steps.rows[0].facts.at, steps.before) == (PEAK_AT, None)
    assert frame.opening + sum(step.delta for step in steps.rows) == frame.peak
    first = peak_steps(scope, frame, most=3)
    assert first.before is not None
    assert [*first.rows, *peak_steps(scope, frame, before=first.before).rows] == steps.rows


def test_p01_why_somebody_is_billed_or_is_not(world: SmallWorld) -> None:
    scope, number = Scope(world.northwind.pk), world.northwind.pk

    def verdict(email: str, at: datetime = PEAK_AT) -> str:
        (answer,) = why_counted(scope, number, email, at)
        return answer.verdict

    (counted,) = why_counted(scope, number, "USER00011@example.com", PEAK_AT)
    assert (counted.verdict, counted.since) == ("counted", datetime(2026, 1, 16, 8, tzinfo=UTC))
    assert counted.by is not None
    assert (counted.by.actor, counted.by.reference) == ("ana", "people.csv")
    (gone,) = [one for one in why_counted(scope, number, emails(1)[0], PEAK_AT) if one.account == "Contoso"]
    assert (gone.verdict, gone.since, gone.until) == ("inactive", datetime(2026, 1, 22, 8, tzinfo=UTC), None)
    assert verdict(emails(1, 300)[0]) == "not_yet"
    (trial,) = why_counted(scope, number, emails(1, 50)[0], datetime(2026, 1, 18, tzinfo=UTC))
    assert (trial.verdict, trial.until) == ("not_billed", datetime(2026, 1, 20, 8, tzinfo=UTC))
    (activated,) = why_counted(scope, number, emails(1, 50)[0], PEAK_AT)
    assert (activated.verdict, activated.since) == ("counted", datetime(2026, 1, 20, 8, tzinfo=UTC))
    assert activated.by is not None
    assert activated.activated_by is not None
    assert (activated.by.means, activated.activated_by.means) == ("activate trial", "import-members")
    assert why_counted(scope, number, "nobody@example.com", PEAK_AT) == []
    assert why_counted(Scope(world.quiet.pk), number, emails(1)[0], PEAK_AT) == []


def test_what_is_read_grows_with_nothing(world: SmallWorld) -> None:
    scope, number = Scope(world.northwind.pk), world.northwind.pk

    def asked() -> int:
        with CaptureQueriesContext(connection) as reading:
            use = cycle_use(scope, running_cycle(scope, number, now=world.clock()))
            counted_members(scope, number, use.frame.peak_at, use.accounts, after="mem_nobody")
            peak_steps(scope, use.frame)
            past_cycles(scope, number, now=world.clock(), most=12)
            running_trials(scope, number, now=world.clock())
        return len(reading)

    few = asked()
    for place in range(20):
        world.clock.forward(minutes=1)
        world.activate(world.contoso, emails(3, 700 + 3 * place), replace(TESTER, reference=f"{place}"))
    assert asked() == few <= 14
