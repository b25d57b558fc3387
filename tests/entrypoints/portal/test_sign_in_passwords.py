"""Forgotten passwords, changed ones, and the mails that say so."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from pleamar.models import BillingRecipient, OutboxMessage, User
from tests.entrypoints.portal.conftest import NOW, PASSWORD, Portal
from tests.entrypoints.portal.signing_in import is_in, mail_of_now, send_login, signed_in

RESET, CHANGE = "/sign-in/password/reset/", "/sign-in/password/change/"
NEW = "ebb-and-flow-77"


@pytest.fixture(autouse=True)
def nobody_has_tried(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLEAMAR_ADDRESS", "https://billing.example")
    cache.clear()


def asked(email: str) -> None:
    answer = Client().post(RESET, {"email": email})
    assert answer["Location"] == "/sign-in/password/reset/done/"


def link() -> str:
    (letter,) = mail_of_now()
    found = re.search(r"https://billing\.example(/sign-in/password/reset/key/\S+)", letter.text)
    assert found, letter.text
    return found[1]


def test_a_new_password_is_set_through_the_mail_once(portal: Portal) -> None:
    user = portal.user()
    elsewhere = signed_in(user)
    asked(" OWNER@northwind-it.example ")
    address, browser = link(), Client()
    form = browser.get(address)
    assert form["Location"].endswith("-set-password/")  # the key is in no address that pages pass on
    answer = browser.post(form["Location"], {"password1": NEW, "password2": NEW})
    assert answer["Location"] == "/sign-in/password/reset/key/done/"
    assert not is_in(browser)
    assert elsewhere.get("/notifications").status_code == 302  # every session has ended
    assert is_in(signed_in(user, NEW))
    assert not is_in(signed_in(user, PASSWORD))
    assert "This link has run out" in Client().get(address).content.decode()
    assert [letter.subject for letter in mail_of_now()] == ["Your password was changed"]


def test_the_link_is_made_when_the_mail_is_sent_and_stands_nowhere(portal: Portal) -> None:
    asked(portal.user().email)
    (row,) = OutboxMessage.unscoped.filter(topic="password_reset")
    assert row.facts == {"user": portal.user().public_id, "name": "Owner", "site": "http://testserver/"}
    assert link()
    row.refresh_from_db()
    assert "key" not in str(row.facts)


def test_it_goes_to_that_person_alone_in_their_language(portal: Portal) -> None:
    BillingRecipient.unscoped.create(partner=portal.northwind, email="ines@northwind.example", added_at=NOW)
    User.objects.filter(pk=portal.user().pk).update(language="es")
    asked(portal.user().email)
    assert [(row.recipient, row.language) for row in OutboxMessage.unscoped.filter(topic="password_reset")] == [
        ("owner@northwind-it.example", "es")
    ]


def test_nobody_learns_who_signs_in_here(portal: Portal) -> None:
    portal.user()
    known, unknown = (
        Client().post(RESET, {"email": email}, follow=True)
        for email in ("owner@northwind-it.example", "nobody@northwind-it.example")
    )
    strip = re.compile(r'value="[^"]{64}"|X-CSRFToken": "[^"]+"')
    assert strip.sub("", known.content.decode()) == strip.sub("", unknown.content.decode())
    told = {letter.to: letter.subject for letter in mail_of_now()}
    assert told == {
        "owner@northwind-it.example": "Set a new password",
        "nobody@northwind-it.example": "Nobody signs in with this address",
    }


def test_a_user_without_a_team_gets_it_too(portal: Portal) -> None:
    User.objects.create_user("staff@meridian.example", PASSWORD, created_at=NOW)
    asked("staff@meridian.example")
    assert link()
    del portal


def test_whoever_may_not_sign_in_any_more_gets_no_link(portal: Portal) -> None:
    asked(portal.user().email)
    User.objects.update(is_active=False)
    assert mail_of_now() == []
    assert "nobody signs in with this address any more" in OutboxMessage.unscoped.get(topic="password_reset").problem


def test_a_mail_that_waited_for_too_long_lets_nobody_in(portal: Portal) -> None:
    asked(portal.user().email)
    portal.at(NOW + timedelta(days=1, minutes=1))
    assert mail_of_now() == []
    assert "too long ago" in OutboxMessage.unscoped.get(topic="password_reset").problem


def test_a_mail_about_billing_that_cannot_be_sent_does_not_keep_it_back(portal: Portal) -> None:
    user = portal.user()
    OutboxMessage.unscoped.create(
        partner=portal.northwind, channel="mail", topic="card_expiring", key="k", recipient=user.email,
        facts={}, written_at=NOW - timedelta(days=1), due_at=NOW + timedelta(days=1),
    )  # fmt: skip
    asked(user.email)
    assert link()


def test_another_hosts_name_does_not_get_into_the_link(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLEAMAR_ADDRESS")
    assert Client(HTTP_HOST="evil.example").post(RESET, {"email": portal.user().email}).status_code == 400
    asked(portal.user().email)
    assert "http://testserver/sign-in/password/reset/key/" in mail_of_now()[0].text


@pytest.mark.parametrize("key", ["1-abc", "zzzzzzzzzzzz-abc-def", "0-x", "1-%00", "1-set-password", "9" * 60 + "-a"])
def test_a_made_up_link_has_run_out(portal: Portal, key: str) -> None:
    del portal
    assert "This link has run out" in Client().get(f"/sign-in/password/reset/key/{key}/").content.decode()


@pytest.mark.parametrize(("password", "said"), [("short", "too short"), ("password1", "too common"), ("", "required")])
def test_a_weak_password_is_not_set(portal: Portal, password: str, said: str) -> None:
    browser = signed_in(portal.user())
    answer = browser.post(CHANGE, {"oldpassword": PASSWORD, "password1": password, "password2": password})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_changed_password_ends_other_sessions_and_is_told_by_mail(portal: Portal) -> None:
    user = portal.user()
    here, elsewhere = signed_in(user), signed_in(user)
    elsewhere.get("/security")
    answer = here.post(
        CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}, HTTP_USER_AGENT="Firefox/1 Windows"
    )
    assert answer.status_code == 302
    assert here.get("/notifications").status_code == 200
    assert elsewhere.get("/notifications").status_code == 302
    assert here.get("/security").content.decode().count('<tr class="here">') == 1
    (letter,) = mail_of_now()
    assert (letter.to, letter.subject) == (user.email, "Your password was changed")
    assert "From the internet address: 127.0.0.1" in letter.text
    assert "With the browser: Firefox on Windows" in letter.text
    assert "https://billing.example/sign-in/password/reset/" in letter.text


def test_asking_again_and_again_is_stopped(portal: Portal) -> None:
    email = portal.user().email
    for _ in range(3):
        asked(email)
    assert Client().post(RESET, {"email": email.upper()}).status_code == 429
    assert len(mail_of_now()) == 3
    assert send_login(Client(), email, PASSWORD).status_code == 302


@pytest.mark.parametrize("email", ['"a,b"@x.example', "ana@straße.example", "a@b@c.example", "\0@x.example"])
def test_an_address_that_is_none_is_mailed_nothing(portal: Portal, email: str) -> None:
    del portal
    answer = Client().post(RESET, {"email": email})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not OutboxMessage.unscoped.exists()
