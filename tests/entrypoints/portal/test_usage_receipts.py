"""Past cycles, files and receipts: every figure of a cycle is explained, and only to whom it belongs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from pleamar.actions.change_seats import change_seats
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import ResaleTerms, Statement
from pleamar.rules.causes import Cause
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.entrypoints.portal.read_pages import amounts, ended, lower, page, words
from tests.fakes.people import TESTER, active, emails, inactive


def test_m12_a_past_cycle_is_as_it_was_frozen(portal: Portal) -> None:
    lower(portal, portal.contoso, 30)
    ended(portal)
    browser = portal.browser()
    html = page(browser, "/usage/2026-01-05")
    statement = Statement.unscoped.get(partner=portal.northwind)
    assert statement.net == 10_080
    assert "$100.80 before tax, for 42 users at the peak" in words(html)
    assert sum(amounts(html)) == Decimal("100.80")
    assert "INV-" in html
    assert "Room for" not in words(html)
    assert "What if" not in html
    assert browser.get("/usage/2026-02-05").status_code == 302, "the one that runs has its own address"
    assert "5 Jan – 4 Feb 2026" in words(page(browser, "/usage/cycles"))


def test_somebody_else_s_cycles_and_rubbish_are_not_found(portal: Portal) -> None:
    ended(portal)
    late = open_partner(NewPartner("Late", "USD"), created=portal.clock(), cause=TESTER, now=portal.clock())
    browser = portal.browser(partner=late)
    for address in (
        "/usage/2026-01-05",
        "/usage/2026-01-05/explain",
        "/usage/2026-01-05/usage.csv",
        "/usage/2026-01-05/users.csv",
    ):
        assert browser.get(address).status_code == 404
    for start in ("2026-02-30", "0000-00-00", "9999-12-31", "0001-01-01", "2026-1-5", "x"):
        assert browser.get(f"/usage/{start}").status_code == 404
    assert Client().get("/usage").status_code == 302


def test_the_file_adds_up_and_runs_nothing(portal: Portal) -> None:
    odd = portal.opened("=cmd|' /C calc'!A0", 8)
    ResaleTerms.unscoped.create(partner=portal.northwind, account=odd, reference="C-7", changed_at=NOW)
    lower(portal, portal.contoso, 30)

    def rows(address: str) -> list[list[str]]:
        said = portal.browser().get(address)
        text = b"".join(said.streaming_content).decode()  # type: ignore[attr-defined]
        return [line.split(",") for line in text.splitlines()]

    header, *lines = rows("/usage/usage.csv")
    assert header[2:] == [
        "customer",
        "customer_id",
        "reference",
        "users_now_or_at_end",
        "users_at_peak",
        "own_peak",
        "share",
        "currency",
    ]
    assert sum(Decimal(line[8]) for line in lines) == Decimal("120.00")
    assert [line[5] for line in lines] == ["8", "0", "12"]
    assert lines[0][2].startswith("'=")
    assert lines[0][4] == "C-7"
    lower(portal, portal.fabrikam, 12)
    portal.at(datetime(2026, 2, 4, tzinfo=UTC))
    change_seats(portal.northwind.pk, active(portal.contoso.pk, emails(2, 60)), cause=TESTER, clock=portal.clock)
    ended(portal)
    lower(portal, portal.contoso, 30)
    _, *after = rows("/usage/2026-01-05/usage.csv")
    assert [line[5:9] for line in after] == [
        *(["8", "8", "8", "19.20"], ["2", "30", "30", "72.00"], ["0", "12", "12", "28.80"])
    ]


def test_p01_every_figure_opens_its_receipt(portal: Portal) -> None:
    portal.clock.forward(hours=2)
    people = Cause("tom@northwind.example", "import-members", reference="new.csv")
    change_seats(portal.northwind.pk, active(portal.fabrikam.pk, emails(5, 300)), cause=people, clock=portal.clock)
    html = page(portal.browser())
    assert f"/usage/2026-01-05/explain?customer={portal.fabrikam.public_id}" in html
    said = words(page(portal.browser(), "/usage/2026-01-05/explain"))
    assert "47 users at the peak" in said
    assert "20 Jan 2026, 14:00 (UTC): tom@northwind.example, with the file new.csv" in said
    assert "47 users × $2.40 $112.80" in said
    assert "+5 47" in said
    one = words(page(portal.browser(), f"/usage/2026-01-05/explain?customer={portal.fabrikam.public_id}"))
    assert "17 of 47 users at the peak" in one
    assert "Its share: $40.80 of $112.80" in one


def test_p01_why_is_this_user_billed(portal: Portal) -> None:
    browser = portal.browser()

    def answer(who: str) -> str:
        return words(page(browser, f"/usage/2026-01-05/explain?user={who}"))

    assert "user00001@example.com was counted: active at Contoso since 5 Jan 2026" in answer("USER00001%40example.com")
    assert "is no user of any of your customers" in answer("nobody%40example.com")
    portal.clock.forward(hours=1)
    change_seats(portal.northwind.pk, inactive(portal.contoso.pk, emails(3, 20)), cause=TESTER, clock=portal.clock)
    portal.clock.forward(hours=1)
    change_seats(portal.northwind.pk, active(portal.fabrikam.pk, emails(1, 700)), cause=TESTER, clock=portal.clock)
    assert "was not counted: active at Fabrikam for the first time on 20 Jan 2026" in answer("user00700%40example.com")
    assert browser.get("/usage/2026-01-05/explain?user=rubbish").status_code == 200
    for typed in ("rubbish", "ana%E2%80%AE@example.com"):  # the second turns round what is shown after it
        assert 'aria-invalid="true"' in page(browser, f"/usage/2026-01-05/explain?user={typed}")


@pytest.mark.parametrize(
    "query",
    [
        *(
            "after=mem_x",
            "before=x",
            "before=9999-12-31T23:59:59%2B00:00",
            "before=0001-01-01T00:00:00-23:59",
            "page=9",
        ),
        *("user=%00", f"user={'x' * 10_000}", "before=2026-01-05", "after=%ED%A0%80"),
    ],
)
def test_whatever_is_asked_of_a_receipt_is_answered(portal: Portal, query: str) -> None:
    assert "42 users at the peak" in words(page(portal.browser(), f"/usage/2026-01-05/explain?{query}"))


def test_a_receipt_of_somebody_else_s_customer_is_not_found(portal: Portal) -> None:
    for customer in (portal.stranger.public_id, "acc_x", "x", "mem_00000000000000000000000000"):
        assert portal.browser().get(f"/usage/2026-01-05/explain?customer={customer}").status_code == 404


def test_all_people_counted_come_in_pages_and_as_a_file(portal: Portal) -> None:
    change_seats(portal.northwind.pk, active(portal.fabrikam.pk, emails(70, 500)), cause=TESTER, clock=portal.clock)
    browser = portal.browser()
    first = page(browser, "/usage/2026-01-05/explain")
    found = re.findall(r'/users/(mem_\w+)">', first)
    assert len(found) == 50
    (following,) = re.findall(r'href="(\?after=mem_\w+)#people"', first)
    second = re.findall(r'/users/(mem_\w+)">', page(browser, f"/usage/2026-01-05/explain{following}"))
    assert len(second) == 50
    assert not {*found} & {*second}
    said = browser.get("/usage/2026-01-05/users.csv")
    assert len(b"".join(said.streaming_content).splitlines()) == 1 + 112  # type: ignore[attr-defined]
