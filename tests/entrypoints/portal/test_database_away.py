"""While the database is away, people get a page that says so and programs a problem: never an error of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import Client

from tests.entrypoints.portal.conftest import Portal

ADDRESSES = ("/usage", "/sign-in/login/", "/nowhere", "/brand.css", "/account")


@contextmanager
def failing(error: type[DatabaseError]) -> Iterator[None]:
    """Every statement fails like this."""

    def away(*_: Any) -> None:
        raise error("server closed the connection unexpectedly")

    with connection.execute_wrapper(away):
        yield


def browser(portal: Portal, language: str = "en") -> Client:
    """The owner's, in which an error is answered."""
    client = portal.browser()
    client.raise_request_exception = False
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    return client


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("path", ADDRESSES)
def test_people_get_a_page_that_says_when_to_try_again(portal: Portal, path: str, error: type[DatabaseError]) -> None:
    client = browser(portal)
    with failing(error):
        answer = client.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.headers["Content-Type"].startswith("text/html")
    page = answer.content.decode()
    assert "We cannot reach our data just now. Nothing was half-done. Try again in a minute." in page
    assert "unexpectedly" not in page


def test_it_says_so_in_spanish(portal: Portal) -> None:
    client = browser(portal, "es")
    with failing(OperationalError):
        page = client.get("/usage").content.decode()
    assert '<html lang="es">' in page
    assert "Ahora mismo no podemos acceder a nuestros datos." in page


def test_a_form_is_answered_so_too(portal: Portal) -> None:
    client = browser(portal)
    with failing(OperationalError):
        answer = client.post("/annual-quote", {"customer": "Saltmarsh Hospital", "users": "640"})
    assert answer.status_code == 503
    assert "Nothing was half-done." in answer.content.decode()


def test_programs_get_a_problem(portal: Portal) -> None:
    client = browser(portal)
    with failing(OperationalError):
        answer = client.get("/usage", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content) == {"status": 503, "title": "the database does not answer; send it again later"}


def test_a_statement_that_is_wrong_stays_an_error_of_ours(portal: Portal) -> None:
    client = browser(portal)
    with failing(DatabaseError):
        answer = client.get("/usage")
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers
