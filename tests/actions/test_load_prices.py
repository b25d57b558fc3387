"""Price books: versions with dates, agreed before listed, never edited (rule M9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.load_prices import load_prices
from pleamar.models import Account, InvoiceLine, PriceVersion, Statement
from pleamar.queries.price_books import price_books
from pleamar.queries.scopes import EVERYTHING, Scope
from pleamar.queries.truths import check_books
from pleamar.rules.prices import TierRow
from pleamar.rules.refusals import Refused
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails

NOW = datetime(2026, 1, 5, tzinfo=UTC)
TIERS = [TierRow(1, 49, Decimal(3)), TierRow(50, None, Decimal("2.123456"))]


AGREED = replace(TESTER, reason="agreed by mail on 3 January")


def loaded(valid_from: date, **options: object) -> PriceVersion:
    told = {"cause": TESTER, "now": NOW, **options}
    return load_prices(TIERS, currency="usd", valid_from=valid_from, **told)  # type: ignore[arg-type]


def test_m09_a_version_is_in_force_for_cycles_that_start_on_its_date(account: Account, clock: SteppedClock) -> None:
    change_seats(account.partner_id, active(account.pk, emails(10)), cause=TESTER, clock=clock)
    loaded(date(2026, 3, 1))
    close_cycles(cause=TESTER, now=datetime(2026, 5, 1, tzinfo=UTC))
    prices = Statement.unscoped.order_by("pk").values_list("unit_price", flat=True)
    assert list(prices) == [Decimal("2.4"), Decimal("2.4"), Decimal(3), Decimal(3)]
    assert check_books(EVERYTHING) == []


def test_m09_the_agreed_book_goes_before_the_list(account: Account, clock: SteppedClock) -> None:
    change_seats(account.partner_id, active(account.pk, emails(60)), cause=TESTER, clock=clock)
    loaded(date(2020, 1, 1), partner_id=account.partner_id, short_notice=True, cause=AGREED)
    close_cycles(cause=TESTER, now=datetime(2026, 2, 2, tzinfo=UTC))
    statement = Statement.unscoped.get()
    assert (statement.unit_price, statement.net) == (Decimal("2.123456"), 12741)
    assert price_books(Scope(account.partner_id)).versions.keys() >= {("USD", account.partner_id), ("USD", None)}
    assert ("USD", account.partner_id) not in price_books(Scope(account.partner_id + 1)).versions


def test_m09_graduated_has_a_line_a_tier_and_no_unit_price(account: Account, clock: SteppedClock) -> None:
    change_seats(account.partner_id, active(account.pk, emails(60)), cause=TESTER, clock=clock)
    loaded(date(2020, 1, 1), mode="graduated", short_notice=True, cause=AGREED)
    close_cycles(cause=TESTER, now=datetime(2026, 2, 2, tzinfo=UTC))
    statement = Statement.unscoped.get()
    assert (statement.unit_price, statement.net) == (None, 49 * 300 + 2336)
    assert list(InvoiceLine.unscoped.values_list("quantity", "amount")) == [(49, 14700), (11, 2336)]
    assert check_books(EVERYTHING) == []


def test_m09_a_cap_is_an_adjustment_line(account: Account, clock: SteppedClock) -> None:
    change_seats(account.partner_id, active(account.pk, emails(49)), cause=TESTER, clock=clock)
    loaded(date(2020, 1, 1), capped=True, short_notice=True, cause=AGREED)
    close_cycles(cause=TESTER, now=datetime(2026, 2, 2, tzinfo=UTC))
    assert list(InvoiceLine.unscoped.values_list("kind", "amount")) == [("usage", 14700), ("cap", 10617 - 14700)]
    assert check_books(EVERYTHING) == []


def test_m09_a_version_is_never_edited(account: Account) -> None:
    loaded(date(2026, 3, 1))
    with pytest.raises(Refused, match="price_version_exists"):
        loaded(date(2026, 3, 1))
    loaded(date(2026, 3, 1), partner_id=account.partner_id)


def test_tiers_that_are_no_table_load_nothing(account: Account) -> None:
    versions = PriceVersion.unscoped.count()
    overlapping = [TierRow(1, 60, Decimal(3)), TierRow(50, None, Decimal(2))]
    with pytest.raises(Refused, match="tier_overlap"):
        load_prices(overlapping, currency="USD", valid_from=date(2026, 1, 1), cause=TESTER, now=NOW)
    assert PriceVersion.unscoped.count() == versions
