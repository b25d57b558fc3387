"""Lists of people brought in through the portal: read, shown, confirmed, done by a worker (rules M6, M15, M19, M21)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import change_seats
from pleamar.actions.close_account import close_account
from pleamar.actions.open_accounts import NewAccount, open_accounts
from pleamar.actions.set_member_limit import set_member_limit
from pleamar.actions.stop_billing import stop_billing
from pleamar.entrypoints.jobs.file_tasks import import_members_file
from pleamar.entrypoints.portal.users import file_preview
from pleamar.models import FileImport, Member, SeatBatch
from pleamar.ports.people import PeopleFile
from pleamar.rules.deny_list import Denied
from pleamar.wiring.brought_files import people_in
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.queued import queued
from tests.fakes.people import TESTER, active, emails, inactive


def lines(addresses: list[str]) -> bytes:
    return "\n".join(["email,display_name", *(f"{email},Name of {email}" for email in addresses)]).encode()


def brought(browser: Client, portal: Portal, content: bytes, how: str = "add", name: str = "users.csv") -> Any:
    where = f"/customers/{portal.contoso.public_id}/import"
    return browser.post(where, {"file": SimpleUploadedFile(name, content), "how": how})


def shown(text: str) -> str:
    return text.split('name="shown" value="')[1].partition('"')[0]


def confirmed(browser: Client, where: str, **typed: str) -> Any:
    return browser.post(where, {"shown": shown(browser.get(where).content.decode()), **typed})


def worked() -> FileImport:
    """What the worker makes of the one file."""
    file = FileImport.unscoped.get()
    import_members_file(file_id=file.pk)
    file.refresh_from_db()
    return file


def test_a_list_is_read_shown_confirmed_and_brought_in(portal: Portal) -> None:
    browser = portal.browser("technician")
    said = brought(browser, portal, lines(emails(5, start=28)))
    assert said.status_code == 302
    where = said["Location"]
    text = browser.get(where).content.decode()
    assert "New users</dt><dd>3<" in text
    assert "Active already</dt><dd>2<" in text
    assert "billed on 5 February" in text
    assert "$" not in text
    assert FileImport.unscoped.get().state == "read"
    assert Member.unscoped.filter(account=portal.contoso).count() == 30

    assert confirmed(browser, where)["Location"] == where
    file = FileImport.unscoped.get()
    assert queued() == [("import_members_file", {"file_id": file.pk})]
    text = browser.get(where).content.decode()
    assert 'hx-trigger="every 2s"' in text
    assert '<noscript><meta http-equiv="refresh"' in text
    assert "no worker is running" in text
    assert "On its way" in browser.get(f"/customers/{portal.contoso.public_id}/import").content.decode()

    batches = SeatBatch.unscoped.count()
    file = worked()
    assert (file.state, bytes(file.content), SeatBatch.unscoped.count()) == ("done", b"", batches + 1)
    batch = SeatBatch.unscoped.latest("pk")
    told = (batch.actor, batch.means, batch.reference)
    assert told == ("technician@northwind-it.example", "import-members", "users.csv")
    piece = browser.get(where, headers={"HX-Request": "true"}).content.decode()
    assert "Made active</dt><dd>3<" in piece
    assert "hx-trigger" not in piece
    assert "<html" not in piece
    assert "users.csv" in browser.get(f"/customers/{portal.contoso.public_id}/import").content.decode()


def test_the_job_run_twice_and_the_yes_sent_twice_do_it_once(portal: Portal) -> None:
    browser = portal.browser()
    where = brought(browser, portal, lines(emails(3, start=40)))["Location"]
    seen = shown(browser.get(where).content.decode())
    for _ in range(2):
        assert browser.post(where, {"shown": seen}).status_code == 302
    assert len(queued()) == 1
    file = worked()
    change_seats(
        portal.northwind.pk, inactive(portal.contoso.pk, emails(1, start=40)), cause=TESTER, clock=portal.clock
    )
    import_members_file(file_id=file.pk)
    assert Member.unscoped.filter(account=portal.contoso, active=True).count() == 32


def test_m19_m21_who_is_left_out_is_shown_before_and_after(portal: Portal) -> None:
    entry = [Denied("user0004*@example.com")]
    change_deny_list(portal.northwind.pk, portal.contoso.pk, "add", entry, cause=TESTER, clock=portal.clock)
    set_member_limit(portal.northwind.pk, portal.contoso.pk, 31, cause=TESTER, clock=portal.clock)
    browser = portal.browser()
    asked = ["zoe@example.com", "=cmd@example.com", "user00040@example.com", "Zoe@Example.com"]
    where = brought(browser, portal, lines(asked))["Location"]
    text = browser.get(where).content.decode()
    assert "On the deny list of Contoso, so they stay inactive: user00040@example.com." in text
    assert "Over the user limit of Contoso, so they stay inactive: zoe@example.com." in text
    assert "the same address comes again further down" in text
    confirmed(browser, where)
    assert worked().outcome["activated"] == 1
    text = browser.get(where).content.decode()
    assert "over the user limit" in text
    assert "on the deny list" in text
    said = browser.get(f"{where}/left-out.csv")
    rows = b"".join(said.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert rows == [
        "line,email,reason",
        "2,zoe@example.com,the same address comes again further down",
        ",user00040@example.com,on the deny list",
        ",zoe@example.com,over the user limit",
    ]


def test_a_full_list_that_takes_many_away_needs_their_number(portal: Portal) -> None:
    browser = portal.browser()
    where = brought(browser, portal, lines(emails(2)), how="full")["Location"]
    text = browser.get(where).content.decode()
    assert "28 of 30 active users are not on this list" in text
    assert "2 of them are also active at other customers of yours" in text
    assert "stays at its peak of 42" in text
    assert confirmed(browser, where, number="27").status_code == 422
    assert confirmed(browser, where).status_code == 422
    assert queued() == []
    confirmed(browser, where, number="28")
    assert worked().outcome["deactivated"] == 28


def test_numbers_that_changed_are_shown_anew(portal: Portal) -> None:
    browser = portal.browser()
    where = brought(browser, portal, lines(emails(28)), how="full")["Location"]
    seen = shown(browser.get(where).content.decode())
    change_seats(portal.northwind.pk, inactive(portal.contoso.pk, emails(1)), cause=TESTER, clock=portal.clock)
    said = browser.post(where, {"shown": seen})
    assert said.status_code == 409
    assert "This has changed since it was shown" in said.content.decode()
    assert queued() == []
    assert FileImport.unscoped.get().state == "read"


def test_a_file_is_read_once_a_minute_to_be_shown_and_once_more_for_the_yes(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, reads = portal.browser(), []

    def counted(content: bytes, name: str) -> PeopleFile:
        reads.append(name)
        return people_in(content, name)

    monkeypatch.setattr(file_preview, "people_in", counted)
    where = brought(browser, portal, lines([*emails(2, start=40), *emails(1, start=40)]))["Location"]
    pages = [browser.get(where).content.decode() for _ in range(3)]
    assert len(reads) == 1
    assert all("New users</dt><dd>2<" in page and "Rows left out</dt><dd>1<" in page for page in pages)
    change_seats(portal.northwind.pk, active(portal.contoso.pk, emails(1, start=40)), cause=TESTER, clock=portal.clock)
    said = browser.post(where, {"shown": shown(pages[0])})
    assert (said.status_code, len(reads)) == (409, 2)
    assert "New users</dt><dd>1<" in said.content.decode()
    assert browser.get(where).content.decode().count("New users</dt><dd>1<") == 1
    assert browser.post(where, {"shown": shown(said.content.decode())}).status_code == 302


def test_what_fails_says_why_and_keeps_nothing(portal: Portal) -> None:
    browser = portal.browser()
    where = brought(browser, portal, lines(emails(3, start=40)))["Location"]
    confirmed(browser, where)
    stop_billing(portal.northwind.pk, portal.contoso.pk, cause=TESTER, clock=portal.clock)
    file = worked()
    assert (file.state, bytes(file.content)) == ("failed", b"")
    text = browser.get(where).content.decode()
    assert "Nobody was brought in." in text
    assert "Contoso" in text
    assert ">Failed<" in browser.get(f"/customers/{portal.contoso.public_id}/import").content.decode()


def test_typed_addresses_do_as_well(portal: Portal) -> None:
    browser, where = portal.browser(), f"/customers/{portal.contoso.public_id}/import"
    said = browser.post(where, {"addresses": " Ana@Example.com \n\nben@example.com", "how": "add"})
    assert confirmed(browser, said["Location"]).status_code == 302
    worked()
    assert Member.unscoped.filter(email__in=["ana@example.com", "ben@example.com"], active=True).count() == 2
    said = browser.post(where, {"addresses": "ana@example.com\nnobody", "how": "add"})
    assert said.status_code == 422
    assert "Line 2: “nobody” is not an e-mail address" in said.content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"email\n", "is empty"),
        (b"email\nana@\n", "is not an e-mail address"),
        ("email\nñandú@example.com\n".encode("latin-1"), "is not UTF-8 text"),
        (b"email\nana\x00@example.com\n", "null characters"),
        (b"name,phone\nAna,1\n", "no column in it has e-mail addresses"),
        (b"email\n" + b"nobody\n" * 10_000, "10,000 rows"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not"),
        (b'email\n"ana@example.com\n', "quotation marks"),
    ],
)
def test_broken_files_are_refused_beside_the_field(portal: Portal, content: bytes, words: str) -> None:
    said = brought(portal.browser(), portal, content)
    assert said.status_code == 422
    text = said.content.decode()
    assert words in text
    assert 'id="id_file_error"' in text
    assert not FileImport.unscoped.exclude(state="failed").exists()


def test_a_file_may_be_called_anything(portal: Portal) -> None:
    browser = portal.browser()
    said = brought(browser, portal, lines(emails(1)), name="../../<script>.csv")
    assert "<script>." not in browser.get(said["Location"]).content.decode()


def test_too_large_a_file_is_refused(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pleamar.entrypoints.portal.users.import_form.MOST_BYTES", 20)
    assert "larger than" in brought(portal.browser(), portal, lines(emails(3))).content.decode()


def test_too_many_rows_are_refused(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pleamar.entrypoints.portal.users.import_form.MOST_ROWS", 2)
    said = brought(portal.browser(), portal, lines(emails(3)))
    assert (said.status_code, FileImport.unscoped.exists()) == (422, False)
    assert "more than 2 rows" in said.content.decode()


def test_nothing_at_all_is_refused(portal: Portal) -> None:
    said = portal.browser().post(f"/customers/{portal.contoso.public_id}/import", {"how": "add"})
    assert said.status_code == 422
    assert "Choose a file, or type at least one address." in said.content.decode()
    both = {"how": "add", "addresses": "a@example.com", "file": SimpleUploadedFile("u.csv", lines(emails(1)))}
    said = portal.browser().post(f"/customers/{portal.contoso.public_id}/import", both)
    assert said.status_code == 422
    assert "not both" in said.content.decode()


def test_a_closed_customer_takes_nobody(portal: Portal) -> None:
    close_account(portal.northwind.pk, portal.contoso.pk, cause=TESTER, clock=portal.clock)
    said = portal.browser().get(f"/customers/{portal.contoso.public_id}/import", follow=True)
    assert "is closed" in said.content.decode()


def test_somebody_else_s_files_and_customers_are_nowhere(portal: Portal) -> None:
    where = brought(portal.browser(), portal, lines(emails(1)))["Location"]
    theirs = portal.browser(partner=portal.tailwind)
    for path in (where, f"{where}/left-out.csv", f"/customers/{portal.contoso.public_id}/import"):
        assert theirs.get(path).status_code == 404
    assert theirs.post(where).status_code == 404
    mine = portal.browser()
    elsewhere = where.replace(portal.contoso.public_id, portal.fabrikam.public_id)
    for path in (elsewhere, f"/customers/{portal.contoso.public_id}/import/fil_x", f"{elsewhere}/left-out.csv"):
        assert mine.get(path).status_code == 404
    assert mine.get(f"/users/import?customer={portal.stranger.public_id}").status_code == 404


def test_it_is_for_who_manages_users(portal: Portal) -> None:
    where = brought(portal.browser(), portal, lines(emails(1)))["Location"]
    viewer = portal.browser("viewer")
    for path in (where, f"/customers/{portal.contoso.public_id}/import", "/users/import", "/users/template.csv"):
        assert viewer.get(path).status_code == 403


def test_the_template_can_be_filled_in(portal: Portal) -> None:
    browser = portal.browser()
    said = browser.get("/users/template.csv")
    content = b"".join(said.streaming_content)  # type: ignore[attr-defined]
    assert brought(browser, portal, content).status_code == 302
    assert browser.get(f"/users/import?customer={portal.contoso.public_id}").status_code == 302
    assert "Fabrikam" in browser.get("/users/import").content.decode()


def test_any_of_1200_customers_is_found(portal: Portal) -> None:
    many = [NewAccount(f"Customer {number:04}") for number in range(1_200)]
    open_accounts(portal.northwind.pk, many, cause=TESTER, clock=portal.clock)
    browser = portal.browser()
    page = browser.get("/users/import")
    assert len(page.content) < 60_000
    assert "The first 50 of 1,202." in page.content.decode()
    assert ">Customer 1199<" not in page.content.decode()
    assert ">Customer 1199<" in browser.get("/users/import?find=CUSTOMER+1199").content.decode()
    assert "in its name" in browser.get("/users/import?find=%00nobody%25_").content.decode()
    assert browser.get("/users/import?find=" + "x" * 10_000).status_code == 200
