"""Every page there is, in Chromium: accessible, quiet, from here alone, in its language, and never too wide."""

from __future__ import annotations

from itertools import product
from typing import Final, Literal, NamedTuple, TypeAlias

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import ANONYMOUS, ASKED, FILES, NO_PAGES
from tests.browser.watched import Watched
from tests.entrypoints.portal.addresses import Route, Things, address, routes
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.world import administrators_browser, said_by_people, things

Theme: TypeAlias = Literal["light", "dark"]


class Look(NamedTuple):
    """How the pages are looked at."""

    language: str
    theme: Theme
    width: int

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


_FAST: Final = (Look("en", "light", 1280), Look("es", "dark", 390))
_THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
_ALL: Final = tuple(Look(*one) for one in product(("en", "es"), _THEMES, (1280, 390)))
_SLOW: Final = tuple(pytest.param(look, marks=pytest.mark.slow) for look in _ALL if look not in _FAST)


@pytest.mark.parametrize("look", [*_FAST, *_SLOW], ids=str)
def test_every_page(browser: Browser, live_server: LiveServer, world: Portal, look: Look) -> None:
    found: list[str] = []
    shown = things(world)
    for who, walked in _walks().items():
        context = _context(browser, look)
        if who != "nobody":
            _sign_in(context, live_server, world, who)
        watched = Watched(context, live_server.url, look.language, theirs=said_by_people(world))
        for route in walked:
            _look(watched, route, shown)
        found += watched.found
        context.close()
    assert not found, "\n".join(found)


def test_what_is_no_page_is_still_there() -> None:
    """Else the list hides a page that took over the name."""
    assert {*NO_PAGES, *FILES, *ANONYMOUS, *ASKED} <= {route.name for route in routes()}


def _walks() -> dict[str, list[Route]]:
    """Who looks at what: nobody yet, the owner, the administrator of a customer."""
    shown = [route for route in routes() if route.name not in NO_PAGES]
    return {
        "nobody": [route for route in shown if route.name in ANONYMOUS],
        "owner": [route for route in shown if route.name not in ANONYMOUS and route.area != "tenant"],
        "administrator": [route for route in shown if route.area == "tenant"],
    }


def _look(watched: Watched, route: Route, shown: Things) -> None:
    where = address(route, shown)
    if where is None:
        watched.found.append(f"{route.name}: the world has nothing to show there")
    elif route.name in FILES:
        watched.fetch(where)
    else:
        watched.look_at(where + ASKED.get(route.name, "").format_map(shown))


def _context(browser: Browser, look: Look) -> BrowserContext:
    return browser.new_context(
        viewport={"width": look.width, "height": 900},
        color_scheme=look.theme,
        locale="es-ES" if look.language == "es" else "en-US",
    )


def _sign_in(context: BrowserContext, live_server: LiveServer, world: Portal, who: str) -> None:
    client = world.browser() if who == "owner" else administrators_browser(world, world.contoso)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
