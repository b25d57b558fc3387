"""Acts for which somebody shows again that it is them, at a page of the test's own."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path
from pytest_django import Settings

from pleamar.config import urls
from pleamar.entrypoints.portal.portal_page import portal_page
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.models import User
from tests.entrypoints.portal.conftest import PASSWORD, Portal
from tests.entrypoints.portal.signing_in import add_passkey, code, is_in, js_data, send_login, set_up_app, signed_in

AGAIN, ACT = "/sign-in/reauthenticate/", "/act-that-costs?customer=acc_1"


@portal_page("see_use", fresh=True)
def act_that_costs(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    return HttpResponse(
        f"{request.method} {viewer.person.email} {request.GET.get('customer')} {request.POST.get('word')}"
    )


@pytest.fixture(autouse=True)
def an_act(db: None) -> Iterator[None]:
    cache.clear()
    route = path("act-that-costs", act_that_costs)
    urls.urlpatterns.append(route)
    clear_url_caches()
    yield
    urls.urlpatterns.remove(route)
    clear_url_caches()


def gone_stale(browser: Client) -> Client:
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 601}]
    session.save()
    return browser


def test_whoever_has_just_signed_in_need_not(portal: Portal) -> None:
    browser = signed_in(portal.user())
    assert browser.post(ACT, {"word": "go"}).content == b"POST owner@northwind-it.example acc_1 go"


def test_what_was_sent_goes_on_after_the_password(portal: Portal) -> None:
    browser = gone_stale(signed_in(portal.user()))
    assert browser.get(ACT).status_code == 200  # looking costs nothing
    asked = browser.post(ACT, {"word": "go"})
    assert asked["Location"].startswith(AGAIN)
    page = browser.get(asked["Location"]).content.decode()
    assert "Confirm that it is you" in page
    wrong = browser.post(asked["Location"], {"password": "wrong"})
    assert (wrong.status_code, "Incorrect password." in wrong.content.decode()) == (422, True)
    answer = browser.post(asked["Location"], {"password": PASSWORD})
    assert answer.content == b"POST owner@northwind-it.example acc_1 go"
    assert browser.post(ACT, {"word": "more"}).status_code == 200


def test_a_code_does_as_well(portal: Portal) -> None:
    browser = signed_in(portal.user())
    secret = set_up_app(browser)
    asked = gone_stale(browser).post(ACT, {"word": "go"})
    page = browser.get(asked["Location"]).content.decode()
    assert "With a code" in page
    way = asked["Location"].replace(AGAIN, "/sign-in/2fa/reauthenticate/")
    assert browser.post(way, {"code": code(secret)}).content == b"POST owner@northwind-it.example acc_1 go"


def test_so_does_a_passkey(portal: Portal) -> None:
    browser = signed_in(portal.user())
    passkey = add_passkey(browser)
    asked = gone_stale(browser).post(ACT, {"word": "go"})
    way = asked["Location"].replace(AGAIN, "/sign-in/2fa/webauthn/reauthenticate/")
    options = js_data(browser.get(way).content.decode())["request_options"]
    answer = browser.post(way, {"credential": json.dumps(passkey.get(options))})
    assert answer.content == b"POST owner@northwind-it.example acc_1 go"


def test_guessing_the_password_there_is_stopped(portal: Portal) -> None:
    browser = gone_stale(signed_in(portal.user()))
    for _ in range(5):
        browser.post(AGAIN, {"password": "wrong"})
    assert browser.post(AGAIN, {"password": PASSWORD}).status_code == 422


def test_whoever_comes_by_single_sign_on_alone_comes_that_way_again(portal: Portal) -> None:
    user = portal.user()
    browser = signed_in(user)
    User.objects.get(pk=user.pk).set_unusable_password()
    User.objects.filter(pk=user.pk).update(password="!none")
    client = Client()
    client.force_login(User.objects.get(pk=user.pk), backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = gone_stale(client).post(ACT, {"word": "go"})
    assert asked["Location"].startswith("/sign-in/login/?next=")
    assert not is_in(client)
    assert client.session["unsent"]["user"] == user.pk
    del browser


def test_a_second_factor_asks_again_for_itself(portal: Portal, settings: Settings) -> None:
    del settings
    browser = gone_stale(signed_in(portal.user()))
    assert browser.get("/sign-in/2fa/totp/activate/")["Location"].startswith(AGAIN)
    assert not Authenticator.objects.exists()
    other = Client()
    assert other.get("/sign-in/2fa/totp/activate/")["Location"].startswith("/sign-in/login/")
    assert send_login(other, portal.user("viewer").email, PASSWORD).status_code == 302
