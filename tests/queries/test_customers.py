"""A partner's customers: searched, filtered, sorted, paged (rules A7, M20, M21, M22)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.activate_trials import activate_trials
from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_account import close_account
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.reopen_account import reopen_account
from pleamar.actions.set_member_limit import set_member_limit
from pleamar.actions.stop_billing import stop_billing
from pleamar.actions.suspend_account import suspend_account
from pleamar.models import Account, Installation, Partner
from pleamar.queries.activation import activation_preview
from pleamar.queries.customer import find_customer, last_acts
from pleamar.queries.customers import (
    CustomerFilter,
    CustomerOrder,
    CustomerState,
    count_customers,
    customers,
    find_customers,
    names_taken,
)
from pleamar.queries.scopes import Scope
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails

NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)
WHY = Cause("ines", "test", reason="they asked")


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(NOW)


@pytest.fixture
def partner(installation: Installation) -> Partner:
    return open_partner(NewPartner("Northwind IT", "USD"), created=NOW, cause=TESTER, now=NOW)


@pytest.fixture
def world(partner: Partner, clock: SteppedClock) -> dict[str, Account]:
    """A customer for each state, with so many users as its name is long."""
    names = ["Ada", "ben", "Blocked", "Closed", "Ended", "Full", "Goes", "Own", "Stopped", "Trial"]
    opened = {}
    for name in names:
        is_trial = name in {"Ended", "Goes", "Trial"}
        opened[name] = open_account(
            *(partner.pk, name),
            cause=TESTER,
            clock=clock,
            state="trial" if is_trial else "live",
            internal=name == "Own",
            member_limit=4 if name in {"Full", "Own"} else None,
            trial_days=1 if name == "Ended" else None,
        )
        change_seats(partner.pk, active(opened[name].pk, emails(len(name))), cause=TESTER, clock=clock)
    suspend_account(partner.pk, opened["Blocked"].pk, cause=WHY, clock=clock)
    close_account(partner.pk, opened["Closed"].pk, cause=WHY, clock=clock)
    stop_billing(partner.pk, opened["Stopped"].pk, cause=WHY, clock=clock)
    goes = [opened["Goes"].pk]
    shown = activation_preview(Scope(partner.pk), partner.pk, goes, when="next_cycle", now=NOW)
    activate_trials(
        *(partner.pk, goes),
        when="next_cycle",
        preview=shown.name,
        typed="Goes",
        cause=TESTER,
        clock=clock,
    )
    clock.forward(days=10)
    return opened


def names(partner: Partner, wanted: CustomerFilter, now: datetime) -> list[str]:
    return [row.name for row in customers(Scope(partner.pk), partner.pk, wanted, now=now).rows]


STATES: list[tuple[CustomerState, list[str]]] = [
    ("open", ["Ada", "ben", "Blocked", "Ended", "Full", "Goes", "Own", "Stopped", "Trial"]),
    ("live", ["Ada", "ben", "Blocked", "Full", "Stopped"]),
    ("trial", ["Goes", "Trial"]),
    ("ending", ["Trial"]),
    ("ended", ["Ended"]),
    ("scheduled", ["Goes"]),
    ("full", ["Full"]),
    ("blocked", ["Blocked"]),
    ("stopped", ["Stopped"]),
    ("closed", ["Closed"]),
]


@pytest.mark.parametrize(("state", "found"), STATES)
def test_each_state(
    world: dict[str, Account], partner: Partner, clock: SteppedClock, state: CustomerState, found: list[str]
) -> None:
    assert names(partner, CustomerFilter(state=state), clock()) == found
    assert count_customers(Scope(partner.pk), partner.pk, now=clock())[state] == len(found)


ORDERS: list[tuple[CustomerOrder, bool, list[str]]] = [
    ("name", True, ["Trial", "Stopped", "Own"]),
    ("users", True, ["Blocked", "Ended", "Trial"]),
    ("users", False, ["Stopped", "Ada", "ben"]),
    ("limit", False, ["Full", "Own", "Ended"]),
]


@pytest.mark.parametrize(("order", "descending", "first"), ORDERS)
def test_sorted(
    world: dict[str, Account],
    partner: Partner,
    clock: SteppedClock,
    order: CustomerOrder,
    descending: bool,
    first: list[str],
) -> None:
    assert names(partner, CustomerFilter(order=order, descending=descending), clock())[:3] == first


@pytest.mark.parametrize("search", ["b", " B ", "be"])
def test_searched_whatever_the_capitals(
    world: dict[str, Account], partner: Partner, clock: SteppedClock, search: str
) -> None:
    assert "ben" in names(partner, CustomerFilter(search=search), clock())


@pytest.mark.parametrize("search", ["%", "_", "zz", "b\\", "x" * 10_000, "a\x00da\x00x"])
def test_odd_searches_find_nobody(
    world: dict[str, Account], partner: Partner, clock: SteppedClock, search: str
) -> None:
    assert names(partner, CustomerFilter(search=search), clock()) == []


def test_what_cannot_be_written_is_not_looked_for(
    world: dict[str, Account], partner: Partner, clock: SteppedClock
) -> None:
    assert names(partner, CustomerFilter(search="b\ud800en\x00"), clock()) == ["ben"]


def test_a_page_beyond_the_last_is_the_last(world: dict[str, Account], partner: Partner, clock: SteppedClock) -> None:
    page = customers(Scope(partner.pk), partner.pk, CustomerFilter(), now=clock(), first=400, most=4)
    assert ([row.name for row in page.rows], page.total) == (["Trial"], 9)
    nobody = customers(Scope(partner.pk), partner.pk, CustomerFilter(search="zz"), now=clock(), first=400, most=4)
    assert nobody == ([], 0)


def test_m20_m21_the_limit_is_the_least_of_both(
    world: dict[str, Account], partner: Partner, clock: SteppedClock
) -> None:
    limits = {row.name: row.limit for row in customers(Scope(partner.pk), partner.pk, CustomerFilter(), now=NOW).rows}
    assert (limits["Trial"], limits["Full"], limits["Ada"]) == (50, 4, None)
    set_member_limit(partner.pk, world["Trial"].pk, 20, cause=TESTER, clock=clock)
    (row,) = find_customers(Scope(partner.pk), partner.pk, [world["Trial"].public_id])
    assert row.limit == 20


def test_a7_annual_customers_and_other_partners_are_not_there(
    world: dict[str, Account], partner: Partner, clock: SteppedClock
) -> None:
    Account.unscoped.filter(pk=world["ben"].pk).update(model="annual", seats=0)
    other = open_partner(NewPartner("Tailwind", "USD"), created=NOW, cause=TESTER, now=NOW)
    assert "ben" not in names(partner, CustomerFilter(), clock())
    for public_id in (world["ben"].public_id, "acc_x", "", "acc_" + "z" * 26, "\x00"):
        with pytest.raises(Refused, match="account_unknown"):
            find_customers(Scope(partner.pk), partner.pk, [world["Ada"].public_id, public_id])
    with pytest.raises(Refused, match="account_unknown"):
        find_customer(Scope(other.pk), other.pk, world["Ada"].public_id)
    assert names(other, CustomerFilter(), clock()) == []
    assert names_taken(Scope(partner.pk), partner.pk, ["ben", "Ada", "Zoe"]) == {"ben", "Ada"}


def test_the_number_of_queries_does_not_grow(partner: Partner, clock: SteppedClock) -> None:
    counts = []
    for size in (3, 40):
        for number in range(size):
            open_account(partner.pk, f"{size} {number}", cause=TESTER, clock=clock)
        with CaptureQueriesContext(connection) as context:
            customers(Scope(partner.pk), partner.pk, CustomerFilter(), now=NOW)
            count_customers(Scope(partner.pk), partner.pk, now=NOW)
        counts.append(len(context))
    assert counts == [3, 3]


def test_what_was_done_with_it_is_told_newest_first(partner: Partner, clock: SteppedClock) -> None:
    account = open_account(partner.pk, "Contoso", cause=WHY, clock=clock)
    clock.forward(hours=1)
    set_member_limit(partner.pk, account.pk, 20, cause=WHY, clock=clock)
    clock.forward(hours=1)
    close_account(partner.pk, account.pk, cause=WHY, clock=clock)
    clock.forward(hours=1)
    reopen_account(partner.pk, account.pk, cause=WHY, clock=clock)
    scope = Scope(partner.pk)
    told = last_acts(scope, partner.pk, find_customer(scope, partner.pk, account.public_id), ["set member limit"])
    assert [(act.act, act.actor, act.reason) for act in told] == [
        (act, "ines", "they asked") for act in ("reopen", "close", "set member limit", "open")
    ]
    assert told[0].at - told[3].at == timedelta(hours=3)


def test_an_activation_is_told_once(partner: Partner, clock: SteppedClock) -> None:
    account = open_account(partner.pk, "Contoso", cause=WHY, clock=clock, state="trial")
    clock.forward(hours=1)
    shown = activation_preview(Scope(partner.pk), partner.pk, [account.pk], when="now", now=clock())
    activate_trials(partner.pk, [account.pk], when="now", preview=shown.name, typed="Contoso", cause=WHY, clock=clock)
    scope = Scope(partner.pk)
    told = last_acts(scope, partner.pk, find_customer(scope, partner.pk, account.public_id), ["activate trial"])
    assert [act.act for act in told] == ["activate trial", "open"]
