"""While the database is away, people get a page that says so and programs a problem: never an error of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import DatabaseError, OperationalError, connection
from django.db.models import Model
from django.test import Client
from psycopg import errors

from pleamar.models import AuditEvent, QuoteRequest
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.test_page_policy import assert_safe

QUOTE: Final = {"customer": "Saltmarsh Hospital", "users": "640", "message": "They want three years."}
AWAY: Final = "We cannot reach our data just now. Try again in a minute."
LOOK_FIRST: Final = "What you sent may have been done already: look before you send it again."


@contextmanager
def failing(what: str, *, by: type[psycopg.Error] = errors.AdminShutdown) -> Iterator[None]:
    """Every statement with this in it fails like that."""
    kind = OperationalError if issubclass(by, psycopg.OperationalError) else DatabaseError

    def run(execute: Any, statement: str, *rest: Any) -> Any:
        if what in statement:
            raise kind("of the database") from by()
        return execute(statement, *rest)

    with connection.execute_wrapper(run):
        yield


def to(kind: type[Model], verb: str = "") -> str:
    """What is in every statement about these."""
    return f'{verb}"{kind._meta.db_table}"'


def answering(client: Client, language: str = "en") -> Client:
    """In which an error is answered."""
    client.raise_request_exception = False
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    return client


def assert_says(answer: Any, *texts: str, status: int = 503) -> None:
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert ("Retry-After" in answer.headers) == (status == 503)
    page = answer.content.decode()
    for text in texts:
        assert text in page
    assert "of the database" not in page
    assert_safe(answer)


@pytest.mark.parametrize("path", ["/sign-in/login/", "/nowhere", "/brand.css", "/invitation/x"])
@pytest.mark.django_db(transaction=True)
def test_there_is_no_database_at_all(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        connection.close()
        patch.setitem(connection.settings_dict, "HOST", "/nowhere")
        answer = answering(Client()).get(path)
    assert_says(answer, AWAY)
    assert answer.headers["Retry-After"] == "30"


@pytest.mark.parametrize("what", [Session, QuoteRequest])
def test_it_goes_away_before_or_while_a_page_is_made(portal: Portal, what: type[Model]) -> None:
    client = answering(portal.browser())
    with failing(to(what)):
        assert_says(client.get("/annual-quote"), AWAY)


def test_it_says_so_in_spanish(portal: Portal) -> None:
    client = answering(portal.browser(), "es")
    with failing(to(Session)):
        answer = client.get("/usage")
    assert_says(answer, '<html lang="es">', "Ahora mismo no podemos acceder a nuestros datos.")


def test_a_form_that_was_not_taken(portal: Portal) -> None:
    client = answering(portal.browser())
    with failing(to(QuoteRequest, "INSERT INTO ")):
        answer = client.post("/annual-quote", QUOTE)
    assert_says(answer, LOOK_FIRST)
    assert not QuoteRequest.unscoped.exists()


def test_a_form_that_was_taken_before_it_went_away(portal: Portal) -> None:
    """Who is told to send it again at once would do it twice."""
    client = answering(portal.browser())
    with failing(to(Session, "UPDATE ")):
        answer = client.post("/annual-quote", QUOTE)
    assert QuoteRequest.unscoped.get().customer == "Saltmarsh Hospital"
    assert_says(answer, LOOK_FIRST)


def test_a_form_whose_session_was_ended_meanwhile(portal: Portal) -> None:
    """Nothing is away then, but what was sent is done all the same."""
    client = answering(portal.browser())

    def ended(execute: Any, statement: str, *rest: Any) -> Any:
        if to(Session, "UPDATE ") in statement:
            Session.objects.all().delete()
        return execute(statement, *rest)

    with connection.execute_wrapper(ended):
        answer = client.post("/annual-quote", QUOTE)
    assert QuoteRequest.unscoped.exists()
    assert_says(answer, "You are signed out", "Your session ended meanwhile. Sign in again.", LOOK_FIRST, status=400)


def test_sessions_do_not_end_when_it_cannot_be_written_down(portal: Portal) -> None:
    client, other = answering(portal.browser()), portal.browser()
    other.get("/usage")
    client.get("/usage")
    assert UserSession.objects.count() == 2
    with failing(to(AuditEvent, "INSERT INTO ")):
        assert client.post("/security", {"act": "end_others"}).status_code == 503
    assert UserSession.objects.count() == 2
    assert other.get("/usage").status_code == 200


def test_programs_get_a_problem(portal: Portal) -> None:
    client = answering(portal.browser())
    with failing(to(Session)):
        answer = client.get("/usage", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content) == {"status": 503, "title": "the database does not answer; send it again later"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.DeadlockDetected, 503),
        (errors.TooManyConnections, 503),
        (errors.LockNotAvailable, 503),
        (errors.QueryCanceled, 503),
        (errors.InvalidPassword, 500),
        (errors.StatementTooComplex, 500),
        (errors.UndefinedTable, 500),
        (psycopg.InterfaceError, 500),
    ],
)
def test_only_what_passes_by_itself_is_called_so(portal: Portal, error: type[psycopg.Error], status: int) -> None:
    client = answering(portal.browser())
    with failing(to(QuoteRequest), by=error):
        answer = client.get("/annual-quote")
    said = AWAY if status == 503 else "Try again in a minute. If it stays like this, tell whoever runs this site"
    assert_says(answer, said, status=status)
