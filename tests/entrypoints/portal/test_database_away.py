"""While the database is away, people get a page that says so and programs a problem: never an error of ours."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from socket import SHUT_RDWR, socket
from typing import Any, Final

import django.db
import psycopg
import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Model
from django.test import Client
from psycopg import errors

from pleamar.models import AuditEvent, QuoteRequest
from tests.entrypoints.portal.conftest import Portal
from tests.entrypoints.portal.test_page_policy import assert_safe

QUOTE: Final = {"customer": "Saltmarsh Hospital", "users": "640", "message": "They want three years."}
AGAIN: Final = "Try again in a minute. If it stays like this, tell whoever runs this site"
AWAY: Final = f"We cannot reach our data just now. {AGAIN}"
LOOK_FIRST: Final = "What you sent may have been done already: look before you send it again."


@contextmanager
def failing(what: str, *, by: type[psycopg.Error] = errors.AdminShutdown) -> Iterator[None]:
    """Every statement with this in it fails like that."""
    kind = next(found for name in by.__mro__ if (found := getattr(django.db, name.__name__, None)))

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
@pytest.mark.parametrize(("what", "wrong"), [("HOST", "/nowhere"), ("NAME", "none_of_that_name"), ("USER", "nobody")])
@pytest.mark.django_db(transaction=True)
def test_there_is_no_connection_to_be_had(path: str, what: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        connection.close()
        patch.setitem(connection.settings_dict, what, wrong)
        answer = answering(Client()).get(path)
    assert_says(answer, AWAY)
    assert answer.headers["Retry-After"] == "30"


@pytest.mark.django_db(transaction=True)
def test_the_connection_breaks_under_a_statement() -> None:
    """Then nobody is left to give a code."""

    def run(execute: Any, statement: str, *rest: Any) -> Any:
        with socket(fileno=os.dup(connection.connection.fileno())) as line:
            line.shutdown(SHUT_RDWR)
        return execute(statement, *rest)

    with connection.execute_wrapper(run):
        answer = answering(Client()).get("/sign-in/login/")
    connection.close()  # as every new request would: the test's client keeps it
    assert_says(answer, AWAY)


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


def test_a_session_that_may_not_be_written_is_not_called_ended(portal: Portal) -> None:
    client = answering(portal.browser())
    with failing(to(Session, "UPDATE "), by=errors.InsufficientPrivilege):
        answer = client.post("/annual-quote", QUOTE)
    assert_says(answer, "Something went wrong", LOOK_FIRST, status=500)


@contextmanager
def counting(*, failing_at: int = 0) -> Iterator[list[str]]:
    """Every statement, and the one with this number fails."""
    asked: list[str] = []

    def run(execute: Any, statement: str, *rest: Any) -> Any:
        asked.append(statement)
        if len(asked) == failing_at:
            raise django.db.OperationalError("of the database") from errors.AdminShutdown()
        return execute(statement, *rest)

    with connection.execute_wrapper(run):
        yield asked


@pytest.mark.parametrize(
    "path",
    [
        *("/usage/usage.csv", "/usage/{cycle}/users.csv", "/users.csv", "/activity.csv"),
        "/customers/{customer}/deny-list.csv",
    ],
)
def test_no_file_ends_early(portal: Portal, path: str) -> None:
    """The last thing that is asked for a file are rows; sent while they are read, it would look like a shorter one."""
    client = answering(portal.browser())
    address = path.format(customer=portal.contoso.public_id, cycle="2026-01-05")
    client.get(address)
    with counting() as asked:
        b"".join(client.get(address))
    with counting(failing_at=len(asked)):
        answer = client.get(address)
    assert_says(answer, AWAY)


def test_sessions_do_not_end_when_it_cannot_be_written_down(portal: Portal) -> None:
    client, other = answering(portal.browser()), portal.browser()
    other.get("/usage")
    client.get("/usage")
    assert UserSession.objects.count() == 2
    with failing(to(AuditEvent, "INSERT INTO ")):
        assert client.post("/security", {"act": "end_others"}).status_code == 503
    assert UserSession.objects.count() == 2
    assert other.get("/usage").status_code == 200


@pytest.mark.parametrize(
    ("method", "title"),
    [
        ("get", "the database does not answer; send it again later"),
        ("post", "the database does not answer; this may have been done already"),
    ],
)
def test_programs_get_a_problem(portal: Portal, method: str, title: str) -> None:
    client = answering(portal.browser())
    with failing(to(Session)):
        answer = getattr(client, method)("/annual-quote", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content) == {"status": 503, "title": title}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.ConnectionFailure, 503),
        (errors.ReadOnlySqlTransaction, 503),
        (errors.IdleInTransactionSessionTimeout, 503),
        (errors.TransactionTimeout, 503),
        (errors.DeadlockDetected, 503),
        (errors.TooManyConnections, 503),
        (errors.LockNotAvailable, 503),
        (errors.CrashShutdown, 503),
        (errors.CannotConnectNow, 503),
        (errors.ObjectInUse, 500),
        (errors.QueryCanceled, 500),
        (errors.InsufficientPrivilege, 500),
        (errors.StatementTooComplex, 500),
        (errors.UndefinedTable, 500),
        (psycopg.InterfaceError, 500),
    ],
)
def test_only_what_passes_by_itself_is_called_so(portal: Portal, error: type[psycopg.Error], status: int) -> None:
    client = answering(portal.browser())
    with failing(to(QuoteRequest), by=error):
        answer = client.get("/annual-quote")
    assert_says(answer, AWAY if status == 503 else AGAIN, status=status)
