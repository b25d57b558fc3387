"""What people change of how they sign in stands in the audit trail: who, what and when, and never a secret."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from pleamar.actions.accept_invitation import accept_invitation
from pleamar.actions.invite_person import invite_person
from pleamar.models import AuditEvent, User
from tests.entrypoints.portal.conftest import NOW, PASSWORD, Portal
from tests.entrypoints.portal.signing_in import add_passkey, mail_of_now, set_up_app, signed_in
from tests.entrypoints.portal.test_sign_in_second_factor import CODES, REMOVE_APP
from tests.fakes.people import TESTER

CHANGE, RESET, NEW = "/sign-in/password/change/", "/sign-in/password/reset/", "ebb-goes-out-7"


@pytest.fixture(autouse=True)
def nobody_has_tried(db: None) -> None:
    cache.clear()


def trail() -> list[tuple[str, str, int | None]]:
    found = AuditEvent.unscoped.filter(facts__means="sign-in").order_by("pk")
    return [(event.act, event.actor, event.partner_id) for event in found]


def test_every_change_is_written_with_who_and_when(
    portal: Portal, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    user = portal.user("technician")
    browser = signed_in(user)
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up_app(browser)
    add_passkey(browser, name="Laptop")
    number = Authenticator.objects.get(user_id=user.pk, type="webauthn").pk
    browser.post(f"/sign-in/2fa/webauthn/keys/{number}/remove/")
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"{CODES}generate/")
    browser.post(REMOVE_APP)
    browser.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    acts = ["add authenticator app", "add passkey", "remove passkey", "make recovery codes"]
    acts += ["remove authenticator app", "change password"]
    assert trail() == [(act, user.email, portal.northwind.pk) for act in acts]
    written = AuditEvent.unscoped.filter(facts__means="sign-in")
    assert {event.subject for event in written} == {user.public_id}
    assert all(NOW <= event.at < NOW + timedelta(minutes=5) for event in written)
    assert not [event for event in written if secret in str(event.facts) or NEW in str(event.facts)]


def test_a_password_set_through_the_mail_is_written(portal: Portal) -> None:
    user = portal.user()
    Client().post(RESET, {"email": user.email})
    (letter,) = mail_of_now()
    (link,) = re.findall(r"(/sign-in/password/reset/key/\S+)", letter.text)
    browser = Client()
    page = browser.get(link, follow=True)
    browser.post(page.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert trail() == [("reset password", user.email, portal.northwind.pk)]


def test_ended_sessions_are_written_and_counted(portal: Portal) -> None:
    user = portal.user()
    browsers = [signed_in(user) for _ in range(4)]
    for browser in browsers:
        browser.get("/security")
    first = UserSession.objects.get(session_key=browsers[1].session.session_key).pk
    browsers[0].post("/security", {"session": first})
    browsers[0].post("/security", {"act": "end_others"})
    browsers[0].post("/security", {"act": "end_others"})  # there are none any more
    browsers[0].post("/security", {"session": first})
    found = AuditEvent.unscoped.filter(act="end sessions").order_by("pk")
    assert [event.facts["sessions"] for event in found] == [1, 2]
    shown = browsers[0].get("/activity?what=sign-in").content.decode()
    assert "Other sessions ended" in shown
    assert "2 sessions" in shown


def test_owners_read_it_and_nobody_else(portal: Portal) -> None:
    changed = portal.user("technician")
    signed_in(changed).post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    for path in ("/activity", "/activity?what=sign-in", "/activity?who=technician"):
        shown = portal.browser().get(path).content.decode()
        assert "Password changed" in shown
        assert changed.email in shown
        for browser in (portal.browser("viewer", sees_prices=True), portal.browser(partner=portal.tailwind)):
            assert "Password changed" not in browser.get(path).content.decode()
    assert "Passwords and second steps" not in portal.browser("viewer").get("/activity").content.decode()
    said: Any = portal.browser("viewer").get("/activity.csv")
    assert b"Password changed" not in b"".join(said.streaming_content)


def test_an_administrator_s_are_read_with_their_customer(portal: Portal) -> None:
    account = portal.contoso
    invited = invite_person(
        account.partner_id, "bo@contoso.example", "administrator", account_id=account.pk, cause=TESTER, now=NOW
    )
    user = accept_invitation(invited.public_id, name="Bo", password=PASSWORD, now=NOW).user
    signed_in(user).post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    (event,) = AuditEvent.unscoped.filter(act="change password")
    assert (event.partner_id, event.facts["account"]) == (portal.northwind.pk, account.public_id)
    assert "Contoso" in portal.browser().get("/activity?what=sign-in").content.decode()


def test_of_whoever_belongs_to_nobody_it_is_the_installation_s(portal: Portal) -> None:
    user = User.objects.create_user("jane@meridian.example", PASSWORD, is_staff=True, created_at=NOW)
    browser = signed_in(user)
    browser.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert trail() == [("change password", user.email, None)]
    assert "Password changed" not in portal.browser().get("/activity").content.decode()


def test_staff_are_told_where_their_place_is(portal: Portal) -> None:
    user = User.objects.create_user("jane@meridian.example", PASSWORD, is_staff=True, created_at=NOW)
    page = signed_in(user).get("/")
    text = page.content.decode()
    assert page.status_code == 403
    assert "You sign in as staff of " in text
    assert "at the console" in text
    assert "Nothing here is yours" not in text
    nobody = User.objects.create_user("nobody@meridian.example", PASSWORD, created_at=NOW)
    assert "Nothing here is yours" in signed_in(nobody).get("/").content.decode()
    assert portal.browser().get("/")["Location"] == "/usage"
