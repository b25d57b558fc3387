"""Partners with seats, and tables that are dearer or cheaper for them than the shipped list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.load_prices import load_prices
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.roll_meters import roll_due_meters
from pleamar.models import Partner, PriceVersion
from pleamar.rules.prices import TierRow
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails

DEARER, CHEAPER = [TierRow(1, None, Decimal(3))], [TierRow(1, None, Decimal(1))]
AGREED = replace(TESTER, reason="agreed by mail")


def with_seats(name: str, clock: SteppedClock, count: int = 10, **terms: Any) -> Partner:
    """A partner created on 10 January 2026, seen on 15 February."""
    clock.set(datetime(2026, 1, 10, tzinfo=UTC))
    partner = open_partner(NewPartner(name, "USD", **terms), created=clock(), cause=TESTER, now=clock())
    account = open_account(partner.pk, "Contoso", cause=TESTER, clock=clock)
    change_seats(partner.pk, active(account.pk, emails(count)), cause=TESTER, clock=clock)
    clock.set(datetime(2026, 2, 15, 12, tzinfo=UTC))
    roll_due_meters(clock())
    close_cycles(cause=TESTER, now=clock())
    return partner


def load(day: date, tiers: list[TierRow], now: datetime, **options: Any) -> PriceVersion:
    """The table, loaded in USD: as the list, or as `options` say."""
    return load_prices(tiers, currency="USD", valid_from=day, **{"cause": TESTER, "now": now, **options})
