"""Authenticator apps, recovery codes, passkeys; and roles that need one of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from pleamar.actions.accept_invitation import accept_invitation
from pleamar.actions.change_setting import change_setting
from pleamar.actions.invite_person import invite_person
from pleamar.actions.remove_person import remove_person
from pleamar.actions.reset_sign_in import reset_sign_in
from pleamar.entrypoints.sign_in.mfa_adapter import MfaAdapter
from pleamar.models import AuditEvent, TeamMember
from pleamar.rules.refusals import Refused
from tests.entrypoints.portal.conftest import NOW, PASSWORD, Portal
from tests.entrypoints.portal.signing_in import (
    ADD_PASSKEY,
    CODE,
    LOGIN,
    TOTP,
    add_passkey,
    code,
    is_in,
    js_data,
    mail_of_now,
    send_login,
    set_up_app,
    signed_in,
)  # fmt: skip
from tests.fakes.passkey import SoftPasskey
from tests.fakes.people import TESTER

CODES, REMOVE_APP = "/sign-in/2fa/recovery-codes/", "/sign-in/2fa/totp/deactivate/"
PASSKEY = "/sign-in/2fa/webauthn/login/"


@pytest.fixture(autouse=True)
def nobody_has_tried(db: None) -> None:
    cache.clear()


def required(*roles: str) -> None:
    change_setting("second_factor_roles", roles, cause=TESTER, now=NOW)


def passkey_login(browser: Client, passkey: SoftPasskey, to: str = "") -> Any:
    options = browser.get(PASSKEY, headers={"Accept": "application/json"}).json()["request_options"]
    told = {"credential": json.dumps(passkey.get(options)), **({"next": to} if to else {})}
    return browser.post(PASSKEY, told)


def test_an_app_is_set_up_and_asked_from_then_on(
    portal: Portal, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    user = portal.user()
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up_app(signed_in(user))
    browser = Client()
    assert send_login(browser, user.email, PASSWORD, to="/notifications")["Location"] == CODE
    assert not is_in(browser)
    assert browser.get("/notifications").status_code == 302
    wrong = browser.post(CODE, {"code": "000000"})
    assert (wrong.status_code, "Incorrect code." in wrong.content.decode()) == (422, True)
    assert browser.post(CODE, {"code": code(secret)})["Location"] == "/notifications"
    assert is_in(browser)
    assert [letter.subject for letter in mail_of_now()] == ["Signing in now takes a code as well"]


def test_a_code_works_once(portal: Portal) -> None:
    user = portal.user()
    secret = set_up_app(signed_in(user))
    shown = code(secret)
    first, second = signed_in(user), signed_in(user)
    assert first.post(CODE, {"code": shown}).status_code == 302
    assert second.post(CODE, {"code": shown}).status_code == 422


def test_guessing_codes_is_stopped(portal: Portal) -> None:
    user = portal.user()
    secret = set_up_app(signed_in(user))
    browser, shown = signed_in(user), code(secret)
    for _ in range(5):
        browser.post(CODE, {"code": "000000"})
    answer = browser.post(CODE, {"code": shown})
    assert answer.status_code == 422
    assert not is_in(browser)


def test_a_recovery_code_lets_in_once(portal: Portal) -> None:
    user = portal.user()
    first = signed_in(user)
    set_up_app(first)
    codes = re.findall(r"<li><code>(\d{8})</code></li>", first.get(CODES).content.decode())
    assert len(codes) == 10
    browser = signed_in(user)
    assert browser.post(CODE, {"code": codes[0]}).status_code == 302
    assert is_in(browser)
    again = signed_in(user)
    assert again.post(CODE, {"code": codes[0]}).status_code == 422
    assert "9 are left." in browser.get("/security").content.decode()
    file = browser.get(f"{CODES}download/")
    assert file["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert file.content.decode().split() == codes[1:]
    assert "no-store" in file["Cache-Control"]


def test_removing_it_takes_being_fresh_and_is_told_by_mail(portal: Portal) -> None:
    browser = signed_in(portal.user())
    set_up_app(browser)
    session = browser.session
    session["account_authentication_methods"] = []
    session.save()
    assert browser.post(REMOVE_APP)["Location"].startswith("/sign-in/reauthenticate/")
    assert Authenticator.objects.filter(type="totp").exists()
    signed_in(portal.user())
    browser.post("/sign-in/reauthenticate/", {"password": PASSWORD})
    assert browser.post(REMOVE_APP).status_code == 302
    assert not Authenticator.objects.exists()
    assert "Your authenticator app was removed" in [letter.subject for letter in mail_of_now()]


def test_a_passkey_signs_in_without_password_and_code(portal: Portal) -> None:
    first = signed_in(portal.user())
    passkey = add_passkey(first)
    set_up_app(first)
    browser = Client()
    assert passkey_login(browser, passkey, to="/notifications")["Location"] == "/notifications"
    assert is_in(browser)
    assert "Laptop" in browser.get("/security").content.decode()


def test_a_passkey_is_a_second_step_after_the_password(portal: Portal) -> None:
    user = portal.user()
    passkey = add_passkey(signed_in(user))
    browser = signed_in(user)
    options = js_data(browser.get(CODE).content.decode())["request_options"]
    assert browser.post(CODE, {"credential": json.dumps(passkey.get(options))}).status_code == 302
    assert is_in(browser)


def test_a_passkey_of_another_site_or_unchecked_or_used_again_does_not(portal: Portal) -> None:
    passkey = add_passkey(signed_in(portal.user()))
    stranger = SoftPasskey()
    stranger._site, stranger._handle = passkey._site, passkey._handle
    browser = Client()
    assert passkey_login(browser, stranger)["Location"] == LOGIN
    options = browser.get(PASSKEY, headers={"Accept": "application/json"}).json()["request_options"]
    told = {"credential": json.dumps(passkey.get(options))}
    assert browser.post(PASSKEY, told).status_code == 302
    again = Client()
    again.get(PASSKEY, headers={"Accept": "application/json"})
    again.post(PASSKEY, told)
    assert not is_in(again)


@pytest.mark.parametrize(
    "junk",
    ["", "{", "[]", "null", "1", '"x"', "{}", '{"id": 1}', '{"response": []}', '{"response": {"userHandle": 7}}',
     '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA","userHandle":"\\u0000"}}'],
)  # fmt: skip
def test_a_forged_passkey_is_refused(portal: Portal, junk: str) -> None:
    user = portal.user()
    browser = Client()
    browser.get(PASSKEY, headers={"Accept": "application/json"})
    assert browser.post(PASSKEY, {"credential": junk})["Location"] == LOGIN
    inside = signed_in(user)
    inside.get(ADD_PASSKEY)
    assert inside.post(ADD_PASSKEY, {"credential": junk, "name": "x"}).status_code == 422


def test_passkeys_are_renamed_and_removed_by_their_owner_alone(portal: Portal) -> None:
    browser = signed_in(portal.user())
    add_passkey(browser)
    number = Authenticator.objects.get(type="webauthn").pk
    other = signed_in(portal.user("technician"))
    for act in ("edit", "remove"):
        address = f"/sign-in/2fa/webauthn/keys/{number}/{act}/"
        assert other.get(address).status_code == 404
        assert other.post(address, {"name": "mine"}).status_code == 404
        assert browser.get(address).status_code == 200
    browser.post(f"/sign-in/2fa/webauthn/keys/{number}/edit/", {"name": "<b>Phone</b>" + "x" * 200})
    assert "&lt;b&gt;Phone&lt;/b&gt;x" in browser.get("/security").content.decode()
    assert len(Authenticator.objects.get(pk=number).data["name"]) == 60
    browser.post(f"/sign-in/2fa/webauthn/keys/{number}/remove/")
    assert not Authenticator.objects.exists()


def test_a_role_that_needs_one_is_led_to_set_it_up_and_then_on(portal: Portal) -> None:
    required("owner", "technician")
    browser = signed_in(portal.user())
    sent = browser.get("/notifications?x=1")
    assert sent["Location"] == "/second-factor?next=%2Fnotifications%3Fx%3D1"
    assert "Set up an authenticator app" in browser.get(sent["Location"]).content.decode()
    assert browser.post("/notifications", {"act": "add_recipient", "email": "a@b.example"}).status_code == 302
    set_up_app(browser)
    assert 'href="/second-factor"' in browser.get(CODES).content.decode()
    assert browser.get("/second-factor")["Location"] == "/notifications?x=1"
    assert browser.get("/notifications").status_code == 200
    assert signed_in(portal.user("viewer")).get("/usage").status_code == 200


def test_it_is_needed_again_once_it_is_removed_elsewhere(portal: Portal) -> None:
    required("owner")
    browser = signed_in(portal.user())
    set_up_app(browser)
    assert browser.get("/notifications").status_code == 200
    Authenticator.objects.filter(type="totp").delete()  # recovery codes alone are none
    assert browser.get("/notifications").status_code == 302


def test_that_page_leads_to_no_other_site(portal: Portal) -> None:
    browser = signed_in(portal.user())
    set_up_app(browser)
    assert browser.get("/second-factor?next=https://evil.example/")["Location"] == "/"


def test_the_app_names_the_vendor_and_shows_the_same_key_after_a_mistake(portal: Portal) -> None:
    change_setting("brand_name", "Tide & Co", cause=TESTER, now=NOW)
    browser = signed_in(portal.user())
    page = browser.get(TOTP).content.decode()
    again = browser.post(TOTP, {"code": "1"})
    assert again.status_code == 422
    find = re.compile(r'class="secret">([A-Z2-7]+)<')
    assert find.findall(page) == find.findall(again.content.decode())
    assert MfaAdapter().get_totp_issuer() == "Tide & Co"


def test_whoever_lost_everything_is_let_in_by_the_vendor(portal: Portal) -> None:
    user = portal.user()
    browser = signed_in(user)
    set_up_app(browser)
    add_passkey(browser)
    browser.get("/security")
    with pytest.raises(Refused, match="nobody_signs_in"):
        reset_sign_in("nobody@northwind.example", cause=TESTER, now=NOW)
    assert reset_sign_in(" Owner@Northwind-IT.example", cause=TESTER, now=NOW) == 2
    assert not is_in(browser)
    assert is_in(signed_in(user))
    assert (user.email, "Your second factors were removed") in [(one.to, one.subject) for one in mail_of_now()]
    event = AuditEvent.unscoped.get(act="reset sign-in")
    assert (event.subject, event.facts["factors"]) == (user.public_id, 2)


@pytest.mark.parametrize(
    "wanted", ["foo", "///evil.example", "//evil.example", "/\\evil.example", "https://evil.example"]
)
def test_what_is_no_page_of_ours_is_not_gone_on_to(portal: Portal, wanted: str) -> None:
    browser = signed_in(portal.user())
    assert browser.get("/second-factor", {"next": wanted}).status_code == 200
    set_up_app(browser)
    assert browser.get("/second-factor", {"next": wanted})["Location"] == "/"
    assert browser.get("/second-factor", {"next": "/usage?x=1"})["Location"] == "/usage?x=1"


def test_a_passkey_of_before_opens_nothing_after_being_removed_and_invited_elsewhere(portal: Portal) -> None:
    user = portal.user("viewer")
    passkey = add_passkey(signed_in(user))
    person = TeamMember.unscoped.get(user=user)
    remove_person(portal.northwind.pk, person.pk, cause=TESTER, now=NOW)
    assert not is_in_by(passkey)
    invitation = invite_person(portal.tailwind.pk, user.email, "owner", cause=TESTER, now=NOW)
    accept_invitation(invitation.public_id, name="V", password="another-one-77", now=NOW)
    assert not is_in_by(passkey)
    assert is_in(signed_in(user, "another-one-77"))


def is_in_by(passkey: SoftPasskey) -> bool:
    browser = Client()
    passkey_login(browser, passkey)
    return is_in(browser)
