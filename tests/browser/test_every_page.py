"""Every page there is, in Chromium: accessible, quiet, from here alone, in its language, and never too wide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.urls import get_resolver
from playwright.sync_api import Browser, BrowserContext
from psycopg.errors import AdminShutdown
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from pleamar.entrypoints.webhooks.health import health
from pleamar.entrypoints.webhooks.payments import receive_payment_event
from pleamar.wiring.openid import openid_providers
from tests.browser.cast import browsers, cast
from tests.browser.pages import ANONYMOUS, ASKED, FILES, NO_PAGES
from tests.browser.states import STATES, State
from tests.browser.watched import Sight, Watched
from tests.entrypoints.portal.addresses import Route, Things, address, routes
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.world import said_by_people, things

_LIGHT, _DARK = Sight("light", 1280), Sight("dark", 1280)
_NARROW, _NARROW_DARK = Sight("light", 390), Sight("dark", 390)
# What is seen at every change, and what only the slow tests look at.
_FAST: Final = {"en": (_LIGHT,)}
# Each language in both themes and at both widths; a theme moves nothing and a width colours nothing.
_SLOW: Final = {"en": (_NARROW_DARK,), "es": (_NARROW, _DARK)}
# States stand on pages that are looked at in every way.
_STATES: Final = {"en": (_DARK,), "es": (_NARROW,)}
# There is nobody there.
_PROVIDER: Final = {
    "PLEAMAR_OIDC_ISSUER": "http://localhost:9",
    "PLEAMAR_OIDC_CLIENT_ID": "pleamar",
    "PLEAMAR_OIDC_CLIENT_SECRET": "s",
    "PLEAMAR_OIDC_NAME": "Meridian ID",
}


@pytest.mark.parametrize(
    ("language", "sights"),
    [
        *(pytest.param(language, sights, id=language) for language, sights in _FAST.items()),
        *(
            pytest.param(language, sights, id=f"{language}-otherwise", marks=pytest.mark.slow)
            for language, sights in _SLOW.items()
        ),
    ],
)
def test_every_page(
    browser: Browser, live_server: LiveServer, world: Portal, language: str, sights: tuple[Sight, ...]
) -> None:
    found: list[str] = []
    shown, people, no_pages = things(world), browsers(world), [route for route in routes() if route.name in NO_PAGES]
    for who, walked in _walks().items():
        watched = _watched(browser, live_server, world, language, sights, people[who]())
        for route in walked:
            _look(watched, route, shown)
        for where in (address(route, shown) for route in no_pages):
            if where:
                watched.find_no_page(where)
        found += watched.leave()
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.timeout(480)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_state(
    browser: Browser,
    live_server: LiveServer,
    world: Portal,
    language: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What pages show to other people, and in answer to forms."""
    settings.SOCIALACCOUNT_PROVIDERS = openid_providers(_PROVIDER)
    monkeypatch.setattr("pleamar.entrypoints.portal.calculator.how_billing_works.price_table", None)
    monkeypatch.setattr("pleamar.entrypoints.portal.invoices.invoice.invoice_facts", _away)
    found: list[str] = []
    shown, people = cast(world), browsers(world)
    for who in dict.fromkeys(state.who for state in STATES):
        watched = _watched(browser, live_server, world, language, _STATES[language], people[who]())
        for state in (one for one in STATES if one.who == who):
            _get_there(watched, state, shown)
        found += watched.leave()
    assert not found, "\n".join(found)


def _away(*_: object) -> None:
    raise OperationalError("the database is away") from AdminShutdown()


def test_no_page_is_forgotten() -> None:
    """Every route is looked at, or is no page; and what is listed as none is none of those that are looked at.

    That `NO_PAGES` show none is seen on the walk.
    """
    names = {route.name for route in routes()}
    assert {*NO_PAGES, *FILES, *ANONYMOUS, *ASKED} <= names
    walked = {route.name for several in _walks().values() for route in several}
    seen = {state.route for state in STATES if not state.route.startswith("/")}
    assert seen <= names
    assert walked | seen | NO_PAGES.keys() == names
    assert not NO_PAGES.keys() & (walked | seen)
    unnamed = [one for one in get_resolver().url_patterns if getattr(one, "name", "") is None]
    assert {one.callback for one in unnamed if hasattr(one, "callback")} == {health, receive_payment_event}


def _walks() -> dict[str, list[Route]]:
    """Who looks at what: nobody yet, the owner, the administrator of a customer. The rest needs more than to look."""
    seen, owners = {one.route for one in STATES}, {one.route for one in STATES if one.who == "owner"}
    leading_on = {one.route for one in STATES if one.onto and one.sent is None and not (one.asked or one.instead)}
    alone = [route for route in routes() if route.name not in NO_PAGES.keys() | leading_on]
    needs_more = seen - owners - ANONYMOUS
    shown = [route for route in alone if route.area != "sign_in" or route.name not in needs_more]
    return {
        "nobody": [route for route in shown if route.name in ANONYMOUS],
        "owner": [route for route in shown if route.name not in ANONYMOUS and route.area != "tenant"],
        "administrator": [route for route in shown if route.area == "tenant"],
    }


def _look(watched: Watched, route: Route, shown: Things) -> None:
    where = address(route, shown)
    if where is None:
        watched.mind(route.name, "the world has nothing to show there")
    elif route.name in FILES:
        watched.fetch(where)
    else:
        watched.look_at(where + ASKED.get(route.name, "").format_map(shown))


def _get_there(watched: Watched, state: State, shown: Things) -> None:
    named = {**shown, **{kind: shown[other] for kind, other in state.instead.items()}}
    where = state.route
    if not where.startswith("/"):
        (route,) = (one for one in routes() if one.name == state.route)
        where = address(route, named) or ""
    where, onto = where + state.asked.format_map(named), state.onto.format_map(named)
    if state.sent is None:
        watched.look_at(where, status=state.status, onto=onto)
    else:
        told = {name.format_map(named): value.format_map(named) for name, value in state.sent.items()}
        watched.send(where, told, status=state.status, onto=onto)


def _watched(
    browser: Browser, live_server: LiveServer, world: Portal, language: str, sights: Iterable[Sight], person: Client
) -> Watched:
    context = _context(browser, language)
    if session := person.cookies.get(settings.SESSION_COOKIE_NAME):
        context.add_cookies([{"name": session.key, "value": session.value, "url": live_server.url}])
    return Watched(context, live_server.url, language, theirs=said_by_people(world), sights=tuple(sights))


def _context(browser: Browser, language: str) -> BrowserContext:
    return browser.new_context(locale="es-ES" if language == "es" else "en-US", reduced_motion="reduce")
