"""What browsers are told about every page: nothing from elsewhere, nothing inline, in no frame of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from pleamar.models import Invoice
from pleamar.wiring.links import invitation_link, payment_path
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.paying import entered, owing

STRIPE: Final = "https://checkout.stripe.com"
POLICY: Final = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'", "data:"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "form-action": {"'self'", STRIPE},
    "base-uri": {"'none'"},
    "frame-ancestors": {"'none'"},
}
CONFIRMING: Final = {**POLICY, "form-action": POLICY["form-action"] | {"https:"}}
# Programs ask for these; they are no pages.
_PROGRAMS: Final = ("healthz", "webhooks/")


def policy(answer: Any) -> dict[str, set[str]]:
    told = [part.split() for part in answer.headers["Content-Security-Policy"].split(";") if part.strip()]
    assert len(told) == len({directive for directive, *_ in told}), "a second one of a name would count for nothing"
    return {directive: set(sources) for directive, *sources in told}


def plain_routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Every address that needs nothing put into it."""
    for one in patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from plain_routes(one.url_patterns, here)
        elif not re.search(r"[<^(]", here) and not here.startswith(_PROGRAMS):
            yield f"/{here}"


ROUTES: Final = sorted(plain_routes(get_resolver().url_patterns))


def assert_safe(answer: Any, wanted: dict[str, set[str]] = POLICY) -> None:
    assert policy(answer) == wanted
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def assert_nothing_inline(page: str) -> None:
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    for tag in re.findall(r"<script[^>]*>", page):
        assert 'src="/static/' in tag or 'type="application/json"' in tag, tag
    for address in re.findall(r'<(?:script|link|img|iframe|form)[^>]*\s(?:src|href|action)="([^"]*)"', page):
        assert address.startswith(("/", "#", "?", "data:")), address


def test_there_are_many_of_them() -> None:
    assert {"/usage", "/payment", "/team", "/sign-in/login/", "/security", "/account", "/card-saved"} <= set(ROUTES)
    assert len(ROUTES) > 40


@pytest.mark.parametrize("who", ["owner", "viewer", "nobody"])
def test_every_page_is_told_so(portal: Portal, who: str) -> None:
    browser = Client() if who == "nobody" else portal.browser("owner" if who == "owner" else "viewer")
    for path in ROUTES:
        if path == "/sign-in/logout/":
            continue
        answer = browser.get(path)
        assert answer.status_code < 500, path
        assert_safe(answer)
        if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
            assert_nothing_inline(answer.content.decode())


def test_so_are_pages_of_one_thing_and_pages_for_errors(portal: Portal) -> None:
    browser, customer = portal.browser(), portal.contoso.public_id
    token = str(invitation_link("ivt_x", {})).rpartition("/")[2]
    paths = [f"/customers/{customer}{rest}" for rest in ("", "/import", "/deny-list", "/limit", "/suspend", "/close")]
    for path in (*paths, f"/invitation/{token}", "/nowhere", "/customers/acc_x", "/sign-in/password/reset/key/1-x/"):
        answer = browser.get(path)
        assert_safe(answer)
        assert_nothing_inline(answer.content.decode())
    refused = Client(enforce_csrf_checks=True).post("/usage", {})
    assert refused.status_code == 403
    assert_safe(refused)
    assert_safe(portal.browser("viewer").get("/payment"))


def test_only_the_page_that_leads_to_a_bank_may_send_its_form_anywhere(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PLEAMAR_STRIPE_KEY", "PLEAMAR_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    owing(portal)
    browser = portal.browser()
    entered(browser)
    charge = Invoice.unscoped.get(partner=portal.northwind).partner.charges.get().public_id
    answer = Client().get(payment_path(charge))
    assert answer.status_code == 200
    assert_safe(answer, CONFIRMING)
    assert_nothing_inline(answer.content.decode())
    assert_safe(Client().get(payment_path("chg_x")))
    assert_safe(browser.get("/payment"))
