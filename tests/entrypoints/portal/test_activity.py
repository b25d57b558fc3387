"""What was done in a partner's name, as its people read it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pleamar.actions.change_seats import change_seats
from pleamar.actions.deactivate_members import deactivate_members
from pleamar.actions.record_act import record_act
from pleamar.actions.set_member_limit import set_member_limit
from pleamar.actions.suspend_account import suspend_account
from pleamar.models import Invoice
from pleamar.queries import activity as queries
from pleamar.queries.activity import ActivityFilter, Happening, activity
from pleamar.queries.scopes import Scope
from pleamar.rules.causes import Cause
from tests.entrypoints.portal.conftest import NOW, OPENED, Portal
from tests.entrypoints.portal.paying import card, collected, owing
from tests.fakes.people import active, emails

DANA = Cause("dana@northwind.example", "portal", reason="left on Friday")


def file(browser: Client, query: str = "") -> str:
    said: Any = browser.get(f"/activity.csv{query}")
    return b"".join(said.streaming_content).decode()


def text(portal: Portal, query: str = "", role: str = "owner", **of: bool) -> str:
    page = portal.browser(role, **of).get(f"/activity{query}")  # type: ignore[arg-type]
    assert page.status_code == 200
    return page.content.decode()


def test_acts_and_changes_of_users_are_one_list(portal: Portal) -> None:
    deactivate_members(portal.northwind.pk, portal.contoso.pk, emails(3), cause=DANA, clock=portal.clock)
    portal.at(NOW + timedelta(hours=1))
    set_member_limit(portal.northwind.pk, portal.contoso.pk, 80, cause=DANA, clock=portal.clock)
    shown = text(portal)
    assert "3 users made inactive" in shown
    assert "in the portal · left on Friday" in shown
    assert "no limit → 80" in shown
    assert shown.index("Limit of users changed") < shown.index("3 users made inactive") < shown.index("30 users made")
    assert "Stranger" not in shown


@pytest.mark.parametrize(
    ("query", "has", "has_not"),
    [
        ("?who=dana", "Sign-in blocked", "made active"),
        ("?who=DANA%40", "Sign-in blocked", "made active"),
        ("?what=users", "made active", "Sign-in blocked"),
        ("?what=customers", "Sign-in blocked", "made active"),
        ("?what=customers", "Customer opened", "made active"),
        ("?of=fabri", "12 users made active", "30 users made active"),
        ("?of=nobody", "Nothing like that", "made active"),
        ("?from=2026-01-20", "Sign-in blocked", "made active"),
        ("?to=2026-01-19", "made active", "Sign-in blocked"),
        ("?from=2026-01-05&to=2026-01-05", "made active", "Sign-in blocked"),
    ],
)
def test_filters_stand_in_the_address(portal: Portal, query: str, has: str, has_not: str) -> None:
    suspend_account(portal.northwind.pk, portal.contoso.pk, cause=DANA, clock=portal.clock)
    shown = text(portal, query).partition("<table")[2] or text(portal, query)
    assert has in shown
    assert has_not not in shown


def test_a_customer_is_named_by_its_id(portal: Portal) -> None:
    shown = text(portal, f"?customer={portal.fabrikam.public_id}")
    assert "12 users made active" in shown
    assert "30 users made active" not in shown
    for stranger in (portal.stranger.public_id, "acc_rubbish", "%00"):
        address = f"/activity?customer={stranger}"
        assert portal.browser().get(address).status_code in ({404} if stranger != "%00" else {200})


@pytest.mark.parametrize(
    "query",
    [
        "?from=yesterday&to=2026-13-01",
        "?from=9999-12-31&to=9999-12-31",
        "?from=0001-01-01&to=0001-01-01",
        "?before=rubbish",
        "?before=1.2.3",
        "?before=999999999999999999.9.999999999999999999",
        "?before=-1.0.0",
        "?before=1.2",
        "?who=%00%ED%A0%80%25_",
        "?who=" + "x" * 10_000,
        "?of=" + "%25" * 3_000,
        "?what=rubbish",
        "?page=-1",
    ],
)
def test_rubbish_in_the_address_breaks_nothing(portal: Portal, query: str) -> None:
    browser = portal.browser()
    assert browser.get(f"/activity{query}").status_code == 200
    assert file(browser, query)


def test_a_date_that_is_none_is_said_so(portal: Portal) -> None:
    assert "The first day is no date" in text(portal, "?from=1/2/2026")


def test_who_sees_no_prices_reads_nothing_of_money(portal: Portal) -> None:
    facts = {"amount": 123456, "total": 123456, "currency": "USD"}
    record_act("credit invoice", "INV-77", cause=DANA, at=NOW, partner_id=portal.northwind.pk, **facts)
    record_act("note problem", "chg_1", cause=DANA, at=NOW, partner_id=portal.northwind.pk, problem="1,234.56 USD")
    record_act("activate trial", portal.contoso.public_id, cause=DANA, at=NOW, partner_id=portal.northwind.pk, **facts)
    shown = text(portal)
    assert "Credit note written" in shown
    assert "INV-77" in shown
    assert "Problem noted" not in shown
    for role in ("technician", "viewer"):
        shown = text(portal, role=role) + text(portal, "?what=billing", role=role)
        assert "Credit note" not in shown
        assert "INV-77" not in shown
        assert "1,234" not in shown
        assert "Trial activated" in shown
        assert "INV-77" not in file(portal.browser(role), "?what=billing")


def test_it_goes_on_behind_each_page_and_ends(portal: Portal) -> None:
    for number in range(120):
        record_act("suspend account", f"x{number}", cause=DANA, at=NOW, partner_id=portal.northwind.pk)
    browser, seen, address = portal.browser(), 0, "/activity"
    for _ in range(4):
        page = browser.get(address)
        seen += page.content.decode().count("<time ")
        if not page.context["older"]:
            break
        address = f"/activity{page.context['older']}"
    everything = activity(Scope(portal.northwind.pk), ActivityFilter(), most=1_000)
    assert seen == len(everything.rows)
    assert len({row.place for row in everything.rows}) == seen
    assert seen > 120


def test_a_rare_thing_is_looked_for_so_far_and_then_further(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "WINDOW", 10)
    record_act("remove person", "tea_1", cause=DANA, at=OPENED, partner_id=portal.northwind.pk)
    for number in range(35):
        at = NOW - timedelta(minutes=number)
        record_act("suspend account", f"x{number}", cause=DANA, at=at, partner_id=portal.northwind.pk)
    scope, place, looked = Scope(portal.northwind.pk), None, 0
    found: list[Happening] = []
    while True:
        page = activity(scope, ActivityFilter(acts=["remove person"], users=False), after=place)
        looked, found = looked + 1, [*found, *page.rows]
        if page.next is None:
            break
        assert page.next != place
        place = page.next
    assert [row.act for row in found] == ["remove person"]
    assert looked > 2


def test_a_file_has_what_is_shown(portal: Portal) -> None:
    record_act("invite person", "ivt_1", cause=Cause("=1+1", "portal"), at=NOW, partner_id=portal.northwind.pk)
    lines = file(portal.browser(), "?what=team").splitlines()
    assert lines[0] == "at,who,what,customer,detail"
    assert "'=1+1" in lines[1]
    assert len(lines) == 2


def test_names_are_only_names(portal: Portal) -> None:
    cause = Cause("<script>alert(1)</script>", "portal", reason="<img src=x>")
    suspend_account(portal.northwind.pk, portal.contoso.pk, cause=cause, clock=portal.clock)
    shown = text(portal, "?who=%3Cscript%3E")
    assert "<script>alert" not in shown
    assert "<img" not in shown.partition("<main")[2]


def test_a_longer_list_costs_no_more_queries(portal: Portal) -> None:
    browser = portal.browser()

    def needed() -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.get("/activity").status_code == 200
        return len(found)

    needed()
    before = needed()
    for number in range(20):
        account = portal.opened(f"Customer {number}", 3)
        set_member_limit(portal.northwind.pk, account.pk, 50 + number, cause=DANA, clock=portal.clock)
    assert needed() <= before


def test_of_a_large_change_so_many_are_counted(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_COUNTED", 10)
    people = active(portal.fabrikam.pk, emails(20, start=100))
    change_seats(portal.northwind.pk, people, cause=DANA, clock=portal.clock)
    (row,) = activity(Scope(portal.northwind.pk), ActivityFilter(who="dana")).rows
    assert row.changed[0].more
    assert "users made active" in text(portal, "?who=dana")


def test_htmx_gets_the_rows_alone(portal: Portal) -> None:
    said = portal.browser().get("/activity", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in said
    assert "30 users made active" in said


def test_alerts_charges_and_quotes_say_which(portal: Portal) -> None:
    def done(act: str, **facts: object) -> None:
        record_act(act, "x", cause=DANA, at=NOW, partner_id=portal.northwind.pk, **facts)

    done("set alert", kind="seats", threshold=280, currency="")
    done("remove alert", kind="growth", threshold=20, currency="")
    done("set alert", kind="amount", threshold=25_050, currency="USD")
    done("collect charge", amount=10_080, currency="USD", invoices="INV-1 INV-2 INV-3 INV-4")
    done("give up charge", decline="expired_card")
    done("ask for quote", customer="Orchard Bank", members=600)
    for shown in (text(portal), file(portal.browser())):
        for told in ("280 users", "+20%", "$250.50", "$100.80 · INV-1, INV-2, INV-3 and 1 more", "Orchard Bank · 600"):
            assert told in shown
    for shown in (text(portal, role="technician"), file(portal.browser("technician"))):
        assert "280 users" in shown
        for told in ("$", "250.50", "INV-", "Orchard Bank"):
            assert told not in shown


def test_a_charge_that_is_collected_says_its_amount_and_invoice(portal: Portal) -> None:
    card(portal)
    owing(portal)
    assert collected().succeeded == 1
    assert f"$100.80 · {Invoice.unscoped.get(partner=portal.northwind).number}" in text(portal)


@pytest.mark.parametrize(("since", "told"), [("2026-01-05T00:00:00+00:00", "a payment is overdue"), ("", "nothing is")])
def test_what_the_calendar_finds_of_payments_is_decided(portal: Portal, since: str, told: str) -> None:
    cause = Cause("pleamar", "review standings", reason="its payment is overdue, or is not any more")
    record_act("change standing", "x", cause=cause, at=NOW, partner_id=portal.northwind.pk, overdue_since=since)
    shown = text(portal)
    assert told in shown
    assert "or is not any more" not in shown
