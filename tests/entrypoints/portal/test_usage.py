"""The usage page: it leads with what it will cost, it adds up, and it says nothing to whom it should not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.close_partner import close_partner
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.suspend_account import suspend_account
from pleamar.models import Cycle, Partner
from pleamar.rules.causes import Cause
from tests.entrypoints.portal.conftest import OPENED, Portal
from tests.entrypoints.portal.read_pages import amounts, ended, lower, page, words
from tests.fakes.people import TESTER, active, emails

ASKED = Cause("tester", "test", reason="asked")


def test_m12_it_leads_with_what_is_known_and_says_how_little_that_is(portal: Portal) -> None:
    said = words(page(portal.browser()))
    assert "$100.80 so far to be billed on 5 February" in said
    assert "A forecast takes 3 whole cycles; there are 0 so far." in said
    assert "Active now and peak are both 42: the next user makes this cycle dearer." in said


def test_m17_the_room_below_the_peak_is_told_with_its_date(portal: Portal) -> None:
    lower(portal, portal.contoso, 7)
    said = words(page(portal.browser()))
    assert "Room for 7 more users at no extra cost until 4 February; those still active then count" in said


def test_m12_with_enough_cycles_it_leads_with_a_forecast(portal: Portal) -> None:
    for month in (2, 3, 4, 5):
        portal.at(datetime(2026, month, 20, tzinfo=UTC))
        new = active(portal.contoso.pk, emails(3, 100 * month))
        change_seats(portal.northwind.pk, new, cause=TESTER, clock=portal.clock)
    portal.at(datetime(2026, 5, 21, tzinfo=UTC))
    html = page(portal.browser())
    assert "About $129.60 on 5 June" in words(html)
    assert "How this is estimated" in html
    assert 'class="likely"' in html


def test_m02_the_table_adds_up_to_the_amount(portal: Portal) -> None:
    portal.opened("Adatum", 7)
    lower(portal, portal.contoso, 5)
    html = page(portal.browser())
    assert sum(amounts(html)) == Decimal("117.60")
    assert re.findall(r"<tfoot>.*</tfoot>", html, re.DOTALL)[0].count("117.60") == 1
    assert "All 3 customers" in words(html)


def test_m02_own_peaks_stand_apart_and_add_up_to_more(portal: Portal) -> None:
    lower(portal, portal.contoso, 10)
    portal.clock.forward(hours=1)
    change_seats(portal.northwind.pk, active(portal.fabrikam.pk, emails(4, 50)), cause=TESTER, clock=portal.clock)
    assert "Own peak" not in page(portal.browser())
    said = words(page(portal.browser(), "/usage?own=1"))
    assert "adds up to 46. Billed is the peak of all together: 42." in said


def test_m22_who_cannot_sign_in_is_billed_and_the_row_says_so(portal: Portal) -> None:
    suspend_account(portal.northwind.pk, portal.fabrikam.pk, cause=ASKED, clock=portal.clock)
    html = page(portal.browser())
    assert "Sign-in blocked · still billed" in html
    assert Decimal("28.80") in amounts(html)


def test_m20_trials_stand_below_without_money(portal: Portal) -> None:
    portal.opened("Trey Research", 6, state="trial")
    html = page(portal.browser())
    trials = words(html[html.index('class="trials"') :])
    assert "Trey Research 6 users · ends" in trials
    assert "$" not in trials[: trials.index("Your prices")]
    assert "All 2 customers" in words(html)


@pytest.mark.parametrize("role", ["technician", "viewer"])
def test_who_sees_no_prices_sees_none_anywhere(portal: Portal, role: str) -> None:
    lower(portal, portal.contoso, 7)
    ended(portal)
    browser = portal.browser(role)  # type: ignore[arg-type]  # parametrized
    for address in (
        *("/usage", "/usage?sort=share&own=1&add=50", "/usage/cycles", "/usage/2026-01-05"),
        *("/usage/2026-01-05/explain", f"/usage/2026-01-05/explain?customer={portal.contoso.public_id}"),
    ):
        said = page(browser, address)
        assert "$" not in said
        assert "2.40" not in said
        assert "INV-" not in said
    assert "Room for" not in words(page(browser))
    parts = [
        page(browser, "/usage?add=50", **{"HX-Request": "true", "HX-Target": target})
        for target in ("what-if", "customers")
    ]
    assert not any("$" in part or "costs" in part for part in parts)
    for address in ("/usage/usage.csv", "/usage/2026-01-05/usage.csv"):
        assert b"share" not in b"".join(browser.get(address).streaming_content)  # type: ignore[attr-defined]
    assert "35 users at the peak so far" in words(page(browser))


def test_sorting_searching_and_htmx(portal: Portal) -> None:
    portal.opened("Zava <b>&</b> Sons", 3)
    browser = portal.browser()

    def names(address: str) -> list[str]:
        body = page(browser, address, **{"HX-Request": "true", "HX-Target": "customers"})
        assert "<html" not in body
        return re.findall(r'<th scope="row"><a href="/customers/[^"]+">([^<]+)<', body)

    zava = "Zava &lt;b&gt;&amp;&lt;/b&gt; Sons"
    assert names("/usage") == ["Contoso", "Fabrikam", zava]
    assert names("/usage?sort=name") == ["Contoso", "Fabrikam", zava]
    assert names("/usage?sort=-name") == [zava, "Fabrikam", "Contoso"]
    assert names("/usage?sort=share") == [zava, "Fabrikam", "Contoso"]
    assert names("/usage?q=CONTO") == ["Contoso"]
    assert names("/usage?q=nobody") == []
    assert "All 3 customers" in words(page(browser, "/usage?q=conto")), "the total is always that of all"


@pytest.mark.parametrize(
    "query",
    [
        *("page=0", "page=-1", "page=99999999999999999999", "page=x", "sort=%00", "sort=own", "q=%00%F0%9F", "own=7"),
        *(f"q={'x' * 10_000}", "q=%ED%A0%80", f"add={'9' * 10_000}", "add=%D9%A3", "add=-5", "add=1.5", "add=%00"),
    ],
)
def test_whatever_stands_in_the_address_is_answered(portal: Portal, query: str) -> None:
    assert "<h1" in page(portal.browser(), f"/usage?{query}")


def test_m24_what_some_more_users_would_cost(portal: Portal) -> None:
    browser = portal.browser()
    lower(portal, portal.contoso, 7)

    def answer(typed: str) -> str:
        return words(page(browser, f"/usage?add={typed}", **{"HX-Request": "true", "HX-Target": "what-if"}))

    assert "They cost nothing more in this cycle." in answer("7")
    assert "$115.20 on 5 February: $14.40 more than so far. Peak 48 users, in the tier from 1: $2.40 each." in answer(
        "13"
    )
    assert "$210.00 on 5 February" in answer("65"), "the tier from 100 on"
    assert "A peak of 100 users would cost less: $210.00." in answer("60")
    assert "would cost less" not in answer("13")
    assert "Enter a whole number from 1 to 1,000,000." in answer("many")
    assert "What if I add" in page(browser, "/usage?add=13")


def test_m07_a_cycle_in_which_nobody_was_billed(portal: Portal) -> None:
    quiet = open_partner(NewPartner("Quiet", "USD"), created=OPENED, cause=TESTER, now=OPENED)
    browser = portal.browser(partner=quiet)
    said = words(page(browser))
    assert "Nothing so far" in said
    assert "No customer is billed" in said
    portal.at(datetime(2026, 2, 10, tzinfo=UTC))
    close_cycles(cause=TESTER, now=portal.clock())
    assert "has no invoice" in words(page(browser, "/usage/2026-01-05"))
    assert "Nobody was billed in this cycle, at no moment of it." in words(page(browser, "/usage/2026-01-05/explain"))


def test_m26_the_last_cycle_of_a_closed_partner(portal: Portal) -> None:
    browser = portal.browser()
    close_partner(portal.northwind.pk, cause=TESTER, clock=portal.clock)
    portal.at(datetime(2026, 3, 1, tzinfo=UTC))
    assert "its invoice is being written. It was the last one" in words(page(browser))
    close_cycles(cause=TESTER, now=portal.clock())
    assert "$100.80 before tax" in words(page(browser))


def test_other_currencies_zones_and_shadow(portal: Portal) -> None:
    created = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)  # the 15th in Madrid
    portal.at(created)
    marea = open_partner(
        NewPartner("Marea", "JPY", timezone="Europe/Madrid", shadow=True), created=created, cause=TESTER, now=created
    )
    account = open_account(marea.pk, "Talleres", cause=TESTER, clock=portal.clock, state="live")
    change_seats(marea.pk, active(account.pk, emails(3)), cause=TESTER, clock=portal.clock)
    portal.at(datetime(2026, 4, 10, 10, tzinfo=UTC))
    browser = portal.browser(partner=marea)
    html = page(browser)
    assert "Cycle 15 Mar – 14 Apr 2026" in words(html)
    assert "Times in Europe/Madrid" in words(html)
    assert html.count('type="radio"') == 27
    assert "only priced, so that you can compare" in words(html) or "No prices in JPY apply" in words(html)
    page(browser, "/usage/2026-03-15/explain")


def test_300_customers_are_as_many_queries_as_two_and_a_small_page(portal: Portal) -> None:
    browser = portal.browser()
    addresses = ("/usage?own=1&add=7", "/usage/2026-01-05/explain")

    def asked() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as reading:
                page(browser, address)
            counts.append(len(reading))
        return counts

    page(browser)
    few = asked()
    for number in range(300):
        account = open_account(
            portal.northwind.pk,
            f"Customer with quite a long name {number}",
            cause=TESTER,
            clock=portal.clock,
            state="live",
        )
        portal.clock.forward(minutes=5)
        change_seats(portal.northwind.pk, active(account.pk, emails(1)), cause=TESTER, clock=portal.clock)
    portal.at(portal.clock() + timedelta(hours=1))
    assert asked() == few
    assert max(few) <= 34
    for address in addresses:
        assert len(page(browser, address).encode()) < 60_000
    assert Cycle.unscoped.count() == 0
    assert Partner.unscoped.count() == 2
