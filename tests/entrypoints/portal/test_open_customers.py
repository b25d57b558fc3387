"""Customers opened in the portal: one by hand, many from a file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from pleamar.actions.close_account import close_account
from pleamar.adapters.files.accounts_file import MOST_ROWS
from pleamar.models import Account, DenyEntry, FileImport
from tests.entrypoints.portal.conftest import Portal
from tests.fakes.people import TESTER

IMPORT = "/customers/import"


def brought(browser: Client, content: bytes | str, name: str = "new.csv") -> HttpResponse:
    told = content if isinstance(content, bytes) else content.encode()
    return browser.post(IMPORT, {"file": SimpleUploadedFile(name, told)})  # type: ignore[return-value]


def test_m20_one_is_opened_as_a_trial(portal: Portal) -> None:
    sent = {"name": " Litware ", "begins": "trial", "limit": "20", "denied": "a@x.example,\n *@y.example"}
    said = portal.browser("technician").post("/customers/new", sent, follow=True)
    assert "Litware is open: a free trial until 3 Feb 2026" in said.content.decode()
    account = Account.unscoped.get(name="Litware")
    assert (account.state, account.member_limit) == ("trial", 20)
    assert account.trial_ends_at == account.created_at + timedelta(days=14)
    assert DenyEntry.unscoped.filter(account=account).count() == 2


def test_m20_opening_live_takes_the_name_typed_again_and_who_it_is(portal: Portal) -> None:
    browser = portal.browser(fresh=False)
    sent = {"name": "Litware", "begins": "live", "typed": "litware"}
    refused = browser.post("/customers/new", sent)
    assert (refused.status_code, 'id="id_typed_error"' in refused.content.decode()) == (422, True)
    sent["typed"] = "Litware"
    assert "reauthenticate" in browser.post("/customers/new", sent)["Location"]
    assert not Account.unscoped.filter(name="Litware").exists()
    assert portal.browser().post("/customers/new", sent).status_code == 302
    assert Account.unscoped.get(name="Litware").state == "live"


def test_who_may_not_activate_opens_trials_alone(portal: Portal) -> None:
    browser = portal.browser("technician")
    assert 'name="begins"' not in browser.get("/customers/new").content.decode()
    browser.post("/customers/new", {"name": "Litware", "begins": "live", "typed": "Litware"})
    assert Account.unscoped.get(name="Litware").state == "trial"


WRONG = [
    ({"name": ""}, "name"),
    ({"name": "Contoso"}, "name"),
    ({"name": "x" * 201}, "name"),
    ({"name": "a\x00b"}, "name"),
    ({"name": "a\x07b"}, "name"),
    ({"name": "Zoe", "limit": "-1"}, "limit"),
    ({"name": "Zoe", "limit": "many"}, "limit"),
    ({"name": "Zoe", "denied": "zoe"}, "denied"),
    ({"name": "Zoe", "denied": "*@*"}, "denied"),
    ({"name": "Zoe", "begins": "soon"}, "begins"),
]


@pytest.mark.parametrize(("sent", "field"), WRONG)
def test_what_is_wrong_stands_beside_its_field(portal: Portal, sent: dict[str, str], field: str) -> None:
    said = portal.browser().post("/customers/new", {"begins": "trial", **sent})
    assert said.status_code == 422
    assert f'id="id_{field}_error"' in said.content.decode()
    assert Account.unscoped.count() == 3


def test_one_sent_twice_is_opened_once(portal: Portal) -> None:
    browser = portal.browser()
    for status in (302, 422):
        assert browser.post("/customers/new", {"name": "Litware", "begins": "trial"}).status_code == status
    assert Account.unscoped.filter(name="Litware").count() == 1


def test_the_name_of_a_closed_customer_leads_to_it(portal: Portal) -> None:
    browser, sent = portal.browser(), {"name": " Fabrikam ", "begins": "trial"}
    assert "is closed" not in browser.post("/customers/new", sent).content.decode()
    close_account(portal.northwind.pk, portal.fabrikam.pk, cause=TESTER, clock=portal.clock)
    page = browser.post("/customers/new", sent).content.decode()
    assert "The customer of that name is closed." in page
    assert f'href="/customers/{portal.fabrikam.public_id}"' in page


def test_a_name_that_is_nearly_that_of_another_is_asked_about(portal: Portal) -> None:
    browser, sent = portal.browser(), {"name": " contoso ", "begins": "trial"}
    said = browser.post("/customers/new", sent)
    assert said.status_code == 409
    page = said.content.decode()
    assert "You have a customer “Contoso” already." in page
    assert '<input type="hidden" name="alike" value="contoso">' in page
    place = brought(browser, "name\nZoe\nFabri kam\n")["Location"]
    page = browser.get(place).content.decode()
    assert "1 name differs from another customer" in page
    assert "nearly the same as “Fabrikam”" in page
    assert page.index("Fabri kam") < page.index("Zoe")
    assert "Open 2 customers" in page
    assert browser.post("/customers/new", {**sent, "alike": "contoso"}).status_code == 302
    assert Account.unscoped.filter(name="contoso").exists()


def test_the_template_is_a_file_that_can_be_filled_in(portal: Portal) -> None:
    answer = portal.browser("technician").get("/customers/import/template.csv")
    assert answer.getvalue() == b"name,limit,deny_list,trial_days\r\n"
    assert 'filename="customers.csv"' in answer["Content-Disposition"]


def test_many_are_seen_line_by_line_and_then_opened(portal: Portal) -> None:
    browser = portal.browser("technician")
    rows = "name;limit;deny_list;trial_days\n=1+1;;;\n<b>Litware</b>;20;a@x.example *@y.example;7\n"
    place = brought(browser, rows)["Location"]
    page = browser.get(place).content.decode()
    assert "Open 2 customers" in page
    assert "&lt;b&gt;Litware&lt;/b&gt;" in page
    assert "=1+1" in page
    assert Account.unscoped.count() == 3
    said = browser.post(place, follow=True)
    assert "2 customers are open, on free trials." in said.content.decode()
    account = Account.unscoped.get(name="<b>Litware</b>")
    assert (account.member_limit, account.trial_ends_at) == (20, account.created_at + timedelta(days=7))
    again = browser.post(place, follow=True).content.decode()
    assert "was imported already, so nothing was changed" in again
    assert Account.unscoped.count() == 5
    assert FileImport.unscoped.get().content == b""


def test_problems_stand_beside_their_lines_and_nothing_is_opened(portal: Portal) -> None:
    browser = portal.browser()
    rows = (
        "name,limit\n"
        + "".join(f"Shop {number},\n" for number in range(80))
        + "Contoso,\nShop 1,\nZoe,many\n,1\nA,b,c\n"
    )
    place = brought(browser, rows)["Location"]
    page = browser.get(place).content.decode()
    assert "5 lines are not right, so nothing can be opened yet." in page
    for line, problem in (
        (82, "There is already a customer"),
        (83, "stands on line 3 already"),
        (84, "is not a whole number"),
    ):
        assert f'<td class="n line">{line}</td>' in page
        assert problem in page
    assert "1–50 of 85" in page
    assert "Shop 60" in browser.get(f"{place}?page=2").content.decode()
    assert browser.post(place).status_code == 422
    assert Account.unscoped.count() == 3


def test_a_name_that_was_taken_meanwhile_is_said_so(portal: Portal) -> None:
    browser = portal.browser()
    place = brought(browser, "name\nLitware\n")["Location"]
    portal.opened("Litware")
    answer = browser.post(place)
    assert answer.status_code == 422
    assert "There is already a customer called “Litware”" in answer.content.decode()


FILES = [
    (b"", "is empty"),
    (b"name\n", "no rows"),
    (b"limit\n1\n", "It must be: name,limit,deny_list,trial_days"),
    ("name\nClínica\n".encode("cp1252"), "not UTF-8 text"),
    (b"\x89PNG\r\n\x1a\n\x00", "not UTF-8 text"),
    (b"name\n" + b"x\n" * 1_000_000, "larger than 2 MB"),
    (b"name\n" + b"x\n" * (MOST_ROWS + 1), "more than 1,000 rows"),
]


@pytest.mark.parametrize(("content", "words"), FILES, ids=[words for _, words in FILES])
def test_a_file_that_cannot_be_read_is_said_beside_the_field(portal: Portal, content: bytes, words: str) -> None:
    answer = brought(portal.browser(), content)
    assert answer.status_code == 422
    assert 'id="id_file_error"' in answer.content.decode()
    assert words in answer.content.decode()
    assert not FileImport.unscoped.exists()


def test_no_file_at_all_is_said(portal: Portal) -> None:
    assert portal.browser().post(IMPORT, {}).status_code == 422
    assert portal.browser().post(IMPORT, {"file": "text"}).status_code == 422


def test_the_largest_file_fits_a_page(portal: Portal) -> None:
    browser = portal.browser()
    rows = "name,limit\n" + "".join(f"A rather long name of a shop {number},many\n" for number in range(MOST_ROWS))
    place = brought(browser, rows.encode("utf-16"))["Location"]
    page = browser.get(place)
    assert len(page.content) < 60_000
    assert "1–50 of 1,000" in page.content.decode()


@pytest.mark.parametrize("place", ["/customers/new", IMPORT, "/customers/import/template.csv"])
def test_a_viewer_opens_nothing(portal: Portal, place: str) -> None:
    assert portal.browser("viewer").get(place).status_code == 403


def test_another_partner_s_file_is_nowhere(portal: Portal) -> None:
    place = brought(portal.browser(), "name\nLitware\n")["Location"]
    other = portal.browser(partner=portal.tailwind)
    for wanted in (place, f"{IMPORT}/fil_x", f"{IMPORT}/%00"):
        assert other.get(wanted).status_code == 404
        assert other.post(wanted).status_code == 404
    assert portal.browser("viewer").get(place).status_code == 403
