"""What activating trials does to the bill, shown before it is done, and how long a trial may last (rule M20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleamar.rules.money import Money
from pleamar.rules.peak import Meter, step
from pleamar.rules.prices import PriceVersion, Tier, price
from pleamar.rules.refusals import Refused
from pleamar.rules.trials import (
    ActivationPreview,
    Candidate,
    CountedCycle,
    Figures,
    When,
    activation,
    checked_trial_days,
    checked_trial_end,
    days_until,
)

START, END = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 2, 15, tzinfo=UTC)
NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
CYCLE = CountedCycle(index=3, starts_at=START, ends_at=END, timezone="UTC", shadow=False)
TIERS = (Tier(1, Decimal("2.40")), Tier(100, Decimal("2.10")))
BOOK = PriceVersion(id=7, currency="USD", valid_from=None, mode="volume", capped=False, tiers=TIERS)


def trial(number: int, members: int, **others: Any) -> Candidate:
    known = Candidate(number, f"Customer {number}", "monthly", "trial", internal=False, members=members)
    return replace(known, **others)


def shown(*accounts: Candidate, when: When = "now", **others: Any) -> ActivationPreview:
    known: dict[str, Any] = {"seats": 90, "peak": 95, "version": BOOK, "days_left": 26}
    return activation(others.pop("cycle", CYCLE), accounts, when=when, **{**known, **others})


def test_m20_the_preview_shows_seats_peak_tier_and_price_before_and_after() -> None:
    preview = shown(trial(1, 4), trial(2, 8))
    assert preview.seats_added == 12
    assert preview.before == Figures(90, 95, Money(22800, "USD"), Decimal("2.40"), (1, 99))
    assert preview.after == Figures(102, 102, Money(21420, "USD"), Decimal("2.10"), (100, None))
    assert (preview.cycle.ends_at, preview.days_left) == (END, 26)


def test_m20_what_stays_below_the_peak_costs_nothing_more_this_cycle() -> None:
    preview = shown(trial(1, 5))
    assert (preview.after.seats, preview.after.peak, preview.after.amount) == (95, 95, preview.before.amount)


def test_m20_of_a_cycle_without_seats_the_first_tier_is_shown_and_nothing_costs() -> None:
    preview = shown(trial(1, 0), seats=0, peak=0)
    assert preview.before == preview.after == Figures(0, 0, Money(0, "USD"), Decimal("2.40"), None)


def test_m20_the_tier_of_a_graduated_book_is_the_last_one_reached_and_of_a_capped_one_its_own() -> None:
    graduated = shown(trial(1, 10), version=replace(BOOK, mode="graduated"))
    assert (graduated.after.unit_price, graduated.after.tier) == (None, (100, None))
    capped = shown(trial(1, 9), version=replace(BOOK, capped=True))
    assert (capped.after.peak, capped.after.tier, capped.after.amount) == (99, (1, 99), Money(21000, "USD"))


@given(st.lists(st.integers(0, 60), max_size=5), st.integers(0, 60), st.integers(0, 60))
def test_m20_the_figures_are_those_of_the_meter_stepped_by_one_batch(
    members: list[int], seats: int, above: int
) -> None:
    meter = Meter(3, START, END, 0, seats, seats + above, START, None, 1, None)
    preview = shown(*(trial(*one) for one in enumerate(members)), seats=seats, peak=meter.peak)
    stepped = step(meter, NOW, sum(members))
    assert (preview.after.seats, preview.after.peak) == (stepped.seats, stepped.peak)
    assert preview.after.amount == price(BOOK, stepped.peak).total
    assert preview.before.amount == price(BOOK, meter.peak).total


@pytest.mark.parametrize(
    ("account", "code"),
    [
        (trial(1, 3, state="closed"), "activation_of_closed"),
        (trial(1, 3, model="annual"), "activation_of_annual"),
        (trial(1, 3, model="annual", state="live"), "activation_of_annual"),
        (trial(1, 3, internal=True, state="live"), "activation_of_internal"),
        (trial(1, 3, internal=True, state="closed"), "activation_of_internal"),
    ],
)
def test_m20_m26_what_is_no_customer_s_trial_is_not_activated(account: Candidate, code: str) -> None:
    with pytest.raises(Refused, match=code) as caught:
        shown(trial(2, 1), account)
    assert caught.value.facts == {"account": "Customer 1"}


def test_m20_a_live_account_is_named_and_adds_nothing() -> None:
    preview = shown(trial(1, 50, state="live"), trial(2, 5))
    assert (preview.already_live, preview.seats_added) == (("Customer 1",), 5)
    assert [account.id for account in preview.accounts] == [2]


def test_m20_what_is_scheduled_already_is_not_scheduled_again_and_may_go_live_now() -> None:
    scheduled = trial(1, 5, due_at=END)
    later = shown(scheduled, when="next_cycle")
    assert (later.accounts, later.already_scheduled, later.seats_added) == ((), ("Customer 1",), 0)
    at_once = shown(scheduled)
    assert (at_once.accounts, at_once.already_scheduled, at_once.seats_added) == ((scheduled,), (), 5)


PREVIEW = shown(trial(1, 4), trial(2, 8))


@pytest.mark.parametrize(
    "other",
    [
        shown(trial(1, 4), trial(2, 9)),
        shown(trial(1, 5), trial(2, 7)),
        shown(trial(1, 4)),
        shown(trial(1, 4), trial(3, 8)),
        shown(trial(1, 4), trial(2, 8, name="Another name")),
        shown(trial(1, 4), trial(2, 8, suspended=True)),
        shown(trial(1, 4), trial(2, 8), when="next_cycle"),
        shown(trial(1, 4), trial(2, 8), seats=91),
        shown(trial(1, 4), trial(2, 8), peak=96),
        shown(trial(1, 4), trial(2, 8), version=replace(BOOK, id=8)),
        shown(trial(1, 4), trial(2, 8), version=replace(BOOK, currency="EUR")),
        shown(trial(1, 4), trial(2, 8), cycle=replace(CYCLE, index=4)),
        shown(trial(1, 4), trial(2, 8), cycle=replace(CYCLE, starts_at=END)),
        shown(trial(1, 4), trial(2, 8), cycle=replace(CYCLE, ends_at=START)),
        shown(trial(1, 4), trial(2, 8), cycle=replace(CYCLE, timezone="Europe/Madrid")),
        shown(trial(1, 4), trial(2, 8), cycle=replace(CYCLE, shadow=True)),
    ],
)
def test_m20_another_preview_has_another_name(other: ActivationPreview) -> None:
    assert other.name != PREVIEW.name


def test_m20_the_name_knows_neither_the_clock_nor_the_order_nor_what_is_live() -> None:
    same = [
        shown(trial(2, 8), trial(1, 4)),
        shown(trial(1, 4), trial(2, 8), days_left=3),
        shown(trial(1, 4), trial(2, 8), trial(3, 99, state="live")),
    ]
    assert {preview.name for preview in same} == {PREVIEW.name}
    assert len(PREVIEW.name) == 20


@pytest.mark.parametrize("typed", ["Contoso", "  Contoso ", "Contoso\n"])
def test_m20_one_account_is_confirmed_by_its_name(typed: str) -> None:
    shown(trial(1, 4, name="Contoso")).refuse_unconfirmed(typed)


@pytest.mark.parametrize("typed", ["", "contoso", "Contoso Ltd", "4", "Con toso", "yes"])
def test_m20_by_nothing_but_its_name(typed: str) -> None:
    with pytest.raises(Refused, match="activation_name_differs") as caught:
        shown(trial(1, 4, name="Contoso")).refuse_unconfirmed(typed)
    assert caught.value.facts == {"account": "Contoso"}


@pytest.mark.parametrize("typed", ["1234", " 1234 ", "1,234", "1.234", "1 234", "1'234"])
def test_m20_several_are_confirmed_by_the_seats_that_they_add(typed: str) -> None:
    shown(trial(1, 1200), trial(2, 34)).refuse_unconfirmed(typed)


@pytest.mark.parametrize("typed", ["", "1235", "12340", "-1234", "Customer 1", "1,200 and 34"])
def test_m20_by_no_other_number(typed: str) -> None:
    with pytest.raises(Refused, match="activation_seats_differ") as caught:
        shown(trial(1, 1200), trial(2, 34)).refuse_unconfirmed(typed)
    assert caught.value.facts == {"seats": 1234}


@pytest.mark.parametrize(
    ("end", "now", "zone", "days"),
    [
        (END, NOW, "UTC", 26),
        (END, END - timedelta(microseconds=1), "UTC", 1),
        (END, datetime(2026, 2, 14, 5, tzinfo=UTC), "America/Los_Angeles", 1),
    ],
)
def test_m12_days_left_are_counted_by_the_partner_s_calendar(
    end: datetime, now: datetime, zone: str, days: int
) -> None:
    assert days_until(end, now=now, timezone=zone) == days


@pytest.mark.parametrize("days", [1, 14, 365])
def test_m20_a_trial_lasts_a_day_to_a_year(days: int) -> None:
    assert checked_trial_days(days) == timedelta(days=days)
    assert checked_trial_end(NOW + timedelta(days=days), now=NOW) == NOW + timedelta(days=days)


@pytest.mark.parametrize("days", [0, -1, 366])
def test_m20_no_trial_is_shorter_or_longer(days: int) -> None:
    with pytest.raises(Refused, match="trial_days_out_of_range"):
        checked_trial_days(days)
    with pytest.raises(Refused, match="trial_end_out_of_range"):
        checked_trial_end(NOW + timedelta(days=days), now=NOW)
