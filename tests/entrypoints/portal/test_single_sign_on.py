"""Single sign-on through an identity provider: who comes in, and who does not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from pleamar.models import User
from pleamar.wiring.openid import openid_problem, openid_providers
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.identity_provider import Provider, serving
from tests.entrypoints.portal.signing_in import CODE, LOGIN, is_in, set_up_app, signed_in

START = "/sign-in/oidc/sso/login/"


@pytest.fixture
def provider(settings: Settings, db: None) -> Iterator[Provider]:
    del db
    cache.clear()
    with serving() as provider:
        environ = {
            "PLEAMAR_OIDC_ISSUER": provider.address,
            "PLEAMAR_OIDC_CLIENT_ID": "pleamar",
            "PLEAMAR_OIDC_CLIENT_SECRET": "s",
            "PLEAMAR_OIDC_NAME": "Meridian ID",
            "PLEAMAR_OIDC_DOMAINS": "vouched.example",
        }
        settings.SOCIALACCOUNT_PROVIDERS = openid_providers(environ)
        yield provider


def came_back(browser: Client, provider: Provider, query: str = "", **claims: Any) -> Any:
    """The answer to whoever comes back from the provider as these claims say."""
    provider.claims = {"sub": "1", **claims}
    sent = browser.get(f"{START}{query}")
    assert sent["Location"].startswith(f"{provider.address}/authorize?"), sent.content.decode()
    asked = parse_qs(urlsplit(sent["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/sign-in/oidc/sso/login/callback/"]
    return browser.get(f"{START}callback/", {"code": "c", "state": asked["state"][0]})


def test_the_button_leads_there_and_back(portal: Portal, provider: Provider) -> None:
    email, browser = portal.user().email, Client()
    page = browser.get(f"{LOGIN}?next=/notifications").content.decode()
    assert "Meridian ID" in page
    assert "/sign-in/oidc/sso/login/?process=login&amp;next=%2Fnotifications" in page
    answer = came_back(browser, provider, "?next=/notifications", email=email.upper(), email_verified=True)
    assert answer["Location"] == "/notifications"
    assert is_in(browser)
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "owner@northwind-it.example", "email_verified": False},
        {"email": "owner@northwind-it.example"},
        {"email": "owner@northwind-it.example", "email_verified": "false"},
        {"email": "nobody@northwind-it.example", "email_verified": True},
        {"email": "", "email_verified": True},
        {},
        {"email": "owner@northwind-it.example\0", "email_verified": True},
        {"email": ["owner@northwind-it.example"], "email_verified": True},
        {"email": "owner@northwind-it.e\N{MATHEMATICAL SCRIPT SMALL X}ample", "email_verified": True},
        {"email": "owner@northw\N{LATIN SMALL LETTER DOTLESS I}nd-it.example", "email_verified": True},
    ],
)
def test_nobody_else_comes_in_and_nobody_is_made(portal: Portal, provider: Provider, claims: dict[str, Any]) -> None:
    portal.user()
    users, browser = User.objects.count(), Client()
    answer = came_back(browser, provider, **claims)
    assert answer.status_code in {401, 403}
    assert not is_in(browser)
    assert (User.objects.count(), SocialAccount.objects.count()) == (users, 0)


def test_an_address_that_is_not_verified_here_or_of_somebody_inactive_does_not(
    portal: Portal, provider: Provider
) -> None:
    email = portal.user().email
    EmailAddress.objects.update(verified=False)
    assert came_back(Client(), provider, email=email, email_verified=True).status_code == 403
    EmailAddress.objects.update(verified=True)
    User.objects.update(is_active=False)
    answer = came_back(Client(), provider, email=email, email_verified=True)
    assert "You could not be signed in" in answer.content.decode()


def test_a_domain_that_it_may_vouch_for_needs_no_claim(portal: Portal, provider: Provider) -> None:
    user = portal.user()
    User.objects.filter(pk=user.pk).update(email="ana@vouched.example")
    EmailAddress.objects.update(email="ana@vouched.example")
    browser = Client()
    came_back(browser, provider, email="ana@vouched.example")
    assert is_in(browser)


def test_a_second_factor_is_asked_all_the_same(portal: Portal, provider: Provider) -> None:
    user = portal.user()
    set_up_app(signed_in(user))
    browser = Client()
    answer = came_back(browser, provider, email=user.email, email_verified=True)
    assert answer["Location"] == CODE
    assert not is_in(browser)


def test_nothing_is_connected_to_whoever_is_signed_in(portal: Portal, provider: Provider) -> None:
    browser = signed_in(portal.user())
    answer = came_back(browser, provider, "?process=connect", email="x@y.example", email_verified=True)
    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()


def fresh(browser: Client) -> bool:
    """Whether an act that gives access is done without asking again."""
    answer = browser.post(
        "/notifications", {"act": "add_recipient", "email": "i@n.example", "name": "", "language": "en"}
    )
    return bool(answer["Location"] == "/notifications")


@pytest.mark.parametrize(
    ("ago", "is_fresh"),
    [(None, False), (0, True), (300, True), (700, False), (-30, True), (-900, False), ("text", False), (True, False)],
)
def test_it_is_as_fresh_as_the_provider_says(portal: Portal, provider: Provider, ago: object, is_fresh: bool) -> None:
    provider.auth_time = int(time.time()) - ago if type(ago) is int else ago
    browser = Client()
    came_back(browser, provider, email=portal.user().email, email_verified=True)
    assert is_in(browser)
    assert fresh(browser) == is_fresh


def test_whoever_must_show_it_again_is_asked_by_the_provider(portal: Portal, provider: Provider) -> None:
    user, browser = portal.user(), Client()
    User.objects.filter(pk=user.pk).update(password="!none")
    came_back(browser, provider, email=user.email, email_verified=True)
    assert not fresh(browser)
    assert not is_in(browser)
    assert "Show once more that it is you." in browser.get(LOGIN).content.decode()
    asked = parse_qs(urlsplit(browser.get(START)["Location"]).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    provider.auth_time = int(time.time())
    came_back(browser, provider, email=user.email, email_verified=True)
    assert fresh(browser)


def test_a_link_asks_nothing_of_the_provider(portal: Portal, provider: Provider) -> None:
    del portal
    sent = Client().get(START, {"auth_params": "prompt=none&redirect_uri=https://evil.example", "scope": "everything"})
    asked = parse_qs(urlsplit(sent["Location"]).query)
    assert "prompt" not in asked
    assert asked["redirect_uri"] == ["http://testserver/sign-in/oidc/sso/login/callback/"]
    assert "everything" not in asked["scope"][0]


def test_a_state_of_another_browser_is_refused(portal: Portal, provider: Provider) -> None:
    email = portal.user().email
    provider.claims = {"sub": "1", "email": email, "email_verified": True}
    sent = Client().get(START)
    state = parse_qs(urlsplit(sent["Location"]).query)["state"][0]
    other = Client()
    answer = other.get(f"{START}callback/", {"code": "c", "state": state})
    assert (answer.status_code, is_in(other)) == (401, False)
    assert "Single sign-on failed" in answer.content.decode()


def test_a_provider_that_fails_is_said_so(portal: Portal, provider: Provider) -> None:
    del portal
    provider.broken = True
    answer = Client().get(START)
    assert (answer.status_code, "Single sign-on failed" in answer.content.decode()) == (502, True)


def test_whoever_leaves_it_is_told_that_nothing_happened(portal: Portal, provider: Provider) -> None:
    del portal
    browser = Client()
    state = parse_qs(urlsplit(browser.get(START)["Location"]).query)["state"][0]
    answer = browser.get(f"{START}callback/", {"error": "access_denied", "state": state}, follow=True)
    assert "You left single sign-on" in answer.content.decode()


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({}, ""),
        ({"PLEAMAR_OIDC_ISSUER": "https://id.example"}, "PLEAMAR_OIDC_CLIENT_ID and PLEAMAR_OIDC_CLIENT_SECRET is not"),
        (
            {
                "PLEAMAR_OIDC_ISSUER": "http://id.example",
                "PLEAMAR_OIDC_CLIENT_ID": "a",
                "PLEAMAR_OIDC_CLIENT_SECRET": "b",
            },
            "does not begin with https://",
        ),
    ],
)
def test_half_a_provider_is_none(environ: dict[str, str], problem: str) -> None:
    assert openid_providers(environ) == {}
    assert problem in openid_problem(environ)
