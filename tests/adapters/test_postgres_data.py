"""Data directories that are not to be touched."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pleamar.adapters.postgres.account import ServiceAccount, service_account
from pleamar.adapters.postgres.place import Place, refuse_other_owner
from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.adapters.postgres.programs import run_program
from pleamar.adapters.postgres.server import EmbeddedServer
from tests.adapters.postgres_homes import FAST, IS_ROOT, ask, environ, folder, new_server, used_server, wheel


@pytest.fixture
def home() -> Iterator[Path]:
    with folder() as made:
        yield made


def own_data(home: Path) -> None:
    account = service_account()
    for path in (home / "data", *(home / "data").rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
        if account:
            account.own(path)


def refusal(home: Path) -> ServerProblem:
    before = sorted(path.name for path in (home / "data").iterdir())
    with pytest.raises(ServerProblem) as refused:
        EmbeddedServer(home, environ(), FAST).start()
    assert sorted(path.name for path in (home / "data").iterdir()) == before
    assert "\n" not in str(refused.value)
    return refused.value


@pytest.mark.parametrize("owned", [True, False])
def test_a_folder_of_something_else_is_refused(home: Path, owned: bool) -> None:
    (home / "data").mkdir()
    (home / "data" / "thesis.txt").write_text("precious")
    if owned:
        own_data(home)
    problem = refusal(home)
    assert problem.code == "data_directory_foreign"
    assert problem.facts == {"data_directory": str(home / "data")}
    assert re.search(r"is not a PostgreSQL data directory .* move it away, choose another home", str(problem))


def test_a_file_in_its_place_is_refused(home: Path) -> None:
    (home / "data").write_text("precious")
    with pytest.raises(ServerProblem) as refused:
        EmbeddedServer(home, environ()).start()
    assert refused.value.code == "data_directory_foreign"
    assert (home / "data").read_text() == "precious"


def test_another_programs_database_is_neither_started_nor_stopped(home: Path) -> None:
    (home / "data").mkdir()
    own_data(home)
    account = service_account()
    run_program([wheel() / "initdb", "-D", home / "data", "--no-sync", "--auth=trust"], account)
    problem = refusal(home)
    assert problem.code == "data_directory_foreign"
    assert "was made by another program" in str(problem)

    (home / "data" / "sockets").mkdir()
    own_data(home)
    options = f"-c listen_addresses='' -c unix_socket_directories={home}/data/sockets"
    pg_ctl: list[str | Path] = [wheel() / "pg_ctl", "-D", home / "data", "-w"]
    run_program([*pg_ctl, "-l", home / "data" / "log", "-o", options, "start"], account)
    try:
        with pytest.raises(ServerProblem, match="is left alone"):
            EmbeddedServer(home, environ()).stop()
        assert "server is running" in run_program([*pg_ctl, "status"], account)
    finally:
        run_program([*pg_ctl, "-m", "immediate", "stop"], account)


def test_an_empty_folder_is_nothing_and_is_used(home: Path) -> None:
    (home / "data").mkdir()
    with new_server(home) as server:
        assert server.status().state == "no data"
        assert ask(server.start().web_url, "SELECT 1") == 1


def test_data_of_another_major_version_says_what_to_do(home: Path) -> None:
    with used_server(home / "home") as server:
        server.start()
        server.stop()
        (home / "home" / "data" / "PG_VERSION").write_text("16\n")
        problem = refusal(home / "home")
        assert server.status().major == 16
    assert problem.code == "data_directory_other_major"
    assert problem.facts["data_major"] == "16"
    assert int(problem.facts["binaries_major"]) >= 18
    for advice in ("set PG_BINDIR to the bin folder of a PostgreSQL 16", "pg_dump of version 16", "pg_upgrade"):
        assert advice in str(problem)


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"superuser": '])
def test_data_whose_passwords_are_lost_says_what_to_do(home: Path, content: str | None) -> None:
    (home / "data").mkdir()
    (home / "data" / "PG_VERSION").write_text("18\n")
    (home / "data" / "pleamar-cluster").touch()
    own_data(home)
    if content is not None:
        (home / "passwords.json").write_text(content)
    problem = refusal(home)
    assert problem.code == "passwords_lost"
    assert "restore that file from a backup" in str(problem)


def test_data_of_ours_that_belongs_to_another_user_is_refused(home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "PG_VERSION").write_text("18\n")
    (home / "data" / "pleamar-cluster").touch()
    own_data(home)
    server = EmbeddedServer(home, environ())
    acts: list[Callable[[], object]] = [server.start, server.stop, server.status]
    if IS_ROOT:
        os.chown(home / "data", 54321, 54321)
    else:
        # Only root can give it away; the same is seen by one who expects it to be somebody else's.
        acts = [lambda: refuse_other_owner(Place(home), ServiceAccount("stranger", 54321, 54321))]
    for act in acts:
        with pytest.raises(ServerProblem, match="belongs to another user") as refused:
            act()
        assert refused.value.code == "data_directory_other_owner"


def test_a_home_that_was_moved_is_served_where_it_is(home: Path) -> None:
    with used_server(home / "before") as server:
        server.start()
        server.stop()
    (home / "before").rename(home / "after")
    with new_server(home / "after") as moved:
        assert ask(moved.start().url("postgres"), "SHOW data_directory") == str(home / "after" / "data")
