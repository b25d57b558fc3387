"""Passkeys in a real browser, with a key of Chromium's own making."""

from __future__ import annotations

from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.entrypoints.portal.conftest import PASSWORD, Portal

_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def _sign_in(page: Page, site: str, email: str) -> None:
    page.goto(f"{site}/sign-in/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has(input[name=password]) button")


def _sign_out(page: Page, site: str) -> None:
    page.goto(f"{site}/sign-in/logout/")
    page.click("main button")
    page.wait_for_url("**/sign-in/login/")


def test_a_passkey_is_added_and_signs_in(browser: Browser, live_server: LiveServer, world: Portal) -> None:
    site = live_server.url
    context = browser.new_context()
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    key = devices.send("WebAuthn.addVirtualAuthenticator", {"options": _KEY})["authenticatorId"]
    email = world.user("technician").email
    _sign_in(page, site, email)
    page.goto(f"{site}/sign-in/2fa/webauthn/add/")
    page.fill("#id_name", "Laptop")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/recovery-codes/")
    _sign_out(page, site)

    page.goto(f"{site}/sign-in/login/?next=/help")
    page.click("#passkey_login")
    page.wait_for_url(f"{site}/help")
    _sign_out(page, site)

    _sign_in(page, site, email)
    page.wait_for_url("**/sign-in/2fa/authenticate/")
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url(f"{site}/usage")
    _sign_out(page, site)

    devices.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.click("#passkey_login")
    page.wait_for_selector("[data-passkey-failed]:not([hidden])")
    context.close()
