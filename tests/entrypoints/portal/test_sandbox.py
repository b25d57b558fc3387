"""What there is in a sandbox alone: its clock, and the mails that go nowhere."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client

from pleamar.actions.invite_person import invite_person
from pleamar.models import Installation, Invoice, OutboxMessage, Statement
from pleamar.wiring import advancing
from pleamar.wiring.clock import clock, clock_offset
from tests.entrypoints.portal.conftest import NOW, Portal
from tests.entrypoints.portal.paying import card, owing, text_of
from tests.fakes.people import TESTER


@pytest.fixture(autouse=True)
def no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PLEAMAR_STRIPE_KEY", "PLEAMAR_ADDRESS"):
        monkeypatch.delenv(name, raising=False)


def told(browser: Client, to: str, **also: str) -> str:
    """What is said after the clock was moved."""
    sent = {"to": to, "next": "/payment", "stands": offset(), **also}
    return browser.post("/sandbox/clock", sent, follow=True).content.decode()


def offset() -> str:
    """As the bar tells where the clock stands."""
    return str(clock_offset() // timedelta(microseconds=1))


def test_a_day_passes(portal: Portal) -> None:
    said = told(portal.browser(), "day")
    assert "Nothing was due on the way." in said
    assert timedelta(0) <= clock()() - (NOW + timedelta(days=1)) < timedelta(minutes=5)


def test_to_the_cycles_end_it_is_closed_and_charged(portal: Portal) -> None:
    card(portal)
    browser = portal.browser()
    assert "next cycle (5 Feb)" in text_of(browser).replace("&#x27;", "'")
    said = told(browser, "cycle")
    assert "It is now 5 Feb 2026, 00:00 (UTC)." in said
    assert "2 cycles closed" in said
    assert "1 charge paid" in said
    assert Invoice.unscoped.get(partner=portal.northwind).state == "paid"
    assert Statement.unscoped.count() == 2


@pytest.mark.parametrize("to", ["day", "cycle"])
def test_sent_twice_it_moves_once(portal: Portal, to: str) -> None:
    browser = portal.browser()
    bar = re.search(r'name="stands" value="(-?\d+)"', text_of(browser, "/usage"))
    assert bar
    assert "It is now" in told(browser, to, stands=bar[1])
    moved, cycles = clock_offset(), Statement.unscoped.count()
    assert "has been moved since this page was shown" in told(browser, to, stands=bar[1])
    assert (clock_offset(), Statement.unscoped.count()) == (moved, cycles)
    assert "It is now" in told(browser, to)


@pytest.mark.parametrize("stands", ["", "x", "9" * 10_000, "\x00", "1.5", "²"])
def test_who_does_not_say_what_they_saw_moves_nothing(portal: Portal, stands: str) -> None:
    before = clock_offset()
    assert "has been moved since this page was shown" in told(portal.browser(), "day", stands=stands)
    assert clock_offset() == before


def test_anybody_of_the_team_moves_it_and_learns_no_amount(portal: Portal) -> None:
    said = portal.browser("viewer").post(
        "/sandbox/clock", {"to": "cycle", "next": "/usage", "stands": offset()}, follow=True
    )
    assert "cycles closed" in said.content.decode()
    assert "$" not in said.content.decode()


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "", "javascript:x", "\x00"])
def test_it_leads_back_to_our_own_pages_alone(portal: Portal, wanted: str) -> None:
    answer = portal.browser().post("/sandbox/clock", {"to": "day", "next": wanted, "stands": offset()})
    assert answer.headers["Location"] == "/usage"


def test_one_at_a_time(portal: Portal) -> None:
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [advancing._MOVING])
        assert "Somebody is moving this sandbox&#x27;s clock" in told(portal.browser(), "day")
    finally:
        other.close()
    assert "It is now" in told(portal.browser(), "day")


def test_the_lock_is_given_back_when_something_goes_wrong(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError

    monkeypatch.setattr(advancing, "do_due_work", fails)
    with pytest.raises(ValueError, match=r"^$"):
        portal.browser().post("/sandbox/clock", {"to": "day", "stands": offset()})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE datname = current_database() AND locktype = 'advisory' AND objid = %s",
            [advancing._MOVING],
        )
        assert cursor.fetchone()[0] == 0


def test_with_stripe_the_clock_stays(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    Installation.objects.update(clock_offset=timedelta(0))
    monkeypatch.setenv("PLEAMAR_STRIPE_KEY", "sk_test_1")
    browser = portal.browser()
    assert "/sandbox/clock" not in text_of(browser, "/usage")
    assert (
        "Stripe&#x27;s clock cannot be moved"
        in browser.post("/sandbox/clock", {"to": "day", "stands": "0"}, follow=True).content.decode()
    )
    assert Installation.objects.get().clock_offset == timedelta(0)


def test_it_takes_a_form_of_ours(portal: Portal) -> None:
    browser = portal.browser()
    assert browser.get("/sandbox/clock").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.post("/sandbox/clock", {"to": "day"}).status_code == 403
    assert Client().post("/sandbox/clock", {"to": "day"}).headers["Location"].startswith("/sign-in/")


def test_an_invitation_is_followed_from_the_mails(portal: Portal) -> None:
    invite_person(portal.northwind.pk, "sam@northwind.example", "viewer", cause=TESTER, now=NOW)
    browser = portal.browser()
    listed = text_of(browser, "/sandbox/mails")
    assert "sam@northwind.example" in listed
    mail = OutboxMessage.unscoped.get(topic="invitation").public_id
    page = text_of(browser, f"/sandbox/mails/{mail}")
    assert "/invitation/" in page
    letter = browser.get(f"/sandbox/mails/{mail}/letter")
    assert letter.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "script" not in letter.headers["Content-Security-Policy"]
    assert '<a target="_top" href="http' in letter.content.decode()


def test_whoever_owes_is_led_to_the_page_on_which_a_card_is_added(portal: Portal) -> None:
    portal.northwind.email = "bills@northwind.example"
    portal.northwind.save()
    owing(portal)
    mail = OutboxMessage.unscoped.filter(partner=portal.northwind).latest("pk")
    page = text_of(portal.browser(), f"/sandbox/mails/{mail.public_id}")
    assert 'href="http://localhost:8000/payment"' in page


def test_mails_are_for_the_owners_of_the_partner_alone(portal: Portal) -> None:
    invite_person(portal.tailwind.pk, "sam@tailwind.example", "viewer", cause=TESTER, now=NOW)
    mail = OutboxMessage.unscoped.get(topic="invitation").public_id
    browser = portal.browser()
    assert "sam@tailwind.example" not in text_of(browser, "/sandbox/mails")
    for wrong in (mail, "msg_1", "%00", "x" * 9000):
        assert browser.get(f"/sandbox/mails/{wrong}").status_code == 404
        assert browser.get(f"/sandbox/mails/{wrong}/letter").status_code == 404
    assert portal.browser("technician", sees_prices=True).get("/sandbox/mails").status_code == 403
    assert Client().get("/sandbox/mails").status_code == 302


def test_somebody_elses_new_password_is_not_shown(portal: Portal) -> None:
    for email in ("owner@northwind-it.example", "other@northwind.example"):
        OutboxMessage.unscoped.create(
            partner=portal.northwind,
            channel="mail",
            topic="password_reset",
            key=f"reset:{email}",
            recipient=email,
            facts={"user": portal.user().pk, "name": ""},
            written_at=NOW,
        )
    listed = text_of(portal.browser(), "/sandbox/mails")
    assert "other@northwind.example" not in listed
    other = OutboxMessage.unscoped.get(recipient="other@northwind.example").public_id
    assert portal.browser().get(f"/sandbox/mails/{other}").status_code == 404


def test_a_live_installation_has_none_of_it(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = portal.browser()
    with connection.cursor() as cursor:  # a sandbox never becomes live but here
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE installation SET mode = 'live', clock_offset = '0'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    monkeypatch.setenv("PLEAMAR_STRIPE_KEY", "rk_live_1")
    for address in (
        "/sandbox/mails",
        "/sandbox/mails/msg_1",
        "/sandbox/mails/msg_1/letter",
        "/payment/sandbox-card/cs_1",
    ):
        assert browser.get(address).status_code == 404
    assert browser.post("/sandbox/clock", {"to": "day"}).status_code == 404
    assert "Sandbox" not in text_of(browser)
