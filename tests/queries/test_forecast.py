"""The forecast's facts, read with SQL, against a count of the same history in Python (rules M5, M6 and M12)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest

from pleamar.actions.change_seats import change_seats
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.roll_meters import roll_due_meters
from pleamar.models import Installation
from pleamar.queries.forecast import peak_forecast
from pleamar.queries.scopes import EVERYTHING
from pleamar.rules.forecast import Past, Running, forecast
from tests.fakes.clock import SteppedClock
from tests.fakes.history import cycle_bounds
from tests.fakes.people import TESTER, active, emails, inactive

CREATED = datetime(2025, 1, 31, 9, tzinfo=UTC)


def changes(chance: Random, bounds: list[datetime]) -> list[tuple[datetime, int]]:
    """Moments, some at exactly a cycle's bound, and how many users there are from then on."""
    last = bounds[-1] + timedelta(days=25)
    moments = {CREATED + (last - CREATED) * chance.randrange(1, 1000) // 1000 for _ in range(40)}
    moments |= {bound for bound in bounds[1:] if chance.random() < 0.3}
    return [(moment, chance.randrange(60)) for moment in sorted(moments)]


def count_at(history: list[tuple[datetime, int]], moment: datetime) -> int:
    return ([0] + [count for at, count in history if at <= moment])[-1]


def highest(history: list[tuple[datetime, int]], first: datetime, end: datetime) -> int:
    """From the count at `first` on, up to `end`, which is not in it."""
    return max([count_at(history, first)] + [count for at, count in history if first < at < end])


def microseconds(length: timedelta) -> int:
    return length // timedelta(microseconds=1)


@pytest.mark.parametrize("rolled", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_m12_past_cycles_are_asked_at_the_same_share_of_each(
    installation: Installation, clock: SteppedClock, seed: int, rolled: bool
) -> None:
    chance = Random(seed)
    bounds = cycle_bounds(CREATED, CREATED + timedelta(days=chance.choice((120, 300, 480))))
    end = bounds.pop()
    history = changes(chance, bounds)
    clock.set(CREATED)
    partner = open_partner(NewPartner("Northwind IT", "USD"), created=CREATED, cause=TESTER, now=CREATED)
    account = open_account(partner.pk, "Contoso", cause=TESTER, clock=clock)
    for moment, count in history:
        clock.set(moment)
        people = active(account.pk, emails(count)) + inactive(account.pk, emails(60 - count, count))
        change_seats(partner.pk, people, cause=TESTER, clock=clock)
    now = max(bounds[-1] + (end - bounds[-1]) * chance.randrange(1, 100) // 100, history[-1][0])
    if rolled:
        roll_due_meters(now)
    told = peak_forecast(EVERYTHING, "Northwind IT", now=now)
    assert (told.cycle_start, told.cycle_end) == (bounds[-1], end)
    past = []
    for start, finish in pairwise(bounds[1:]):
        share = Fraction(microseconds(now - bounds[-1]), microseconds(end - bounds[-1]))
        moment = start + timedelta(microseconds=int(microseconds(finish - start) * share))
        past.append(Past(count_at(history, moment), highest(history, moment, finish)))
    seats, peak = count_at(history, now), highest(history, bounds[-1], now + timedelta(microseconds=1))
    assert told.forecast == forecast(Running(bounds[-1], end, now, seats, peak), past)
    assert told.forecast.cycles == min(len(past), 12)
