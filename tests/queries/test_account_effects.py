"""What acts do to the money, in figures and with the date, before they are done (rules M12, M17, M22, M26)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.activate_due_trials import activate_due_trials
from pleamar.actions.activate_trials import activate_trials
from pleamar.actions.close_account import close_account
from pleamar.actions.close_partner import close_partner
from pleamar.actions.open_account import open_account
from pleamar.actions.reopen_account import reopen_account
from pleamar.actions.stop_billing import stop_billing
from pleamar.actions.suspend_account import suspend_account
from pleamar.models import Account, Meter, Partner, PriceBook
from pleamar.queries.account_effects import (
    Act,
    MoneyEffects,
    account_effects,
    members_effects,
    money_effects,
)
from pleamar.queries.activation import activation_preview
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.rules.causes import Cause
from pleamar.rules.money import Money
from pleamar.rules.refusals import Refused
from tests.fakes.people import TESTER, emails
from tests.queries.small_world import NOW, THIRD_END, SmallWorld

WHY = Cause("tester", "test", reason="because")
END = datetime(2026, 5, 15, tzinfo=UTC)
UNIT = 240  # cents a seat below the first discount


def usd(seats: int) -> Money:
    return Money(seats * UNIT, "USD")


def test_m22_suspending_changes_no_bill(world: SmallWorld) -> None:
    told = account_effects(EVERYTHING, world.contoso.pk, "suspend", now=NOW)
    assert (told.account, told.act, told.active_members, told.seats) == ("Contoso", "suspend", 15, 0)
    money = told.money
    assert money.changes_nothing
    assert (money.seats_before, money.seats_after, money.peak_before, money.peak_after) == (15, 15, 15, 15)
    assert money.this_before == money.this_after == money.next_before == money.next_after == usd(15)
    assert money == account_effects(EVERYTHING, world.contoso.pk, "restore", now=NOW).money


@pytest.mark.parametrize("act", ["stop billing", "close"])
def test_m17_what_stops_counting_lowers_the_next_cycle_and_never_this_one(world: SmallWorld, act: Act) -> None:
    world.deactivate(world.contoso, emails(2, 300))
    told = account_effects(EVERYTHING, world.contoso.pk, act, now=NOW)
    assert told.seats == -13
    money = told.money
    assert not money.changes_nothing
    assert (money.seats_before, money.seats_after, money.peak_before, money.peak_after) == (13, 0, 15, 15)
    assert (money.this_before, money.this_after) == (usd(15), usd(15))
    assert (money.next_before, money.next_after, money.cycle_end) == (usd(13), usd(0), END)


@pytest.mark.parametrize("name", ["staff", "fabrikam"])
def test_m26_closing_what_is_not_billed_changes_no_bill(world: SmallWorld, name: str) -> None:
    told = account_effects(EVERYTHING, getattr(world, name).pk, "close", now=NOW)
    assert told.seats == 0
    assert told.money.changes_nothing


@pytest.mark.parametrize(
    ("name", "act", "code"),
    [
        ("fabrikam", "suspend", "account_is_closed"),
        ("fabrikam", "restore", "account_is_closed"),
        ("fabrikam", "stop billing", "account_is_closed"),
        ("staff", "stop billing", "account_not_billed"),
    ],
)
def test_m22_what_would_be_refused_has_no_effects(world: SmallWorld, name: str, act: Act, code: str) -> None:
    with pytest.raises(Refused, match=code):
        account_effects(EVERYTHING, getattr(world, name).pk, act, now=NOW)


def test_m26_reopening_tells_what_comes_back_for_the_whole_cycle(world: SmallWorld) -> None:
    told = account_effects(EVERYTHING, world.fabrikam.pk, "reopen", now=NOW)
    assert (told.active_members, told.seats) == (5, 5)
    money = told.money
    assert (money.seats_after, money.peak_before, money.peak_after) == (20, 15, 20)
    assert (money.this_before, money.this_after, money.next_after) == (usd(15), usd(20), usd(20))


def test_m20_reopening_a_trial_or_what_is_open_brings_nothing(world: SmallWorld) -> None:
    trial = open_account(world.northwind.pk, "Trying", cause=TESTER, clock=world.clock, state="trial")
    world.activate(trial, emails(3))
    world.turn(trial, "closed")
    world.turn(world.staff, "closed")
    for account in (trial, world.staff, world.contoso):
        assert account_effects(EVERYTHING, account.pk, "reopen", now=NOW).money.changes_nothing


def test_m26_closing_a_partner_ends_its_bills_with_the_cycle(world: SmallWorld) -> None:
    money = money_effects(EVERYTHING, world.northwind.pk, -15, now=NOW, closing=True)
    assert (money.seats_after, money.peak_after, money.this_after, money.cycle_end) == (0, 15, usd(15), END)
    assert (money.next_before, money.next_after) == (usd(15), usd(0))
    quiet = money_effects(EVERYTHING, world.quiet.pk, 0, now=NOW, closing=True)
    assert quiet.changes_nothing
    close_partner(world.northwind.pk, cause=TESTER, clock=world.clock)
    with pytest.raises(Refused, match="partner_closed"):
        account_effects(EVERYTHING, world.contoso.pk, "reopen", now=NOW)
    again = money_effects(EVERYTHING, world.northwind.pk, 0, now=NOW, closing=True)
    assert again.changes_nothing
    assert (again.this_after, again.next_before) == (usd(15), usd(0))


@pytest.fixture
def waiting(world: SmallWorld) -> Account:
    """A trial of Northwind IT with two members, which is to go live with the next cycle."""
    trial = open_account(world.northwind.pk, "Waiting", cause=TESTER, clock=world.clock, state="trial")
    world.activate(trial, emails(2, 500))
    shown = activation_preview(EVERYTHING, world.northwind.pk, [trial.pk], when="next_cycle", now=NOW)
    activate_trials(
        *(world.northwind.pk, [trial.pk]),
        when="next_cycle",
        preview=shown.name,
        typed=shown.confirmation,
        cause=WHY,
        clock=world.clock,
    )
    return trial


def next_costs(money: MoneyEffects) -> tuple[Money | None, Money | None]:
    return money.next_before, money.next_after


def test_m20_what_is_to_go_live_is_in_the_next_cycle_whatever_else_is_done(world: SmallWorld, waiting: Account) -> None:
    assert next_costs(account_effects(EVERYTHING, world.contoso.pk, "close", now=NOW).money) == (usd(17), usd(2))
    assert next_costs(account_effects(EVERYTHING, world.fabrikam.pk, "reopen", now=NOW).money) == (usd(17), usd(22))
    suspended = account_effects(EVERYTHING, waiting.pk, "suspend", now=NOW)
    assert (suspended.billed, suspended.money.changes_nothing) == (False, True)
    assert next_costs(suspended.money) == (usd(17), usd(17))
    close_account(world.northwind.pk, world.contoso.pk, cause=WHY, clock=world.clock)
    world.clock.set(END)
    activate_due_trials(clock=world.clock)
    assert Meter.unscoped.get(pk=world.northwind.pk).seats == 2


def test_m20_closing_what_is_to_go_live_takes_it_out_of_the_next_cycle(world: SmallWorld, waiting: Account) -> None:
    told = account_effects(EVERYTHING, waiting.pk, "close", now=NOW)
    assert (told.seats, told.money.seats_before, told.money.seats_after) == (0, 15, 15)
    assert next_costs(told.money) == (usd(17), usd(15))
    assert not told.money.changes_nothing
    assert next_costs(money_effects(EVERYTHING, world.northwind.pk, -15, now=NOW, closing=True)) == (usd(17), usd(0))
    close_account(world.northwind.pk, waiting.pk, cause=WHY, clock=world.clock)
    assert next_costs(money_effects(EVERYTHING, world.northwind.pk, 0, now=NOW)) == (usd(15), usd(15))


def test_m20_members_of_what_is_to_go_live_cost_from_the_next_cycle_on(world: SmallWorld, waiting: Account) -> None:
    money = members_effects(EVERYTHING, world.northwind.pk, {waiting.pk: 3}, now=NOW)
    assert (money.seats_after, money.peak_after) == (15, 15)
    assert next_costs(money) == (usd(17), usd(20))
    money = members_effects(EVERYTHING, world.northwind.pk, {waiting.pk: -1, world.contoso.pk: 1}, now=NOW)
    assert (money.seats_after, money.peak_after) == (16, 16)
    assert next_costs(money) == (usd(17), usd(17))
    assert members_effects(EVERYTHING, world.northwind.pk, {world.staff.pk: 3}, now=NOW).changes_nothing


def test_m05_what_stops_at_exactly_the_start_of_a_cycle_is_not_in_it(world: SmallWorld) -> None:
    money = account_effects(EVERYTHING, world.contoso.pk, "close", now=END).money
    assert (money.seats_before, money.peak_before, money.peak_after) == (15, 15, 0)
    assert money.cycle_end == datetime(2026, 6, 15, tzinfo=UTC)
    assert (money.this_before, money.this_after) == (usd(15), usd(0))


def test_m09_each_cycle_is_told_at_its_own_prices_and_in_its_own_currency(world: SmallWorld) -> None:
    Partner.unscoped.filter(pk=world.northwind.pk).update(currency="EUR", timezone="Europe/Madrid")
    money = account_effects(EVERYTHING, world.contoso.pk, "close", now=NOW).money
    assert money.this_before == usd(15)
    assert money.next_before is not None
    assert (money.next_before.currency, money.next_after) == ("EUR", Money(0, "EUR"))
    PriceBook.unscoped.filter(currency="EUR").update(currency="SEK")
    money = account_effects(EVERYTHING, world.contoso.pk, "close", now=NOW).money
    assert (money.this_before, money.next_before, money.next_after) == (usd(15), None, None)
    assert not money.changes_nothing


def test_a_cycle_in_shadow_is_told_as_one(world: SmallWorld) -> None:
    assert money_effects(EVERYTHING, world.tailwind.pk, 0, now=NOW).shadow
    assert not money_effects(EVERYTHING, world.northwind.pk, 0, now=NOW).shadow


@pytest.mark.parametrize(
    ("act", "do"), [("suspend", suspend_account), ("stop billing", stop_billing), ("close", close_account)]
)
def test_m12_what_is_told_is_what_then_happens(world: SmallWorld, act: Act, do: Callable[..., object]) -> None:
    told = account_effects(EVERYTHING, world.contoso.pk, act, now=NOW).money
    do(world.northwind.pk, world.contoso.pk, cause=WHY, clock=world.clock)
    meter = Meter.unscoped.get(pk=world.northwind.pk)
    assert (meter.seats, meter.peak, meter.ends_at) == (told.seats_after, told.peak_after, told.cycle_end)


def test_m12_what_is_told_of_reopening_is_what_then_happens(world: SmallWorld) -> None:
    told = account_effects(EVERYTHING, world.fabrikam.pk, "reopen", now=NOW).money
    change = reopen_account(world.northwind.pk, world.fabrikam.pk, cause=WHY, clock=world.clock)
    assert (change.seats_after, change.peak) == (told.seats_after, told.peak_after) == (20, 20)


def test_effects_write_nothing_and_ask_a_fixed_number_of_times(world: SmallWorld) -> None:
    before = Meter.unscoped.filter(pk=world.northwind.pk).values().get()
    with CaptureQueriesContext(connection) as asked:
        account_effects(EVERYTHING, world.fabrikam.pk, "reopen", now=END)
    assert len(asked) == 6
    assert Meter.unscoped.filter(pk=world.northwind.pk).values().get() == before


def test_another_scope_is_told_nothing(world: SmallWorld) -> None:
    with pytest.raises(Refused, match="account_unknown"):
        account_effects(Scope(world.quiet.pk), world.contoso.pk, "close", now=NOW)
    own = account_effects(Scope(world.northwind.pk), world.contoso.pk, "close", now=NOW)
    assert own == account_effects(EVERYTHING, world.contoso.pk, "close", now=NOW)
    assert Account.unscoped.get(pk=world.contoso.pk).state == "live"
    assert own.money.cycle_end > THIRD_END
