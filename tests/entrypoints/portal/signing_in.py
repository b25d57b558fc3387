"""Signing in as people do, at the pages."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from pleamar.actions.send_messages import send_messages
from pleamar.models import User
from pleamar.ports.mail import Letter
from pleamar.wiring.clock import clock
from pleamar.wiring.letters import letter_writer
from pleamar.wording.invoice_paper import invoice_paper
from pleamar.wording.mail import letter
from tests.entrypoints.portal.conftest import PASSWORD
from tests.fakes.passkey import SoftPasskey

LOGIN, LOGOUT, CODE = "/sign-in/login/", "/sign-in/logout/", "/sign-in/2fa/authenticate/"
# Seconds: a code is good for a step, and what is left of it when it is read must do.
_STEP, _ENOUGH = 30, 4
TOTP, ADD_PASSKEY = "/sign-in/2fa/totp/activate/", "/sign-in/2fa/webauthn/add/"


class Postbox:
    """Carries mail by keeping it."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)


def mail_of_now() -> list[Letter]:
    """Every letter that is due, sent."""
    box = Postbox()
    send_messages(box, letter_writer(letter, invoice_paper), now=clock()())
    return box.letters


def signed_in(user: User, password: str = PASSWORD, *, client: Client | None = None, to: str = "") -> Client:
    """A browser after the form was sent, whatever came of it."""
    browser = client or Client()
    send_login(browser, user.email, password, to=to)
    return browser


def send_login(browser: Client, email: str, password: str, *, to: str = "") -> Any:
    """The answer to the form."""
    return browser.post(LOGIN, {"login": email, "password": password, **({"next": to} if to else {})})


def is_in(browser: Client) -> bool:
    """Whether somebody is signed in there."""
    return "_auth_user_id" in browser.session


def expired(browser: Client) -> Client:
    """The session has run out; the browser still has its cookies."""
    browser.get("/security")
    Session.objects.filter(session_key=browser.session.session_key).update(expire_date=timezone.now() - timedelta(1))
    return browser


def code(secret: str) -> str:
    """What an authenticator app shows now, for some seconds more; that it was used before is forgotten."""
    if (left := _STEP - time.time() % _STEP) < _ENOUGH:
        time.sleep(left)
    shown: str = format_hotp_value(hotp_value(secret, int(time.time()) // _STEP))
    cache.clear()
    return shown


def set_up_app(browser: Client) -> str:
    """The key of the app that was set up there."""
    page = browser.get(TOTP).content.decode()
    found = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert found, page
    answer = browser.post(TOTP, {"code": code(found[1])})
    assert answer.status_code == 302, answer.content.decode()
    return found[1]


def js_data(page: str) -> Any:
    """What the page tells the script that asks for a passkey."""
    found = re.search(r'<script id="js_data" type="application/json">(.*?)</script>', page)
    assert found
    return json.loads(found[1])


def add_passkey(browser: Client, *, name: str = "Laptop", passkey: SoftPasskey | None = None) -> SoftPasskey:
    """The one that was added there."""
    passkey = passkey or SoftPasskey()
    options = js_data(browser.get(ADD_PASSKEY).content.decode())["creation_options"]
    told = {"name": name, "passwordless": "on", "credential": json.dumps(passkey.create(options))}
    answer = browser.post(ADD_PASSKEY, told)
    assert answer.status_code == 302, answer.content.decode()
    return passkey
