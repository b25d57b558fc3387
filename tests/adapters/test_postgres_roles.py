"""The database and its two roles."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.adapters.postgres.server import EmbeddedServer
from tests.adapters.postgres_homes import ask, log_of, say, used_server

NOTE = "pleamar-roles"


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    with used_server(settings={"fsync": "off", "log_statement": "all"}) as made:
        made.start()
        yield made


def note_of(server: EmbeddedServer) -> Path:
    return server.status().data_directory / NOTE


def test_the_owner_makes_tables_and_the_web_role_only_connects(server: EmbeddedServer) -> None:
    address = server.start()
    owner = "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = 'pleamar'"
    assert ask(address.owner_url, owner) == "pleamar_owner"
    assert ask(address.web_url, "SELECT current_user::text") == "pleamar_web"

    say(address.owner_url, "CREATE TABLE mine (id int)")
    for statement in (
        "CREATE TABLE theirs (id int)",
        "CREATE TEMPORARY TABLE theirs (id int)",
        "CREATE SCHEMA theirs",
        "SELECT * FROM mine",
        "DROP TABLE mine",
        "CREATE DATABASE theirs",
        "CREATE ROLE theirs",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            say(address.web_url, statement)
    for statement in ("CREATE ROLE theirs", "COPY mine FROM PROGRAM 'true'"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            say(address.owner_url, statement)


def test_passwords_are_kept_hashed_and_out_of_the_log(server: EmbeddedServer) -> None:
    address = server.start()
    note_of(server).unlink()
    assert server.start() == address
    plain = "SELECT count(*) FROM pg_authid WHERE rolcanlogin AND rolpassword NOT LIKE 'SCRAM-SHA-256$%'"
    assert ask(address.url("postgres"), plain) == 0
    log = log_of(server)
    assert "ALTER ROLE" in log
    for password in (address.password, address.owner_password, address.web_password):
        assert password not in log


def test_what_a_start_left_half_done_is_finished_by_the_next(server: EmbeddedServer) -> None:
    address = server.start()
    # As after a death between any two statements: no database yet, one role not made, the other without its password.
    say(address.url("postgres"), "DROP DATABASE pleamar")
    say(address.url("postgres"), "DROP ROLE pleamar_web")
    say(address.url("postgres"), "ALTER ROLE pleamar_owner NOLOGIN CREATEDB PASSWORD NULL")
    note_of(server).unlink()

    assert server.start() == address
    assert ask(address.web_url, "SELECT 1") == 1
    assert ask(address.owner_url, "SELECT rolcreatedb FROM pg_roles WHERE rolname = 'pleamar_owner'") is False
    assert note_of(server).exists()


def test_what_is_all_there_is_not_harmed_by_being_made_again(server: EmbeddedServer) -> None:
    address = server.start()
    say(address.owner_url, "CREATE TABLE kept AS SELECT 1 AS id")
    say(address.owner_url, "GRANT SELECT ON kept TO pleamar_web")
    note_of(server).unlink()
    assert server.start() == address
    assert ask(address.web_url, "SELECT id FROM kept") == 1


def test_once_noted_as_done_it_is_not_done_again(server: EmbeddedServer) -> None:
    address = server.start()
    say(address.url("postgres"), "ALTER ROLE pleamar_web NOLOGIN")  # by an operator, who means it
    server.stop()
    server.start()
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        psycopg.connect(address.web_url)


def test_passwords_that_do_not_belong_to_the_data_are_said(server: EmbeddedServer) -> None:
    address = server.start()
    say(address.url("postgres"), "ALTER ROLE pleamar PASSWORD 'another'")
    note_of(server).unlink()
    with pytest.raises(ServerProblem, match=r"passwords\.json belongs to this data") as refused:
        server.start()
    assert refused.value.code == "roles_not_made"
    assert "\n" not in str(refused.value)
