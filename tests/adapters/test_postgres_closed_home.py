"""A home that the service account cannot reach, such as one in root's own folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pleamar.adapters.postgres.account import ServiceAccount
from pleamar.adapters.postgres.binaries_copy import reachable_binaries
from pleamar.adapters.postgres.place import OPEN_TO_ALL, Place, choose_place
from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.adapters.postgres.server import EmbeddedServer
from tests.adapters.postgres_homes import FAST, IS_ROOT, ask, environ, folder, log_of, running_pid, wheel

STRANGER = ServiceAccount("stranger", 54321, 54321)


@pytest.fixture
def closed_home() -> Iterator[Path]:
    """A home below a folder that only we can enter; what was put elsewhere for it is cleared away too."""
    with folder(0o700) as closed:
        home = closed / "home"
        was_there = OPEN_TO_ALL.exists()
        yield home
        if IS_ROOT:
            elsewhere = choose_place(home, STRANGER).folder
            assert elsewhere.parent == OPEN_TO_ALL
            shutil.rmtree(elsewhere, ignore_errors=True)
            if not was_there and not any(OPEN_TO_ALL.iterdir()):
                OPEN_TO_ALL.rmdir()


def installation_in(closed: Path) -> Path:
    """The wheel as it lies in a virtual environment of root's."""
    package = wheel().parent.parent
    shutil.copytree(package, closed / "venv" / package.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(libraries, closed / "venv" / libraries.name, symlinks=True)
    return closed / "venv" / package.name / "pginstall" / "bin"


def test_data_and_programs_go_where_the_service_account_gets_to(closed_home: Path) -> None:
    programs = installation_in(closed_home.parent)
    server = EmbeddedServer(closed_home, environ(programs), FAST)
    try:
        address = server.start()
        assert ask(address.web_url, "SELECT 1") == 1
        place = server.status().data_directory.parent
        runs = (Path("/proc") / str(running_pid(server)) / "exe").readlink()
        if IS_ROOT:
            assert place.parent == OPEN_TO_ALL
            assert place.joinpath("binaries") in runs.parents
            assert not closed_home.exists()
        else:
            assert place == closed_home
            assert runs == programs / "postgres"

        server.stop()
        assert server.start() == address
        assert server.start() == address
        assert log_of(server).count("starting PostgreSQL") == 2
    finally:
        server.stop("immediate")


def test_programs_that_can_be_reached_are_not_copied(tmp_path: Path) -> None:
    assert reachable_binaries(wheel(), Place(tmp_path), None) == wheel()
    with folder() as here:
        programs = here / "bin"
        programs.mkdir()
        (programs / "postgres").touch(mode=0o755)
        for path in (programs, programs / "postgres"):
            path.chmod(0o755)
        assert reachable_binaries(programs, Place(tmp_path), STRANGER) == programs
    assert list(tmp_path.iterdir()) == []


def test_a_copy_is_made_once_a_version_and_replaces_the_last() -> None:
    with folder(0o700) as closed, folder() as open_to_all:
        programs = closed / "pg" / "bin"
        (closed / "pg" / "share").mkdir(parents=True)
        (closed / "pg" / "share" / "postgres.bki").touch(mode=0o600)
        programs.mkdir()
        (programs / "postgres").write_text("one")
        (programs / "postgres").chmod(0o700)
        place = Place(open_to_all)

        first = reachable_binaries(programs, place, STRANGER)
        assert STRANGER.can_run(first / "postgres")
        assert STRANGER.can_read(first.parent / "share" / "postgres.bki")
        (first / "seen").touch()
        assert reachable_binaries(programs, place, STRANGER) == first
        assert (first / "seen").exists()

        (programs / "postgres").write_text("another")
        second = reachable_binaries(programs, place, STRANGER)
        assert (second / "postgres").read_text() == "another"
        assert not first.exists()


def test_programs_that_cannot_be_copied_are_refused(tmp_path: Path) -> None:
    with folder(0o700) as closed:
        (closed / "bin").mkdir()
        (closed / "bin" / "postgres").touch(mode=0o755)
        with pytest.raises(ServerProblem, match="set PG_BINDIR to one that every user can reach") as refused:
            reachable_binaries(closed / "bin", Place(tmp_path), STRANGER)
    assert refused.value.code == "binaries_unreachable"
