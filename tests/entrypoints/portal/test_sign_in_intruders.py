"""Nobody reaches what somebody else signs in with: passkeys, apps, recovery codes, sessions."""

from __future__ import annotations

from typing import Any, Final

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from pleamar.models import User
from tests.entrypoints.portal.addresses import Route, Things, address, routes
from tests.entrypoints.portal.asking import asked, body
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.signing_in import add_passkey, set_up_app, signed_in
from tests.entrypoints.portal.world import administrator

# What an address of signing in names by a secret of its own, that nobody guesses; and the provider, which is nobody's.
_SECRETS: Final = {"token", "uidb36", "key", "provider_id"}
# Names by which a form could ask for somebody else's thing.
_NAMES: Final = ("account", "authenticator", "authenticators", "email", "id", "pk", "session", "user", "user_id")


@pytest.fixture
def things(portal: Portal) -> Things:
    """Of Northwind's owner, who has everything there is: one of each."""
    cache.clear()
    owner = portal.user()
    browser = signed_in(owner)
    set_up_app(browser)
    add_passkey(browser, name="The owner's own")
    browser.get("/security")
    connected = SocialAccount.objects.create(user=owner, provider="sso", uid="1")
    return {
        "passkey": _number(owner, "webauthn"),
        "app": _number(owner, "totp"),
        "codes": _number(owner, "recovery_codes"),
        "session": str(UserSession.objects.get(user=owner).pk),
        "connected": str(connected.pk),
        "person": str(owner.pk),
        "email": owner.email,
    }


def _number(owner: User, kind: str) -> str:
    return str(Authenticator.objects.get(user=owner, type=kind).pk)


def _intruders(portal: Portal) -> dict[str, User]:
    return {
        "another owner": portal.user(partner=portal.tailwind),
        "a colleague": portal.user("technician"),
        "an administrator": administrator(portal, portal.contoso),
    }


def _owned(person: User) -> list[Any]:
    """All that they sign in with, and where they are signed in."""
    theirs = UserSession.objects.filter(user=person)
    running = Session.objects.filter(session_key__in=theirs.values("session_key"))
    return [
        list(User.objects.filter(pk=person.pk).values()),
        *(list(kind.objects.filter(user=person).order_by("pk").values()) for kind in (Authenticator, SocialAccount)),
        list(EmailAddress.objects.filter(user=person).values()),
        sorted(theirs.values_list("pk", "session_key")),
        sorted(running.values_list("session_key", flat=True)),
    ]


def _told(answer: Any, person: User) -> list[str]:
    """Which of their secrets it says."""
    codes = Authenticator.objects.get(user=person, type="recovery_codes")
    secrets = [*RecoveryCodes(codes).get_unused_codes(), "The owner&#x27;s own", "The owner's own"]
    return [secret for secret in secrets if secret in body(answer)]


def _signing_in() -> list[Route]:
    return [route for route in routes() if route.area == "sign_in"]


def test_somebody_elses_passkey_is_not_found(portal: Portal, things: Things) -> None:
    owner, wrong = portal.user(), []
    before, taken = _owned(owner), [route for route in _signing_in() if {*route.arguments} - _SECRETS]
    assert {route.name for route in taken} == {"mfa_edit_webauthn", "mfa_remove_webauthn"}
    for who, person in _intruders(portal).items():
        browser = signed_in(person)
        for route in taken:
            for number in ("passkey", "app", "codes"):
                where = address(route, {"passkey": things[number]}) or ""
                for method in ("GET", "HEAD", "POST"):
                    answer = asked(browser, method, where, {"name": "mine"})
                    if answer.status_code != 404 or _told(answer, owner):
                        wrong.append(f"{who} {method} {where}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert _owned(owner) == before


@pytest.mark.parametrize(
    "kind",
    [
        *("passkey", "session"),
        *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("app", "codes", "connected", "person", "email")),
    ],
)
def test_somebody_elses_numbers_in_forms_change_and_tell_nothing(portal: Portal, things: Things, kind: str) -> None:
    """Every form of signing in, with what is theirs under every name that could mean it."""
    owner, wrong = portal.user(), []
    before, told = _owned(owner), dict.fromkeys(_NAMES, things[kind])
    intruder = _intruders(portal)["a colleague"]
    for route in (one for one in _signing_in() if not one.arguments):
        for person in (intruder, None):
            browser = signed_in(person) if person else Client()
            for method in ("GET", "POST"):
                answer = asked(browser, method, address(route, {}) or "", told)
                if answer.status_code >= 500 or _told(answer, owner):
                    wrong.append(f"{route.name} {method}: {answer.status_code} {_told(answer, owner)}")
            cache.clear()
    assert not wrong, "\n".join(wrong)
    assert _owned(owner) == before


def test_the_check_sees_what_their_own_browser_does(portal: Portal, things: Things) -> None:
    """Else it would find nothing changed because nothing was asked for rightly."""
    owner = portal.user()
    here = portal.browser()
    here.get("/security")
    assert _told(here.get("/sign-in/2fa/recovery-codes/"), owner)
    before = _owned(owner)
    here.post("/security", {"session": things["session"]})
    ended = _owned(owner)
    assert ended != before
    here.post(f"/sign-in/2fa/webauthn/keys/{things['passkey']}/edit/", {"name": "mine"})
    assert _owned(owner) != ended


def test_what_is_connected_is_at_no_address() -> None:
    """allauth's page of connected social accounts, which takes one by its number, is none of ours."""
    assert not [route.name for route in routes() if "connection" in route.name]
