"""Whatever is sent to whichever route: an answer that is meant, never an error of ours."""

from __future__ import annotations

import re
from itertools import product
from typing import Any, Final

import pytest
from django.test import Client

from pleamar.models import Account, BillingRecipient, Installation, Member, Partner, User
from tests.entrypoints.portal.addresses import Route, Things, address, routes
from tests.entrypoints.portal.asking import all_forms, asked, body, is_page, names_read, ours, pages
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.world import administrators_browser, built, things

_MAIL: Final = "portal:sandbox_letter"  # the HTML of a mail, in a frame of portal:sandbox_mail
_SCRIPT: Final = "<script>alert(1)</script>{{7*7}}"
RUBBISH: Final = {
    "nothing": "",
    "nul": "a\x00b",
    "long": "x" * 10_000,
    "path": "../../etc/passwd",
    "huge": "9" * 400,
    "below zero": "-1",
    "no date": "2026-02-31",
    "first date": "0001-01-01",
    "last date": "9999-12-31",
    "no month": "2026-13",
    "quotes": "' OR 1=1 --",
    "script": _SCRIPT,
    "spaces": " \t\n ",
    "emoji": "😀",
    "right to left": "\u202eabc",
    "somebody's": "acc_00000000000000000000000000",
    "json": '{"a": [1]}',
}
# Every kind is tried in the slow suite; these are the ones that break the most different things.
_ROUGHEST: Final = ("nul", "huge", "last date", "somebody's")
# What only shows where nothing else is wrong.
_ALONE: Final = ("nothing", "nul", "long", "below zero", "no date", "first date", "last date", "no month", "somebody's")


_in_two_suites = pytest.mark.parametrize(
    "kinds",
    [_ROUGHEST, pytest.param([kind for kind in RUBBISH if kind not in _ROUGHEST], marks=pytest.mark.slow)],
    ids=["roughest", "others"],
)


@pytest.fixture
def world(installation: Installation) -> Portal:
    return built()


@_in_two_suites
def test_rubbish_in_addresses_is_no_error(world: Portal, kinds: list[str]) -> None:
    """In every name that a page reads, at once."""
    browser, wrong = world.browser(), []
    for where, names in _read_by_pages(browser, things(world)).items():
        sent = {kind: dict.fromkeys(names, RUBBISH[kind]) for kind in kinds if names}
        answers = {kind: asked(browser, "GET", where, told).status_code for kind, told in sent.items()}
        wrong += [f"{where} with {kind}" for kind, status in answers.items() if status >= 500]
        bare = "?%ed%a0%80=%ed%a0%80&page=1&page=%ed%a0%80&q=%ff&customer=&customer=&&==&search"
        if asked(browser, "GET", f"{where}{bare}").status_code >= 500:
            wrong.append(f"{where}{bare}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_each_rubbish_by_itself_is_no_error(world: Portal) -> None:
    browser, wrong = world.browser(), []
    for where, names in _read_by_pages(browser, things(world)).items():
        for name, kind in product(names, _ALONE):
            if asked(browser, "GET", where, {name: RUBBISH[kind]}).status_code >= 500:
                wrong.append(f"{where}?{name}={kind}")
    assert not wrong, "\n".join(wrong)


def _read_by_pages(browser: Client, own: Things) -> dict[str, set[str]]:
    """Every address → the names that are looked for in its query, also those that others lead to."""
    found = {}
    for route in ours():
        where = address(route, own) or "/"
        with names_read() as first:
            asked(browser, "GET", where)
        with names_read() as names:
            if first:
                asked(browser, "GET", where, dict.fromkeys(first, "deactivate"))
        found[where] = first | names
    assert found["/users"] >= {"search", "customer", "state", "domain", "after"}
    return found


def test_rubbish_in_the_place_of_ids_is_not_found(world: Portal) -> None:
    own, browser, wrong = things(world), world.browser(), []
    for route in ours():
        for argument in route.arguments:
            good = address(route, own) or ""
            for kind in ("long", "huge", "path", "quotes", "emoji", "somebody's", "first date", "no date"):
                value = RUBBISH[kind].replace("/", "-")
                thing = next(told for told in own.values() if told in good)
                answer = asked(browser, "GET", good.replace(thing, value))
                if answer.status_code not in (404, 405):
                    wrong.append(f"{route.name} {argument}={kind}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@_in_two_suites
def test_rubbish_in_forms_is_no_error(world: Portal, kinds: list[str]) -> None:
    """One kind after the other, in every field but the ones that say what is wanted."""
    browser, wrong = world.browser(), []
    for form in (one for one in all_forms(browser, things(world)) if one.method == "post"):
        for kind in kinds:
            data = {
                name: told if name in ("act", "csrfmiddlewaretoken") else [RUBBISH[kind]]
                for name, told in form.data().items()
            }
            answer = asked(browser, form.method, form.action, data)
            if answer.status_code >= 500:
                wrong.append(f"{form.method} {form.action} {[*data]} with {kind}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_nothing_is_sent_without_the_token(world: Portal) -> None:
    own, browser, wrong = things(world), Client(enforce_csrf_checks=True), []
    browser.cookies = world.browser().cookies
    for route in ours():
        answer = asked(browser, "POST", address(route, own) or "/")
        if answer.status_code != 403 or "This form is out of date" not in body(answer):
            wrong.append(f"{route.name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_heads_are_like_pages_and_unsafe_methods_are_refused(world: Portal) -> None:
    own, browser, wrong = things(world), world.browser(), []
    for route in ours():
        where = address(route, own) or "/"
        page, head = asked(browser, "GET", where), asked(browser, "HEAD", where)
        if page.status_code != head.status_code or (not head.streaming and head.content):
            wrong.append(f"HEAD {where}: {head.status_code}, GET {page.status_code}")
        unsafe = {method: asked(browser, method, where).status_code for method in ("PUT", "PATCH", "DELETE")}
        wrong += [f"{method} {where}: {status}" for method, status in unsafe.items() if status != 405]
    assert not wrong, "\n".join(wrong)


def test_pages_are_closed_to_everything_from_elsewhere(world: Portal) -> None:
    own, wrong = things(world), []
    signing_in = [route for route in routes() if route.area == "sign_in" and not route.arguments]
    for client, walked in ((world.browser(), [*ours(), *signing_in]), (Client(), signing_in)):
        for route in walked:
            answer = asked(client, "GET", address(route, own) or "/")
            if is_page(answer) and route.name != _MAIL and (doors := _open_doors(answer)):
                wrong.append(f"{route.name}: {doors}")
    assert not wrong, "\n".join(wrong)


def test_a_mail_brings_its_own_styles_runs_nothing_and_is_framed_by_us_alone(world: Portal) -> None:
    answer = asked(world.browser(), "GET", address(Route(_MAIL, ("mail",)), things(world)) or "/")
    assert is_page(answer)
    assert _open_doors(answer) == ["policy", "framed"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Content-Security-Policy"].split("; ") == [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def _open_doors(answer: Any) -> list[str]:
    policy = answer.get("Content-Security-Policy", "")
    closed = "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    told = {
        "policy": closed and "unsafe" not in policy,
        "sniffed": answer.get("X-Content-Type-Options") == "nosniff",
        "framed": answer.get("X-Frame-Options") == "DENY",
        "kept": "no-store" in answer.get("Cache-Control", ""),
        "referred": answer.get("Referrer-Policy") == "same-origin",
    }
    return [fault for fault, is_right in told.items() if not is_right]


def test_names_are_only_names(world: Portal) -> None:
    """Everything that somebody can name is called a script."""
    Account.unscoped.filter(pk=world.contoso.pk).update(name=_SCRIPT)
    Partner.unscoped.filter(pk=world.northwind.pk).update(
        name=f"{_SCRIPT} Ltd", manager_name=_SCRIPT, manager_contact=_SCRIPT, legal_name=_SCRIPT
    )
    Member.unscoped.filter(account=world.contoso).update(display_name=_SCRIPT)
    User.objects.update(name=_SCRIPT)
    BillingRecipient.unscoped.update(name=_SCRIPT)
    clients = (world.browser(), administrators_browser(world, world.contoso))
    said = {where: page for client in clients for where, page in pages(client, things(world)).items()}
    assert [where for where, page in said.items() if "<script>alert" in page] == []
    shown = [where for where, page in said.items() if "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page]
    assert {"/usage", "/customers", "/calculator", "/team"} <= {*shown}


@pytest.mark.parametrize("role", ["technician", "viewer"])
def test_who_sees_no_prices_sees_none_anywhere(world: Portal, role: Any) -> None:
    own, browser, wrong = things(world), world.browser(role), []
    for route in ours():
        where = address(route, own) or "/"
        answer = asked(browser, "GET", where)
        said = re.sub(r"<svg.*?</svg>", "", body(answer), flags=re.DOTALL)
        found = re.search(r"[$€]\s?\d|\d\s?(?:US\$|€)|\b(?:USD|EUR)\b", said)
        if answer.status_code >= 500 or found:
            wrong.append(f"{where}: {answer.status_code} {found and found[0]}")
    assert not wrong, "\n".join(wrong)
