"""What activating trials would do is shown first, and what is no longer so is not done (rule M20)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.change_terms import change_terms
from pleamar.actions.close_account import close_account
from pleamar.actions.close_partner import close_partner
from pleamar.actions.load_prices import load_prices
from pleamar.actions.open_account import open_account
from pleamar.models import Account, Meter, Partner, SeatLogEntry
from pleamar.queries.activation import activation_preview
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.rules.money import Money
from pleamar.rules.prices import TierRow
from pleamar.rules.trials import When
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER
from tests.fakes.trials import NEXT, START, Trials, refused, trials_of


@pytest.fixture
def trials(account: Account, clock: SteppedClock) -> Trials:
    return trials_of(account, clock)


def load(price: str, day: date, now: datetime) -> None:
    tiers = [TierRow(1, None, Decimal(price))]
    why = replace(TESTER, reason="agreed")
    load_prices(tiers, currency="USD", valid_from=day, cause=why, now=now, short_notice=True)


def test_m20_a_trial_s_members_are_no_seats(trials: Trials) -> None:
    assert (trials.fabrikam.active_members, trials.fabrikam.seats) == (12, 0)
    assert Meter.unscoped.values_list("seats", "peak").get() == (90, 90)
    assert not SeatLogEntry.unscoped.filter(account_id=trials.fabrikam.pk, billable=True).exists()


def test_m20_the_preview_tells_the_cycle_the_seats_and_the_price(trials: Trials) -> None:
    preview = trials.shown(trials.fabrikam)
    assert (preview.cycle.starts_at, preview.cycle.ends_at, preview.days_left) == (START, NEXT, 22)
    assert (preview.seats_added, preview.before.peak, preview.after.peak) == (12, 90, 102)
    assert (preview.before.unit_price, preview.after.unit_price) == (Decimal("2.40"), Decimal("2.10"))
    assert (preview.before.amount, preview.after.amount) == (Money(21600, "USD"), Money(21420, "USD"))
    assert not preview.cycle.shadow


def test_m20_a_preview_writes_nothing_not_even_a_cycle_that_is_over(trials: Trials) -> None:
    trials.clock.set(NEXT)
    meter = Meter.unscoped.values().get()
    assert trials.shown(trials.fabrikam).cycle.starts_at == NEXT
    assert Meter.unscoped.values().get() == meter


def test_m20_the_next_cycle_begins_with_today_s_seats_and_those_that_are_scheduled(trials: Trials) -> None:
    trials.left(trials.contoso, 10)
    trials.activated(trials.tailspin, when="next_cycle")
    preview = trials.shown(trials.fabrikam, when="next_cycle")
    assert (preview.before.seats, preview.before.peak) == (83, 83)
    assert (preview.after.seats, preview.after.peak) == (95, 95)
    running = trials.shown(trials.fabrikam)
    assert (running.before.seats, running.before.peak, running.after.peak) == (80, 90, 92)


def test_m20_m08_the_next_cycle_is_priced_by_its_own_zone_and_currency(trials: Trials) -> None:
    change_terms(trials.partner_id, currency="EUR", timezone="Europe/Madrid", cause=TESTER, now=trials.clock())
    preview = trials.shown(trials.fabrikam, when="next_cycle")
    assert (preview.cycle.starts_at, preview.cycle.ends_at) == (NEXT, datetime(2026, 2, 28, 23, tzinfo=UTC))
    assert (preview.after.amount.currency, preview.days_left) == ("EUR", 22)


def test_m20_a_cycle_in_shadow_is_told_to_be_one(trials: Trials) -> None:
    Partner.unscoped.filter(pk=trials.partner_id).update(invoiced_from=NEXT)
    assert trials.shown(trials.fabrikam).cycle.shadow
    assert not trials.shown(trials.fabrikam, when="next_cycle").cycle.shadow


STALE: dict[str, Callable[[Trials], object]] = {
    "a member more": lambda trials: trials.joined(trials.fabrikam, 1, 70),
    "a seat more elsewhere": lambda trials: trials.joined(trials.contoso, 1, 95),
    "a seat less elsewhere": lambda trials: trials.left(trials.contoso, 1),
    "another account activated": lambda trials: trials.activated(trials.tailspin),
    "the cycle is over": lambda trials: trials.clock.set(NEXT),
    "another name": lambda trials: Account.unscoped.filter(pk=trials.fabrikam.pk).update(name="Fabrikam Inc"),
}


@pytest.mark.parametrize("meanwhile", STALE.values(), ids=STALE.keys())
@pytest.mark.parametrize("when", ["now", "next_cycle"])
def test_m20_what_is_no_longer_as_shown_is_not_done(
    trials: Trials, meanwhile: Callable[[Trials], object], when: When
) -> None:
    preview = trials.shown(trials.fabrikam, when=when)
    meanwhile(trials)
    refused("activation_preview_stale", lambda: trials.activated(trials.fabrikam, when=when, preview=preview))
    trials.fabrikam.refresh_from_db()
    assert (trials.fabrikam.state, trials.fabrikam.activation_due_at) == ("trial", None)


def test_m20_m09_new_prices_make_a_preview_stale_though_they_cost_the_same(trials: Trials) -> None:
    preview = trials.shown(trials.tailspin)
    load("2.40", date(2026, 1, 1), trials.clock())
    assert trials.shown(trials.tailspin).after.amount == preview.after.amount
    refused("activation_preview_stale", lambda: trials.activated(trials.tailspin, preview=preview))


def test_m20_m09_the_prices_shown_are_those_of_the_cycle_in_which_it_counts(trials: Trials) -> None:
    now = trials.shown(trials.fabrikam)
    load("1.50", date(2026, 2, 1), trials.clock())
    assert trials.shown(trials.fabrikam).name == now.name
    assert trials.shown(trials.fabrikam, when="next_cycle").after.unit_price == Decimal("1.50")


def test_m20_of_two_previewed_together_one_activated_alone_makes_the_preview_stale(trials: Trials) -> None:
    both = (trials.fabrikam, trials.tailspin)
    together = trials.shown(*both)
    trials.activated(trials.tailspin)
    refused("activation_preview_stale", lambda: trials.activated(*both, preview=together))


def test_m20_a_preview_of_now_is_none_of_the_next_cycle(trials: Trials) -> None:
    preview = trials.shown(trials.fabrikam, when="next_cycle")
    refused("activation_preview_stale", lambda: trials.activated(trials.fabrikam, when="now", preview=preview))


def test_m20_the_hour_makes_no_preview_stale(trials: Trials) -> None:
    preview = trials.shown(trials.fabrikam)
    trials.clock.set(NEXT - timedelta(microseconds=1))
    assert trials.shown(trials.fabrikam).name == preview.name
    assert trials.shown(trials.fabrikam).days_left == 1
    assert trials.activated(trials.fabrikam, preview=preview).change is not None


def test_m20_it_is_confirmed_by_the_name_or_by_the_number(trials: Trials) -> None:
    both = (trials.fabrikam, trials.tailspin)
    refused("activation_name_differs", lambda: trials.activated(trials.fabrikam, typed="fabrikam"))
    refused("activation_seats_differ", lambda: trials.activated(*both, typed="Fabrikam"))
    assert trials.activated(*both, typed=" 15 ").change is not None


def test_m20_m26_closed_internal_and_annual_accounts_are_refused(trials: Trials) -> None:
    staff = open_account(
        trials.partner_id, "Own staff", cause=TESTER, clock=trials.clock, internal=True, member_limit=5
    )
    refused("activation_of_internal", lambda: trials.shown(trials.fabrikam, staff))
    Account.unscoped.filter(pk=trials.tailspin.pk).update(model="annual")
    refused("activation_of_annual", lambda: trials.shown(trials.fabrikam, trials.tailspin))
    preview = trials.shown(trials.fabrikam)
    close_account(trials.partner_id, trials.fabrikam.pk, cause=TESTER, clock=trials.clock)
    refused("activation_of_closed", lambda: trials.activated(trials.fabrikam, preview=preview))


def test_m20_m26_a_closed_partner_s_and_a_stranger_s_accounts_are_refused(trials: Trials) -> None:
    def shown(scope: Scope, *numbers: int) -> Callable[[], object]:
        return lambda: activation_preview(scope, trials.partner_id, numbers, when="now", now=trials.clock())

    refused("activation_of_none", shown(EVERYTHING))
    refused("account_unknown", shown(EVERYTHING, trials.fabrikam.pk, trials.fabrikam.pk + 99))
    refused("account_unknown", shown(Scope(trials.partner_id + 1), trials.fabrikam.pk))
    preview = trials.shown(trials.fabrikam)
    close_partner(trials.partner_id, cause=TESTER, clock=trials.clock)
    refused("partner_closed", lambda: trials.activated(trials.fabrikam, preview=preview))


def test_m20_without_prices_there_is_nothing_to_show(trials: Trials) -> None:
    change_terms(trials.partner_id, currency="CHF", cause=TESTER, now=trials.clock())
    told = refused("price_book_missing", lambda: trials.shown(trials.fabrikam, when="next_cycle"))
    assert told.facts == {"currency": "CHF"}
    assert trials.shown(trials.fabrikam).after.amount.currency == "USD"


def test_m20_a_preview_asks_the_database_no_more_of_many_than_of_one(trials: Trials) -> None:
    counts = []
    for accounts in ([trials.fabrikam], [trials.fabrikam, trials.tailspin, trials.contoso]):
        with CaptureQueriesContext(connection) as asked:
            trials.shown(*accounts)
        counts.append(len(asked))
    assert counts[0] == counts[1] == 4
