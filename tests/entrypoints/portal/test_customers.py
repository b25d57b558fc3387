"""The list of customers in the portal."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.close_account import close_account
from pleamar.actions.open_accounts import NewAccount, open_accounts
from pleamar.actions.set_member_limit import set_member_limit
from pleamar.actions.suspend_account import suspend_account
from pleamar.rules.causes import Cause
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.fakes.people import TESTER

WHY = Cause("ines", "test", reason="they asked")


def page(portal: Portal, address: str = "/customers", *, htmx: bool = False) -> str:
    response = portal.browser().get(address, headers={"HX-Request": "true"} if htmx else {})
    assert response.status_code == 200
    return str(response.content.decode())


def test_it_tells_users_and_limits(portal: Portal) -> None:
    set_member_limit(portal.northwind.pk, portal.contoso.pk, 50, cause=TESTER, clock=portal.clock)
    said = page(portal)
    assert "30 of 50" in said
    assert "Fabrikam" in said
    assert "Stranger" not in said


def test_m20_m22_only_what_is_out_of_the_ordinary_has_a_badge(portal: Portal) -> None:
    assert 'class="badge' not in page(portal)
    suspend_account(portal.northwind.pk, portal.contoso.pk, cause=WHY, clock=portal.clock)
    portal.opened("Litware", 3, state="trial")
    said = page(portal)
    assert "Sign-in blocked · still billed" in said
    assert "Trial · 14 days left" in said
    portal.at(NOW.replace(month=2, day=3, hour=9))
    assert "Trial · ends today" in page(portal)
    portal.at(NOW.replace(month=3))
    assert "Trial ended" in page(portal)


def test_closed_ones_are_hidden_unless_asked_for(portal: Portal) -> None:
    close_account(portal.northwind.pk, portal.fabrikam.pk, cause=TESTER, clock=portal.clock)
    assert "Fabrikam" not in page(portal)
    said = page(portal, "/customers?state=closed")
    assert "Fabrikam" in said
    assert "Contoso" not in said


def test_filters_stand_in_the_address_and_stay_when_the_page_changes(portal: Portal) -> None:
    wanted = [NewAccount(f"Shop {number:03}") for number in range(120)]
    open_accounts(portal.northwind.pk, wanted, cause=TESTER, clock=portal.clock)
    said = page(portal, "/customers?search=shop&state=trial&sort=users&down=1")
    assert "1–50 of 120" in said
    assert "?search=shop&amp;state=trial&amp;sort=users&amp;down=1&amp;page=2" in said
    assert "Contoso" not in said
    said = page(portal, "/customers?search=shop&page=99")
    assert "101–120 of 120" in said


def test_htmx_gets_the_rows_alone(portal: Portal) -> None:
    said = page(portal, "/customers?search=conto", htmx=True)
    assert "Contoso" in said
    assert "<html" not in said
    assert "Fabrikam" not in said


def test_names_are_escaped(portal: Portal) -> None:
    portal.opened("<script>alert(1)</script>", 1)
    said = page(portal)
    assert "<script>alert" not in said
    assert "&lt;script&gt;alert(1)" in said


@pytest.mark.parametrize(
    "query",
    [
        "page=x",
        "page=-1",
        "page=" + "9" * 5000,
        "page=%00",
        "state=no",
        "sort=no",
        "down=x",
        "search=%00",
        "search=%ED%A0%80",
        "search=" + "x" * 10_000,
        "state=&sort=",
    ],
)
def test_odd_addresses_are_answered(portal: Portal, query: str) -> None:
    assert portal.browser().get(f"/customers?{query}").status_code == 200


def test_an_empty_list_says_what_to_do(portal: Portal) -> None:
    said = page(portal, "/customers?search=zz")
    assert "No customer is like that." in said
    for account in (portal.contoso, portal.fabrikam):
        close_account(portal.northwind.pk, account.pk, cause=TESTER, clock=portal.clock)
    said = page(portal)
    assert "No customers yet" in said
    assert 'href="/customers/new"' in said


def test_who_may_not_change_anything_is_offered_nothing(portal: Portal) -> None:
    portal.opened("Litware", 3, state="trial")
    viewer = portal.browser("viewer").get("/customers").content.decode()
    assert "/customers/new" not in viewer
    assert 'name="customer"' not in viewer
    technician = portal.browser("technician").get("/customers").content.decode()
    assert "/customers/new" in technician
    assert 'name="customer"' not in technician
    assert 'name="customer"' in portal.browser("technician", sees_prices=True).get("/customers").content.decode()


def test_200_customers_take_as_many_queries_as_10_and_fit_a_page(portal: Portal) -> None:
    browser = portal.browser()
    browser.get("/customers")
    counts = []
    for size in (10, 190):
        wanted = [NewAccount(f"Shop {size} {number:03}", member_limit=40) for number in range(size)]
        open_accounts(portal.northwind.pk, wanted, cause=TESTER, clock=portal.clock)
        with CaptureQueriesContext(connection) as context:
            said = browser.get("/customers")
        counts.append(len(context))
        assert len(said.content) < 60_000
    assert counts[0] == counts[1]
