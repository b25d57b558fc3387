"""What stands in the log of a web server: never an address that lets its reader in."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from pleamar.models import Installation
from pleamar.wiring.log_lines import LogLine, log_handler

SECRET = "ZmlzaA:1abc-DEF_9"
# The names that parameters of routes have where they are secret; `uidb36` stands before one, in the same segment.
LET_IN = {"token", "key"}
QUOTED = ["{}", "http://localhost:8000{}", "https://x.example/sign-in/login/?next={}", "“{}” is no address", "('{}',)"]


def said(message: str, *arguments: object, name: str = "django.request", level: int = logging.ERROR) -> str:
    """The line for that record."""
    return LogLine().format(logging.LogRecord(name, level, __file__, 1, message, arguments, None))


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every address as it is written down, with the names of its parameters."""
    for one in patterns:
        here = before + str(one.pattern).removeprefix("^")
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, here)
        else:
            yield here, set(one.pattern.regex.groupindex)


SECRET_ROUTES = sorted(
    route.partition("<str:")[0].partition("(?P")[0]
    for route, names in routes(get_resolver().url_patterns)
    if names & LET_IN
)


def test_these_addresses_let_somebody_in() -> None:
    assert SECRET_ROUTES == ["confirm-payment/", "invitation/", "sign-in/password/reset/key/"]


@pytest.mark.parametrize("quoted", QUOTED)
@pytest.mark.parametrize("route", SECRET_ROUTES)
def test_what_follows_such_an_address_is_not_said(route: str, quoted: str) -> None:
    line = said("Internal Server Error: %s", quoted.format(f"/{route}{SECRET}/"))
    assert SECRET not in line
    assert f"/{route}…" in line
    assert json.loads(line)["level"] == "error"


@pytest.mark.parametrize(
    "address",
    [
        f"/sign-in/login/?next=%2Finvitation%2F{SECRET}",
        f"/Invitation/{SECRET}",
        f"/invitation//{SECRET}",
        f"/sign-in/oidc/x/login/callback/?code={SECRET}&state={SECRET}",
    ],
)
def test_nor_where_it_was_written_otherwise(address: str) -> None:
    assert SECRET not in said("Forbidden (Referer checking failed - %s does not match): %s", address, "/usage")


def test_an_exception_that_quotes_one_does_not_tell_it_either() -> None:
    error = ValueError(f"no answer from /invitation/{SECRET}")
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, (ValueError, error, None))
    line = json.loads(LogLine().format(record))
    assert line["because"] == "no answer from /invitation/…"


def test_facts_and_other_addresses_stand_as_they_are() -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "paid /customers/acc_1?page=2", None, None)
    record.facts = {"charge": "chg_1", "page": f"/confirm-payment/{SECRET}?back"}
    line = json.loads(LogLine().format(record))
    assert (line["says"], line["charge"]) == ("paid /customers/acc_1?page=2", "chg_1")
    assert line["page"] == "/confirm-payment/…?back"


@pytest.fixture
def served(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """As in a process that serves: Django's loggers have levels of their own by then, so that ours is asked for all."""
    assert logging.getLogger("django.request").getEffectiveLevel() <= logging.WARNING
    log = StringIO()
    monkeypatch.setattr("sys.stderr", log)
    handler = log_handler()
    logging.getLogger().addHandler(handler)
    yield log
    logging.getLogger().removeHandler(handler)


def test_refused_requests_are_not_logged_but_those_that_fail_are(
    served: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client(raise_request_exception=False)
    assert browser.get(f"/invitation/{SECRET}").status_code == 404
    assert "Not Found" not in served.getvalue()

    def broken(token: str) -> None:
        raise RuntimeError(f"cannot read {token[:2]}")

    monkeypatch.setattr("pleamar.entrypoints.sign_in.invitation_page.invitation_of", broken)
    assert browser.get(f"/invitation/{SECRET}").status_code == 500
    told = served.getvalue()
    assert "/invitation/…" in told
    assert "cannot read Zm" in told
    assert SECRET not in told


def test_a_form_of_another_site_is_logged_without_the_address(served: StringIO) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(f"/invitation/{SECRET}", headers={"Origin": "http://evil.example"}).status_code == 403
    told = served.getvalue()
    assert "/invitation/…" in told
    assert SECRET not in told


def test_browsers_tell_no_other_site_where_they_come_from(installation: Installation) -> None:
    for path in (f"/invitation/{SECRET}", f"/sign-in/password/reset/key/1-{SECRET}/", f"/confirm-payment/{SECRET}"):
        assert Client().get(path).headers["Referrer-Policy"] == "same-origin"
