"""Deny lists in the portal (rule M19)."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import change_seats
from pleamar.models import Account, DenyEntry, FileImport
from pleamar.rules.deny_list import Denied
from tests.entrypoints.portal.conftest import Portal
from tests.fakes.people import TESTER, active, emails, inactive


def where(account: Account) -> str:
    return f"/customers/{account.public_id}/deny-list"


def put(portal: Portal, *patterns: str) -> None:
    entries = [Denied(pattern, "because") for pattern in patterns]
    change_deny_list(portal.northwind.pk, portal.contoso.pk, "add", entries, cause=TESTER, clock=portal.clock)


def hidden(said: Any) -> dict[str, str]:
    """What the form of the page carries."""
    text = next(form for form in said.content.decode().split("<form") if 'name="file" value="' in form)
    pieces = text.split('<input type="hidden" name="')[1:]
    return {one.partition('"')[0]: unescape(one.split('value="')[1].partition('"')[0]) for one in pieces}


def looked(browser: Client, portal: Portal, **typed: Any) -> Any:
    return browser.post(where(portal.contoso), {"act": "look", "how": "add", **typed})


def patterns(portal: Portal) -> list[str]:
    return [entry.pattern for entry in DenyEntry.unscoped.filter(account=portal.contoso).order_by("pattern")]


def test_who_becomes_inactive_is_shown_before_it_happens(portal: Portal) -> None:
    browser = portal.browser()
    said = looked(browser, portal, patterns="user0000*@example.com\n\n scanner@example.com", reason="<b>rooms</b>")
    text = said.content.decode()
    assert said.status_code == 200
    assert patterns(portal) == []
    assert "user00009@example.com" in text
    assert "stays at its peak of 42 until 4 February" in text
    assert browser.post(where(portal.contoso), hidden(said)).status_code == 302
    assert patterns(portal) == ["scanner@example.com", "user0000*@example.com"]
    portal.contoso.refresh_from_db()
    assert portal.contoso.active_members == 20
    assert DenyEntry.unscoped.first().reason == "<b>rooms</b>"  # type: ignore[union-attr]
    assert "<b>rooms" not in browser.get(where(portal.contoso)).content.decode()


def test_what_makes_nobody_inactive_is_done_at_once(portal: Portal) -> None:
    said = looked(portal.browser(), portal, patterns="svc-*@other.example")
    assert said.status_code == 302
    assert patterns(portal) == ["svc-*@other.example"]


def test_a_yes_that_is_out_of_date_is_asked_anew(portal: Portal) -> None:
    browser = portal.browser()
    seen = hidden(looked(browser, portal, patterns="user0000*@example.com"))
    put(portal, "user00001@example.com")
    said = browser.post(where(portal.contoso), seen)
    assert said.status_code == 409
    assert patterns(portal) == ["user00001@example.com"]
    assert browser.post(where(portal.contoso), hidden(said)).status_code == 302
    assert len(patterns(portal)) == 2


def test_sent_twice_it_is_done_once(portal: Portal) -> None:
    browser = portal.browser()
    seen = hidden(looked(browser, portal, patterns="user00001@example.com"))
    first, again = (browser.post(where(portal.contoso), seen, follow=True).content.decode() for _ in range(2))
    assert "1 entry added. 1 user became inactive." in first
    assert "was changed by this already" in again
    file = FileImport.unscoped.get()
    assert (file.state, bytes(file.content)) == ("done", b"")
    assert file.outcome == {"added": 1, "removed": 0, "deactivated": 1}


def test_as_many_others_are_not_those_who_were_shown(portal: Portal) -> None:
    browser, whose = portal.browser(), (portal.northwind.pk, portal.contoso.pk)
    change_seats(whose[0], inactive(whose[1], emails(1)), cause=TESTER, clock=portal.clock)
    seen = hidden(looked(browser, portal, patterns="user0000*@example.com"))
    for change in (inactive(whose[1], emails(1, start=5)), active(whose[1], emails(1))):
        change_seats(whose[0], change, cause=TESTER, clock=portal.clock)
    said = browser.post(where(portal.contoso), seen)
    assert said.status_code == 409
    assert "This has changed since it was shown" in said.content.decode()
    assert patterns(portal) == []
    assert browser.post(where(portal.contoso), hidden(said)).status_code == 302


def test_m12_a_yes_to_another_bill_changes_nothing(portal: Portal) -> None:
    browser = portal.browser()
    seen = hidden(looked(browser, portal, patterns="user00001@example.com"))
    more = active(portal.fabrikam.pk, emails(3, start=50))
    change_seats(portal.northwind.pk, more, cause=TESTER, clock=portal.clock)
    assert browser.post(where(portal.contoso), seen).status_code == 409
    assert patterns(portal) == []


def test_what_somebody_else_brought_is_nowhere(portal: Portal) -> None:
    seen = hidden(looked(portal.browser(), portal, patterns="user00001@example.com"))
    for account, browser in (
        (portal.fabrikam, portal.browser()),
        (portal.stranger, portal.browser(partner=portal.tailwind)),
    ):
        said = browser.post(where(account), seen, follow=True)
        assert "is not kept any more" in said.content.decode()
    assert patterns(portal) == []


def test_a_file_replaces_the_whole_list(portal: Portal) -> None:
    put(portal, "old@example.com", "kept@example.com")
    file = SimpleUploadedFile("deny.csv", b"pattern,reason\nkept@example.com,x\nnew@example.com,y\n")
    browser = portal.browser()
    said = looked(browser, portal, file=file, how="replace")
    assert "Replace the whole deny list" in said.content.decode()
    browser.post(where(portal.contoso), hidden(said))
    assert patterns(portal) == ["kept@example.com", "new@example.com"]


def test_taking_off_makes_nobody_active(portal: Portal) -> None:
    put(portal, "user00001@example.com", "user00002@example.com")
    browser = portal.browser("technician")
    gone = {"act": "remove", "pattern": ["user00001@example.com", "not@there.example"]}
    assert "1 entry removed." in browser.post(where(portal.contoso), gone, follow=True).content.decode()
    assert patterns(portal) == ["user00002@example.com"]
    portal.contoso.refresh_from_db()
    assert portal.contoso.active_members == 28
    none = browser.post(where(portal.contoso), {"act": "remove"}, follow=True)
    assert "Nothing was ticked" in none.content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"patterns": ""}, "Type at least one address"),
        ({"patterns": "*@*"}, "would keep everybody out"),
        ({"patterns": "ana@example.com\nnobody"}, "Line 2:"),
        ({"patterns": "\x00"}, "There are null characters in it"),
        ({"patterns": "nobody\n" * 10_000}, "Line 1:"),
        ({"patterns": "\n".join(f"x{n}-*@example.com" for n in range(2_001))}, "at most 2,000 patterns"),
        ({"patterns": "a@example.com", "reason": "x" * 501}, "id_reason_error"),
        ({"patterns": "a@example.com", "how": "burn"}, "id_how_error"),
        ({"file": b""}, "is empty"),
        ({"file": "pattern\nñ@example.com".encode("latin-1")}, "is not UTF-8 text"),
        ({"file": b"name\nana"}, "no column in it has e-mail addresses"),
        ({"file": b"pattern\nana@example.com", "patterns": "ben@example.com"}, "not both"),
        ({"file": b"x" * 1_000_001}, "larger than 1 MB"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(portal: Portal, typed: dict[str, Any], words: str) -> None:
    if "file" in typed:
        typed = {**typed, "file": SimpleUploadedFile("deny.csv", typed["file"])}
    said = looked(portal.browser(), portal, **typed)
    assert said.status_code == 422
    assert words in said.content.decode()
    assert patterns(portal) == []


@pytest.mark.parametrize("file", ["", "fil_x", "\x00", "x" * 50_000, "acc_1"])
def test_a_page_that_was_tampered_with_changes_nothing(portal: Portal, file: str) -> None:
    sent = {"act": "change", "file": file, "shown": "0-0-0"}
    assert portal.browser().post(where(portal.contoso), sent).status_code == 302
    assert patterns(portal) == []


@pytest.mark.slow
def test_as_many_addresses_as_a_file_holds_go_through(portal: Portal) -> None:
    put(portal, "old@example.com")
    rows = "pattern,reason\n" + "".join(f"x{number}@example.com,{'r' * 80}\n" for number in range(10_000))
    assert 800_000 < len(rows) < 1_000_000
    browser = portal.browser()
    said = looked(browser, portal, file=SimpleUploadedFile("deny.csv", rows.encode()), how="replace")
    assert len(said.content) < 60_000, "the page does not carry them"
    assert browser.post(where(portal.contoso), hidden(said)).status_code == 302
    assert len(patterns(portal)) == 10_000
    text = browser.get(f"{where(portal.contoso)}?page=3&search=x").content.decode()
    assert "101–150 of 10,000" in text
    assert len(text) < 60_000


@pytest.mark.parametrize("asked", ["page=0", "page=x", "page=99999999999", f"search={'x' * 10_000}", "search=%00%ff"])
def test_rubbish_in_the_address_is_no_error(portal: Portal, asked: str) -> None:
    put(portal, "old@example.com")
    browser = portal.browser()
    assert browser.get(f"{where(portal.contoso)}?{asked}").status_code == 200
    assert browser.get(f"/deny-lists?{asked}").status_code == 200


def test_the_list_as_a_file_comes_back_as_it_is(portal: Portal) -> None:
    put(portal, "room-*@example.com")
    browser = portal.browser("viewer")
    said = browser.get(f"{where(portal.contoso)}.csv")
    content = b"".join(said.streaming_content)  # type: ignore[attr-defined]
    assert content.startswith(b"pattern,reason,added_at,added_by\r\nroom-*@example.com,because,")
    file = SimpleUploadedFile("deny.csv", content)
    looked(portal.browser(), portal, file=file, how="replace")
    assert patterns(portal) == ["room-*@example.com"]


def test_the_lists_of_all_customers(portal: Portal) -> None:
    put(portal, "room-*@example.com", "scanner@example.com")
    browser = portal.browser("viewer")
    text = browser.get("/deny-lists").content.decode()
    assert "Contoso" in text
    assert "Fabrikam" in text
    assert "Stranger" not in text
    assert "<span>2<" in text
    assert "Fabrikam" not in browser.get("/deny-lists?only=used").content.decode()
    piece = browser.get("/deny-lists?search=fabri", headers={"HX-Request": "true"}).content.decode()
    assert "Fabrikam" in piece
    assert "Contoso" not in piece
    assert "<html" not in piece
    assert "No deny list is like that." in browser.get("/deny-lists?search=zzz").content.decode()


def test_as_many_queries_for_many_as_for_few(portal: Portal) -> None:
    browser = portal.browser()
    counts: list[list[int]] = []
    browser.get("/deny-lists")
    for number in range(2):
        counts.append([])
        for path in ("/deny-lists", where(portal.contoso)):
            with CaptureQueriesContext(connection) as asked:
                browser.get(path)
            counts[-1].append(len(asked))
        for one in range(8):
            portal.opened(f"Customer {number} {one}")
        put(portal, *(f"room-{one}@example.com" for one in range(20)))
    assert counts[0] == counts[1]


def test_somebody_else_s_list_is_nowhere(portal: Portal) -> None:
    browser = portal.browser()
    for path in (where(portal.stranger), f"{where(portal.stranger)}.csv", "/customers/acc_x/deny-list"):
        assert browser.get(path).status_code == 404
    assert browser.post(where(portal.stranger), {"act": "look", "patterns": "a@b.example"}).status_code == 404


def test_who_may_not_change_it_sees_it(portal: Portal) -> None:
    put(portal, "room-*@example.com")
    viewer = portal.browser("viewer")
    text = viewer.get(where(portal.contoso)).content.decode()
    assert "room-*@example.com" in text
    assert "Take off the list" not in text
    assert "Put on the list" not in text
    assert viewer.post(where(portal.contoso), {"act": "remove", "pattern": "room-*@example.com"}).status_code == 403
    assert "$" not in looked(portal.browser("technician"), portal, patterns="user00001@example.com").content.decode()
