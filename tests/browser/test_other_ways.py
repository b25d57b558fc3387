"""The portal without JavaScript, by keyboard alone, and for somebody whose session ended while they typed."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from pleamar.models import Account, Member, QuoteRequest
from tests.browser.cast import cast
from tests.entrypoints.portal.conftest import PASSWORD, Portal
from tests.entrypoints.portal.world import things


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of its own."""
    with browser.new_context(locale="en-US") as context:
        yield context


def test_what_matters_works_without_javascript(browser: Browser, live_server: LiveServer, world: Portal) -> None:
    with browser.new_context(java_script_enabled=False, locale="en-US") as context:
        page = context.new_page()
        _signs_in(page, live_server.url, world)
        _filters_users_and_makes_one_inactive(page, live_server.url)
        _activates_a_customer(page, live_server.url, things(world)["trial"])
        _moves_the_clock_and_signs_out(page)


def _signs_in(page: Page, site: str, world: Portal) -> None:
    page.goto(f"{site}/users")
    _gives_the_password(page, world)
    page.wait_for_url(f"{site}/users")


def _filters_users_and_makes_one_inactive(page: Page, site: str) -> None:
    page.get_by_label("Search by e-mail or name").fill("user00007@contoso")
    page.get_by_role("button", name="Show").click()
    rows = page.locator("#people tbody tr")
    expect(rows).to_have_count(1)
    page.get_by_label("user00007@contoso-dental.example").check()
    page.get_by_role("button", name="Make inactive").click()
    expect(page.get_by_role("main")).to_contain_text("It lowers the count at once.")
    page.get_by_role("main").locator("form button.main, form button.danger").click()
    page.wait_for_url(f"{site}/users?**")
    expect(page.locator("#people tbody tr")).to_contain_text("Inactive")
    assert not Member.unscoped.get(email="user00007@contoso-dental.example").active


def _activates_a_customer(page: Page, site: str, trial: str) -> None:
    page.goto(f"{site}/customers/activate?customer={trial}")
    now = page.locator("label.option").first
    now.locator("input[type=radio]").check()
    page.fill("input[name=typed]", now.locator("kbd").inner_text())
    page.get_by_role("button", name="Activate Orchard Bank").click()
    page.wait_for_url(f"{site}/customers/{trial}")
    assert Account.unscoped.get(name="Orchard Bank").state == "live"


def _moves_the_clock_and_signs_out(page: Page) -> None:
    page.get_by_role("button", name="+1 day").click()
    expect(page.get_by_role("main")).to_contain_text("It is now 21 Jan 2026")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url("**/sign-in/login/")


def test_by_keyboard_alone(context: BrowserContext, live_server: LiveServer, world: Portal) -> None:
    page = _signed_in(context, live_server, world)
    page.goto(f"{live_server.url}/usage")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()

    page.reload()
    _tabs_to(page, "Customers")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/customers")
    _tabs_to(page, "Open a customer")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/customers/new")

    _tabs_to(page, "name")
    page.keyboard.type("Harbor Clinic")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Harbor Clinic")


def test_nothing_is_lost_when_the_session_has_ended(
    context: BrowserContext, live_server: LiveServer, world: Portal
) -> None:
    page = context.new_page()
    page.goto(f"{live_server.url}/annual-quote")
    _gives_the_password(page, world)
    page.get_by_label("Customer").fill("Saltmarsh Hospital")
    page.get_by_label("Users").fill("640")
    page.locator("textarea").fill("They want three years.\nAnd a start in May.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Ask for a quote").click()

    expect(page.get_by_role("main")).to_contain_text("What you sent is kept")
    _gives_the_password(page, world)
    for typed in ("Saltmarsh Hospital", "640", "They want three years."):
        expect(page.get_by_role("main")).to_contain_text(typed)
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url(f"{live_server.url}/annual-quote")
    asked = QuoteRequest.unscoped.latest("pk")
    assert (asked.customer, asked.members) == ("Saltmarsh Hospital", 640)
    assert asked.message.splitlines() == ["They want three years.", "And a start in May."]


def test_what_looks_again_by_itself_goes_on_looking_while_the_server_is_away(
    context: BrowserContext, live_server: LiveServer, world: Portal
) -> None:
    page, file = _signed_in(context, live_server, world), cast(world)["waiting file"]
    looks: list[bool] = []
    moments: list[float] = []

    def away_at_first(route: Route) -> None:
        looks.append(route.request.is_navigation_request())
        moments.append(monotonic())
        if len(looks) == 1:
            route.fulfill(status=503, headers={"Retry-After": "5"}, body="away")
        else:
            route.continue_()

    page.goto(f"{live_server.url}{reverse('portal:users_file', args=[world.contoso.public_id, file])}")
    page.route(page.url, away_at_first)
    with page.expect_response(lambda answer: answer.url == page.url and answer.ok and len(looks) > 1):
        pass
    page.unroute_all(behavior="ignoreErrors")
    assert not any(looks), "the page was loaded anew"
    assert moments[1] - moments[0] > 4, "it did not wait for as long as it was told to"
    expect(page.locator("#progress")).to_be_visible()


def _gives_the_password(page: Page, world: Portal) -> None:
    page.fill("input[name=login]", world.user().email)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _signed_in(context: BrowserContext, live_server: LiveServer, world: Portal) -> Page:
    session = world.browser().cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    return context.new_page()


def _tabs_to(page: Page, name: str) -> None:
    """Until it has the focus, which must be seen: a link by its text, a field by its name."""
    for _ in range(60):
        page.keyboard.press("Tab")
        told = page.evaluate("[document.activeElement.innerText?.trim(), document.activeElement.name]")
        if name in told:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    pytest.fail(f"the keyboard does not reach {name}")
