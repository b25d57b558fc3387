"""Sessions that end: by their owner's hand, by time; and what was sent afterwards."""

from __future__ import annotations

import re
import time
from dataclasses import asdict

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from pleamar.entrypoints.jobs.tasks import forget_sign_ins
from pleamar.entrypoints.sign_in.send_unsent import _ONLY_SENT
from pleamar.entrypoints.sign_in.unsent import Unsent
from pleamar.models import BillingRecipient
from pleamar.wiring.clock import real_seconds
from tests.entrypoints.portal.addresses import address, routes, things_of
from tests.entrypoints.portal.conftest import PASSWORD, Portal
from tests.entrypoints.portal.signing_in import LOGIN, LOGOUT, expired, send_login, signed_in

ADD = {"act": "add_recipient", "email": "ines@northwind.example", "name": "Inés <b>Prado</b>", "language": "es"}


@pytest.fixture(autouse=True)
def nobody_has_tried(db: None) -> None:
    cache.clear()


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.partition("Send it now")[0]))


def test_a_session_is_ended_from_another_at_once(portal: Portal) -> None:
    user = portal.user()
    here, elsewhere, other = signed_in(user), signed_in(user), signed_in(portal.user("viewer"))
    for browser in (here, elsewhere, other):
        browser.get("/security")
    number = UserSession.objects.get(session_key=elsewhere.session.session_key).pk
    other.post("/security", {"session": number})
    assert elsewhere.get("/notifications").status_code == 200  # not theirs to end
    assert here.post("/security", {"session": number})["Location"] == "/security"
    assert elsewhere.get("/notifications").status_code == 302
    assert here.get("/notifications").status_code == 200


def test_all_others_are_ended(portal: Portal) -> None:
    user = portal.user()
    browsers = [signed_in(user) for _ in range(3)]
    for browser in browsers:
        browser.get("/security")
    assert browsers[0].get("/security").content.decode().count("<tr") == 4
    browsers[0].post("/security", {"act": "end_others"})
    assert [browser.get("/notifications").status_code for browser in browsers] == [200, 302, 302]
    assert browsers[0].get("/security").content.decode().count("<tr") == 2


@pytest.mark.parametrize("junk", ["", "x", "-1", "9" * 30, "٣", "\0"])
def test_a_session_that_there_is_not_is_no_error(portal: Portal, junk: str) -> None:
    browser = signed_in(portal.user())
    page = browser.post("/security", {"session": junk}, follow=True).content.decode()
    assert "That session has ended already." in page


def test_the_page_reads_as_much_however_many_sessions_there_are(
    portal: Portal, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = portal.user()
    browser = signed_in(user)
    for _ in range(3):
        browser.get("/security")
    with CaptureQueriesContext(connection) as few:
        browser.get("/security")
    number = len(few)
    for _ in range(6):
        signed_in(user).get("/security")
    with django_assert_num_queries(number):
        browser.get("/security")


def test_what_was_sent_too_late_is_shown_and_sent_again(portal: Portal) -> None:
    browser = expired(signed_in(portal.user()))
    answer = browser.post("/notifications?x=1", {**ADD, "csrfmiddlewaretoken": "old", "password": "secret"})
    assert answer["Location"].startswith(LOGIN)
    assert not BillingRecipient.unscoped.exists()
    assert "What you sent is kept" in browser.get(LOGIN).content.decode()
    back = send_login(browser, portal.user().email, PASSWORD, to="/usage")
    assert back["Location"] == "/unsent"
    page = browser.get("/unsent").content.decode()
    assert "Inés &lt;b&gt;Prado&lt;/b&gt;" in page
    assert ">secret<" not in page
    assert hidden(page).keys() == {"csrfmiddlewaretoken", *ADD}
    sent = browser.post("/unsent", ADD)
    assert (sent.status_code, sent["Location"]) == (307, "/notifications?x=1")
    assert browser.post("/unsent", ADD)["Location"] == "/"  # once
    assert browser.post(sent["Location"], ADD).status_code == 302
    assert BillingRecipient.unscoped.get().name == "Inés <b>Prado</b>"


def test_it_can_be_left(portal: Portal) -> None:
    browser = expired(signed_in(portal.user()))
    browser.post("/notifications", ADD)
    send_login(browser, portal.user().email, PASSWORD)
    assert browser.post("/unsent?discard")["Location"] == "/notifications"
    assert browser.get("/unsent")["Location"] == "/"


@pytest.mark.parametrize("path", ["/sandbox/clock", "/language", "/nowhere"])
def test_where_there_is_nothing_to_look_at_leaving_it_leads_home(portal: Portal, path: str) -> None:
    browser = signed_in(portal.user())
    session = browser.session
    session["unsent"] = asdict(Unsent(path, (("to", "day"),), portal.user().pk, real_seconds()))
    session.save()
    assert browser.post("/unsent?discard")["Location"] == "/"


def test_every_address_that_is_only_sent_to_is_known(portal: Portal) -> None:
    things = things_of(portal.northwind, portal.contoso)
    owner, only = signed_in(portal.user()), set()
    for route in routes():
        where = address(route, things) if ":" in route.name or not route.arguments else None
        if where and owner.get(where).status_code == 405:
            only.add(route.name)
    assert only == set(_ONLY_SENT)


def test_somebody_else_at_the_same_browser_does_not_see_it(portal: Portal) -> None:
    browser = expired(signed_in(portal.user()))
    browser.post("/notifications", ADD)
    back = send_login(browser, portal.user("viewer").email, PASSWORD, to="/usage")
    assert back["Location"] == "/usage"
    assert browser.get("/unsent")["Location"] == "/"
    browser.post(LOGOUT)
    assert send_login(browser, portal.user().email, PASSWORD, to="/usage")["Location"] == "/usage"


def test_whoever_signed_out_leaves_nothing(portal: Portal) -> None:
    browser = signed_in(portal.user())
    browser.get("/security")
    browser.post(LOGOUT)
    browser.post("/notifications", ADD)
    assert "unsent" not in browser.session


def test_too_much_is_not_kept_and_files_are_not(portal: Portal) -> None:
    browser = expired(signed_in(portal.user()))
    browser.post("/notifications", {"name": "x" * 100_001})
    assert "unsent" not in browser.session
    browser.post("/notifications", {**ADD, "file": SimpleUploadedFile("people.csv", b"who")})
    send_login(browser, portal.user().email, PASSWORD)
    page = browser.get("/unsent").content.decode()
    assert "Files were not kept" in page
    assert "who" not in hidden(page).values()


def test_a_form_passes_its_check_after_the_session_has_ended(portal: Portal) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get(LOGIN)
    token = browser.cookies["csrftoken"].value
    told = {"login": portal.user().email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert browser.post(LOGIN, told).status_code == 302
    token = browser.cookies["csrftoken"].value
    expired(browser)
    assert browser.post("/notifications", {**ADD, "csrfmiddlewaretoken": token})["Location"].startswith(LOGIN)
    old = browser.post("/notifications", {**ADD, "csrfmiddlewaretoken": "x" * 64})
    assert old.status_code == 403
    assert "This form is out of date" in old.content.decode()


def test_a_piece_of_a_page_leads_the_whole_page_to_sign_in(portal: Portal) -> None:
    portal.user()
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/usage?page=2"}
    answer = Client().get("/usage?q=a", headers=headers)
    assert answer["HX-Redirect"] == "/sign-in/login/?next=%2Fusage%3Fpage%3D2"
    elsewhere = {**headers, "HX-Current-URL": "https://evil.example/usage"}
    assert Client().get("/usage", headers=elsewhere)["HX-Redirect"] == "/sign-in/login/?next=%2Fusage"


def test_nightly_what_is_over_is_forgotten(portal: Portal) -> None:
    ended, running = expired(signed_in(portal.user())), signed_in(portal.user())
    running.get("/security")
    cache.set("over", 1, -1)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO cache_entry VALUES ('gone', '', now() - interval '1 day')")
    forget_sign_ins()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache_entry WHERE cache_key = 'gone'")
        assert cursor.fetchone() == (0,)
    assert [one.session_key for one in UserSession.objects.all()] == [running.session.session_key]
    assert not Session.objects.filter(session_key=ended.cookies["sessionid"].value).exists()


def test_a_session_ends_ninety_days_after_it_began_however_often_it_is_used(portal: Portal) -> None:
    browser = signed_in(portal.user())
    for days, status in ((89, 200), (90, 302)):
        browser.get("/usage")
        session = browser.session
        assert session["began_at"]
        session["began_at"] = int(time.time()) - days * 24 * 60 * 60
        session.save()
        assert browser.get("/notifications").status_code == status
    assert "_auth_user_id" not in browser.session
    assert browser.post("/notifications", ADD)["Location"].startswith(LOGIN)
    assert "unsent" in browser.session
