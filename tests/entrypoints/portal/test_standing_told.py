"""A partner whose payment is late reads it where it looks, not only where it pays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pleamar.actions.approve_suspension import approve_suspension
from pleamar.actions.review_standings import review_standings
from pleamar.models import Member
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.paying import CLOSED, EXPIRED, GOOD, card, collected, owing
from tests.entrypoints.portal.read_pages import page, words
from tests.fakes.overdue import STAFF

BLOCKED = "Sign-in is blocked for the users of your monthly customers"


@pytest.fixture
def owes(portal: Portal) -> Portal:
    """Northwind's card is refused for good, and it has been warned."""
    card(portal, EXPIRED)
    owing(portal)
    collected()
    review_standings(now=portal.clock())
    return portal


@pytest.fixture
def suspended(owes: Portal) -> Portal:
    """Nobody paid, and staff blocked sign-in after thirty-one days."""
    for day in (8, 22, 31):
        owes.at(CLOSED + timedelta(days=day))
        review_standings(now=owes.clock())
    approve_suspension(owes.northwind.pk, cause=STAFF, now=owes.clock())
    return owes


def test_m14_what_is_past_due_leads_with_what_comes_of_it(owes: Portal) -> None:
    html = page(owes.browser())
    assert "$100.80 past due, the oldest of it since 5 Feb 2026." in words(html)
    assert "If something is still overdue on 7 Mar 2026, sign-in may be blocked" in words(html)
    assert html.index("past due") < html.index('class="headline"')
    assert '<a href="/payment">See what is outstanding</a>' in html


def test_m20_who_sees_no_prices_is_told_no_amounts(owes: Portal) -> None:
    html = page(owes.browser("technician", sees_prices=False))
    assert "past due" not in html
    assert "100.80" not in html


def test_m14_that_nobody_can_sign_in_stands_above_every_page(suspended: Portal) -> None:
    customer = suspended.contoso.public_id
    person = Member.unscoped.filter(account=suspended.contoso)[0].public_id
    addresses = ("/usage", "/usage/2026-01-05", "/customers", f"/customers/{customer}", "/users", "/activity")
    for address in (*addresses, f"/customers/{customer}/users/{person}"):
        html = page(suspended.browser(), address)
        assert f"{BLOCKED}, since 8 Mar 2026." in words(html), address
        assert "past due" not in html, "it is told once"
        assert '<a href="/payment">See what is outstanding</a>' in html


def test_m20_who_may_not_see_payments_is_not_sent_there(suspended: Portal) -> None:
    html = page(suspended.browser("viewer", sees_prices=False), "/customers")
    assert BLOCKED in words(html)
    assert "/payment" not in html
    paying = page(suspended.browser(), "/payment")
    assert BLOCKED in words(paying)
    assert "See what is outstanding" not in paying


def test_m14_it_is_gone_with_the_payment(suspended: Portal) -> None:
    card(suspended, GOOD)
    collected()
    assert BLOCKED not in words(page(suspended.browser(), "/customers"))


def test_whose_payments_are_well_reads_nothing_of_it(portal: Portal) -> None:
    html = page(portal.browser())
    assert "past due" not in html
    assert BLOCKED not in html
