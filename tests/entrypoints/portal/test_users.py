"""The users of a partner's customers, in the portal: seen, searched, paged, saved as a file (rules M15, M18)."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import change_seats
from pleamar.models import Member
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import Denied
from tests.entrypoints.portal.conftest import Portal
from tests.fakes.people import TESTER, active, emails, inactive

BY_HAND = Cause(actor="ana@northwind.example", means="portal", reason="on leave")


def page(portal: Portal, address: str = "/users", **of: object) -> str:
    said = portal.browser(**of).get(address)  # type: ignore[arg-type]
    assert said.status_code == 200
    return said.content.decode()


def listed(text: str) -> list[str]:
    """The addresses of the rows."""
    return [piece.partition("<")[0] for piece in text.split('<span class="sr">user')[1:]]


def rows_of(portal: Portal, address: str) -> list[dict[str, str]]:
    said = portal.browser("viewer").get(address)
    assert said["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(b"".join(said.streaming_content).decode(), newline="")))  # type: ignore[attr-defined]


def test_m15_all_users_of_all_customers_with_what_made_them_so(portal: Portal) -> None:
    change_seats(portal.northwind.pk, inactive(portal.contoso.pk, emails(1)), cause=BY_HAND, clock=portal.clock)
    text = page(portal)
    assert len(listed(text)) == 42
    assert "42 users" in text
    assert "on leave" in text
    assert "ana@northwind.example" in text
    assert text.count(">Inactive</span>") == 1
    assert "Stranger" not in text


def test_pages_go_on_and_back_across_customers(portal: Portal) -> None:
    portal.opened("Adatum", 20)
    browser = portal.browser()
    first = browser.get("/users").content.decode()
    following = first.split('rel="next" href="')[1].partition('"')[0].replace("&amp;", "&")
    second = browser.get(f"/users{following}").content.decode()
    assert len(listed(first)) == 50
    assert len(listed(second)) == 12
    assert "Fabrikam" in second
    assert "Adatum" not in second
    back = second.split('rel="prev" href="')[1].partition('"')[0].replace("&amp;", "&")
    assert listed(browser.get(f"/users{back}").content.decode()) == listed(first)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("search=user0000", 20),
        ("search=USER00001", 2),
        ("of=conto", 30),
        ("domain=example.com", 42),
        ("domain=@EXAMPLE.com", 42),
        ("domain=other.com", 0),
        ("state=inactive", 0),
        ("state=active&of=fab", 12),
        ("state=denied", 0),
        ("state=asleep", 42),
    ],
)
def test_filters(portal: Portal, asked: str, count: int) -> None:
    assert len(listed(page(portal, f"/users?{asked}"))) == count


def test_m19_those_on_the_deny_list(portal: Portal) -> None:
    entries = [Denied("user0000*@example.com", "leavers")]
    change_deny_list(portal.northwind.pk, portal.contoso.pk, "add", entries, cause=TESTER, clock=portal.clock)
    text = page(portal, "/users?state=denied")
    assert len(listed(text)) == 10
    assert text.count("Deny list</span>") == 10


def test_one_customer(portal: Portal) -> None:
    text = page(portal, f"/users?customer={portal.fabrikam.public_id}")
    assert len(listed(text)) == 12
    browser = portal.browser()
    for other in (portal.stranger.public_id, "acc_x", "contoso"):
        assert browser.get(f"/users?customer={other}").status_code == 404
        assert browser.get(f"/users.csv?customer={other}").status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        f"search={'x' * 10_000}",
        "search=%00&domain=%00&of=%00",
        "search=%ed%a0%80",
        "search=100%25_\\",
        "after=acc_x:y&before=%00",
        f"after={'9' * 5000}",
        "after=acc_00000000000000000000000000:a@b",
        "page=99999999999999999999",
    ],
)
def test_rubbish_in_the_address_is_no_error(portal: Portal, asked: str) -> None:
    browser = portal.browser()
    assert browser.get(f"/users?{asked}").status_code == 200
    assert browser.get(f"/users.csv?{asked}").status_code == 200


def test_a_place_of_somebody_else_is_none(portal: Portal) -> None:
    text = page(portal, f"/users?after={portal.stranger.public_id}:user00002@example.com")
    assert len(listed(text)) == 42


def test_names_are_text(portal: Portal) -> None:
    Member.unscoped.filter(account=portal.contoso, email=emails(1)[0]).update(display_name="<script>alert(1)</script>")
    assert "<script>alert" not in page(portal)


def test_as_many_queries_for_many_as_for_few(portal: Portal) -> None:
    browser, counts = portal.browser(), []
    browser.get("/users")
    for people in (1, 40, 0):
        with CaptureQueriesContext(connection) as asked:
            browser.get("/users")
        counts.append(len(asked))
        for number in range(5):
            portal.opened(f"Customer {people} {number}", people)
    assert counts[0] == counts[1] == counts[2] - 1  # those beyond the first page are counted


def test_a_page_of_fifty_is_light(portal: Portal) -> None:
    for number in range(3):
        portal.opened(f"Customer {number}", 40)
    assert len(portal.browser().get("/users").content) < 60_000


def test_htmx_gets_the_rows_alone(portal: Portal) -> None:
    said = portal.browser().get("/users?search=user", headers={"HX-Request": "true"}).content.decode()
    assert said.lstrip().startswith("<section")
    assert "<html" not in said


def test_who_may_not_change_sees_no_boxes(portal: Portal) -> None:
    text = page(portal, role="viewer")
    assert "user00001@example.com" in text
    assert 'type="checkbox"' not in text
    assert "Make inactive" not in text


def test_a_partner_without_users_is_told_what_to_do(portal: Portal) -> None:
    Member.unscoped.all()._raw_delete("default")
    assert "No users yet" in page(portal)


def test_the_file_has_what_the_filter_means(portal: Portal) -> None:
    change_seats(
        portal.northwind.pk, active(portal.contoso.pk, ["=cmd@example.com"]), cause=BY_HAND, clock=portal.clock
    )
    rows = rows_of(portal, "/users.csv?of=contoso")
    assert len(rows) == 31
    assert rows[0] | {"since": ""} == {
        "customer": "Contoso",
        "email": "'=cmd@example.com",
        "name": "",
        "active": "yes",
        "since": "",
        "changed_by": "ana@northwind.example",
        "means": "in the portal",
        "reason": "on leave",
        "denied": "no",
    }
    assert len(rows_of(portal, "/users.csv")) == 43


def test_the_file_goes_on_beyond_a_thousand(portal: Portal) -> None:
    portal.opened("Big", 1100)
    found = [(row["customer"], row["email"]) for row in rows_of(portal, "/users.csv")]
    assert len(found) == len(set(found)) == 1142
