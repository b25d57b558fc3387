"""A partner whose payment is late reads it where it looks, not only where it pays (rules M13, M14)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pleamar.actions.approve_suspension import approve_suspension
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.close_partner import close_partner
from pleamar.actions.review_standings import review_standings
from pleamar.models import Member, Partner, Standing
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.paying import CLOSED, EXPIRED, GOOD, SECURE, card, collected, owing
from tests.entrypoints.portal.read_pages import page, words
from tests.fakes.overdue import STAFF
from tests.fakes.people import TESTER

BLOCKED = "Sign-in is blocked for the users of your monthly customers"
PAST_DUE = "$100.80 past due, the oldest of it since 5 Feb 2026."


@pytest.fixture
def owes(portal: Portal) -> Portal:
    """Northwind's card is refused for good, and it has been warned."""
    card(portal, EXPIRED)
    owing(portal)
    collected()
    review_standings(now=portal.clock())
    return portal


@pytest.fixture
def proposed(owes: Portal) -> Portal:
    """Nobody paid for a month; staff are asked."""
    for day in (8, 22, 31):
        owes.at(CLOSED + timedelta(days=day))
        review_standings(now=owes.clock())
    return owes


@pytest.fixture
def suspended(proposed: Portal) -> Portal:
    """And they said yes."""
    approve_suspension(proposed.northwind.pk, cause=STAFF, now=proposed.clock())
    return proposed


def stands(portal: Portal) -> str:
    return Standing.unscoped.get(partner=portal.northwind).state


def test_m14_what_is_past_due_leads_with_what_comes_of_it(owes: Portal) -> None:
    html = page(owes.browser())
    assert f"{PAST_DUE} If something is still overdue on 7 Mar 2026, sign-in may be blocked" in words(html)
    assert html.index("past due") < html.index('class="headline"')
    assert '<a href="/payment">See what is outstanding</a>' in html
    paying = page(owes.browser(), "/payment")
    assert PAST_DUE in words(paying)
    assert "See what is outstanding" not in paying


def test_m14_once_staff_are_asked_it_may_be_at_any_time(proposed: Portal) -> None:
    assert "may be blocked for the users of your monthly customers at any time now." in words(page(proposed.browser()))


def test_who_sees_no_prices_is_told_no_amounts(owes: Portal) -> None:
    html = page(owes.browser("technician", sees_prices=False))
    assert "past due" not in html
    assert "100.80" not in html


def test_m13_what_a_new_card_is_charged_with_is_not_past_due(owes: Portal) -> None:
    card(owes, SECURE)
    assert stands(owes) == "past_due"
    assert collected().waiting == 1
    for address in ("/usage", "/payment"):
        assert "past due" not in page(owes.browser(), address), address


def test_m14_what_is_paid_is_told_no_longer(owes: Portal) -> None:
    assert "past due" in page(owes.browser())
    card(owes, GOOD)
    collected()
    assert "past due" not in page(owes.browser())


def test_an_invoice_that_nobody_was_warned_of_yet_does_not_lead(portal: Portal) -> None:
    """It is charged within moments."""
    card(portal, GOOD)
    owing(portal)
    assert "past due" not in page(portal.browser())


def test_m14_that_nobody_can_sign_in_stands_above_every_page(suspended: Portal) -> None:
    customer = suspended.contoso.public_id
    person = Member.unscoped.filter(account=suspended.contoso)[0].public_id
    addresses = ("/usage", "/usage/2026-01-05", "/customers", f"/customers/{customer}", "/users", "/activity")
    for address in (*addresses, f"/customers/{customer}/users/{person}"):
        html = page(suspended.browser(), address)
        assert f"{BLOCKED}, since 8 Mar 2026." in words(html), address
        assert html.index(BLOCKED) < html.index("<h1"), address
        assert "past due" not in html, "it is told once"
        assert '<a href="/payment">See what is outstanding</a>' in html


def test_m14_it_is_told_to_everybody_and_leads_to_payment_who_may_see_it(suspended: Portal) -> None:
    blind = page(suspended.browser("viewer", sees_prices=False), "/customers")
    assert BLOCKED in words(blind)
    assert "/payment" not in blind
    paying = page(suspended.browser(), "/payment")
    assert BLOCKED in words(paying)
    assert "See what is outstanding" not in paying


def test_m14_it_is_gone_with_the_payment(suspended: Portal) -> None:
    card(suspended, GOOD)
    collected()
    assert BLOCKED not in words(page(suspended.browser(), "/customers"))


def test_the_day_is_that_of_the_zone_chosen_last_on_every_page(suspended: Portal) -> None:
    """Half past midnight in London is the day before in New York."""
    Partner.unscoped.filter(pk=suspended.northwind.pk).update(timezone="America/New_York")
    for address in ("/usage", "/usage/2026-01-05", "/customers", "/payment"):
        assert f"{BLOCKED}, since 7 Mar 2026." in words(page(suspended.browser(), address)), address


@pytest.mark.parametrize("state", ["past_due", "suspended"])
def test_m26_of_a_closed_partner_is_told_what_it_owes_and_no_more(
    request: pytest.FixtureRequest, portal: Portal, state: str
) -> None:
    """Its customers are closed: nothing is blocked or billed any more."""
    request.getfixturevalue("owes" if state == "past_due" else "suspended")
    close_partner(portal.northwind.pk, cause=TESTER, clock=portal.clock)
    browser = portal.browser()
    assert (BLOCKED if state == "suspended" else "sign-in may be blocked") in words(page(browser)), "till its last day"
    portal.at(portal.clock() + timedelta(days=32))
    close_cycles(cause=TESTER, now=portal.clock())
    assert stands(portal) == state
    for address in ("/usage", "/payment"):
        told = words(page(browser, address))
        assert "past due, the oldest of it since 5 Feb 2026." in told, address
        assert "locked" not in told, address
        assert "billed all the same" not in told, address
    assert BLOCKED not in words(page(browser, "/customers"))
