"""What users cost, in the portal (rule M24)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.change_seats import change_seats
from pleamar.actions.describe_partner import describe_partner
from pleamar.rules.prices import TierRow
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.fakes.people import TESTER, active, emails, inactive
from tests.fakes.prices import load

# Dearer prices are told of 30 days before.
_MARCH: Final = date(2026, 3, 1)
_IN_MARCH: Final = datetime(2026, 3, 10, tzinfo=UTC)


def _said(portal: Portal, query: str = "", **headers: str) -> str:
    answer = portal.browser().get(f"/calculator{query}", headers=headers)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def _loaded(day: date, *tiers: tuple[int, int | None, str], **options: Any) -> None:
    load(day, [TierRow(first, last, Decimal(price)) for first, last, price in tiers], NOW, **options)


def test_m24_it_opens_with_the_peak_of_the_running_cycle(portal: Portal) -> None:
    said = _said(portal)
    assert "$100.80" in said  # 42 users at 2.40
    assert "for 42 users at the peak" in said


def test_m24_more_users_may_cost_less(portal: Portal) -> None:
    said = _said(portal, "?users=99")
    assert "$237.60" in said
    assert "100 users would cost less: $210.00." in said
    assert "1 user more: $2.10 each" in said
    assert "would cost less" not in _said(portal, "?users=100")


@pytest.mark.parametrize(("typed", "told"), [("3.50", "$140.00"), ("3,50", "$140.00"), ("3", "$90.00")])
def test_m24_the_resale_price_leaves_a_margin(portal: Portal, typed: str, told: str) -> None:
    assert f"<strong>{told}</strong>" in _said(portal, f"?users=100&resale={typed}")


def test_m24_a_loss_is_called_one(portal: Portal) -> None:
    said = _said(portal, "?users=100&resale=2")
    assert "You lose" in said
    assert "$10.00" in said


def test_m24_there_is_room_below_the_peak(portal: Portal) -> None:
    gone = inactive(portal.contoso.pk, emails(10))
    change_seats(portal.northwind.pk, gone, cause=TESTER, clock=portal.clock)
    assert "Room for 10 more users at no extra cost until 4 February" in _said(portal)


def test_without_room_it_says_so(portal: Portal) -> None:
    assert "Every user more raises the peak" in _said(portal)


def test_m09_other_prices_of_the_next_cycle_stand_beside(portal: Portal) -> None:
    _loaded(date(2026, 2, 1), (1, None, "1"))
    said = _said(portal, "?users=10")
    assert "$24.00" in said
    assert "$10.00" in said
    assert "From 5 February: other prices" in said


def test_m09_graduated_prices_show_how_they_add_up(portal: Portal) -> None:
    _loaded(_MARCH, (1, 10, "3"), (11, None, "2"), mode="graduated")
    portal.at(_IN_MARCH)
    said = _said(portal, "?users=12")
    assert "$34.00" in said
    assert "How it adds up" in said
    assert "Each user" not in said


def test_m09_a_cap_is_a_line(portal: Portal) -> None:
    _loaded(_MARCH, (1, 99, "2.40"), (100, None, "2.10"), capped=True)
    portal.at(_IN_MARCH)
    said = _said(portal, "?users=99")
    assert "Never dearer than 100 users" in said
    assert "You never pay more" in said


@pytest.mark.parametrize("query", ["?users=", "?users=many", "?users=-1", "?users=2000000001", "?users=5&resale=x"])
def test_what_is_wrong_stands_beside_its_field(portal: Portal, query: str) -> None:
    said = _said(portal, query)
    assert '_error"' in said
    assert "for one cycle, before tax" not in said
    assert "$2.10" in said  # the table of prices stays


def test_htmx_is_told_what_is_wrong_where_it_looks(portal: Portal) -> None:
    said = _said(portal, "?users=many", **{"HX-Request": "true"})
    assert '<div class="notice bad"><p>Users at the peak:' in said


def test_the_account_manager_stands_beside(portal: Portal) -> None:
    assert "Nobody is named yet" in _said(portal)
    described = {"manager_name": "Alex <Rivers>", "manager_contact": "alex@meridian.example"}
    describe_partner(portal.northwind.pk, cause=TESTER, now=NOW, **described)
    said = _said(portal)
    assert "Alex &lt;Rivers&gt;" in said
    assert 'href="mailto:alex@meridian.example"' in said


def test_it_is_for_who_sees_prices(portal: Portal) -> None:
    assert portal.browser("technician").get("/calculator").status_code == 403
    assert portal.browser("viewer", sees_prices=True).get("/calculator").status_code == 200


def test_it_asks_as_much_of_the_database_however_many_customers_there_are(portal: Portal) -> None:
    browser = portal.browser()
    browser.get("/calculator")
    with CaptureQueriesContext(connection) as few:
        browser.get("/calculator")
    for number in range(5):
        account = portal.opened(f"Customer {number}", 3)
        change_seats(account.partner_id, active(account.pk, emails(2, 900)), cause=TESTER, clock=portal.clock)
    with CaptureQueriesContext(connection) as many:
        browser.get("/calculator")
    assert len(many) == len(few)
