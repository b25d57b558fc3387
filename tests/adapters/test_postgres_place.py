"""Where an embedded server keeps its things."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg.conninfo
import pytest

from pleamar.adapters.postgres.account import ServiceAccount, service_account
from pleamar.adapters.postgres.address import address_of
from pleamar.adapters.postgres.passwords import Passwords, make_passwords, read_passwords
from pleamar.adapters.postgres.place import (
    OPEN_TO_ALL,
    Place,
    choose_place,
    make_place,
    make_socket_folder,
    refuse_other_owner,
)
from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.adapters.postgres.server import EmbeddedServer
from tests.adapters.postgres_homes import IS_ROOT, ask, environ, folder, new_server

STRANGER = ServiceAccount("stranger", 54321, 54321)


@pytest.fixture
def far_place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path / ("long" * 25))
    yield place
    if place.socket_folder.is_dir() and not place.socket_folder.is_symlink():
        shutil.rmtree(place.socket_folder)
    else:
        place.socket_folder.unlink(missing_ok=True)


def test_a_short_home_holds_its_own_socket() -> None:
    assert Place(Path("/srv/pleamar")).socket == Path("/srv/pleamar/socket/.s.PGSQL.5432")


@pytest.mark.parametrize("home", ["/srv/" + "a" * 90, "/srv/" + "ñ" * 40, "/srv/one,two"])
def test_a_path_no_socket_can_have_gets_a_short_one_of_its_own(home: str) -> None:
    place = Place(Path(home))
    assert len(os.fsencode(place.socket)) < 100
    assert place.socket_folder.parent == Path("/tmp")
    assert place.socket == Place(Path(home)).socket
    assert place.socket != Place(Path(home + "x")).socket


def test_the_short_folder_is_private_and_may_be_there_already(far_place: Place) -> None:
    account = service_account()
    far_place.socket_folder.mkdir(mode=0o755)
    for _ in range(2):
        make_socket_folder(far_place, account)
        found = far_place.socket_folder.stat()
        assert found.st_mode & 0o777 == 0o700
        assert found.st_uid == (account.user_id if account else os.getuid())


@pytest.mark.parametrize("laid", ["a link", "a file", "another user's folder"])
def test_a_short_folder_that_is_not_ours_is_refused(far_place: Place, laid: str) -> None:
    if laid == "a link":
        far_place.socket_folder.symlink_to("/usr")
    elif laid == "a file":
        far_place.socket_folder.touch()
    elif IS_ROOT:
        far_place.socket_folder.mkdir()
        os.chown(far_place.socket_folder, 54321, 54321)
    else:
        # Only root can lay down another user's folder; for us its own link into one is as good.
        far_place.socket_folder.symlink_to("/")
    with pytest.raises(ServerProblem, match="is not a folder of ours") as refused:
        make_socket_folder(far_place, service_account())
    assert refused.value.code == "socket_folder_foreign"


def test_a_server_with_a_long_home_works() -> None:
    with folder() as here, new_server(here / ("long" * 25) / "with space, comma and 'quote") as server:
        address = server.start()
        try:
            assert address.socket_folder.parent == Path("/tmp")
            assert ask(address.web_url, "SELECT current_database()") == "pleamar"
        finally:
            server.stop()
            shutil.rmtree(address.socket_folder)


@pytest.mark.parametrize("character", ['"', "$", "`", "\\", "\n"])
def test_a_home_that_would_mean_something_to_a_shell_is_refused(tmp_path: Path, character: str) -> None:
    with pytest.raises(ServerProblem) as refused:
        EmbeddedServer(tmp_path / f"a{character}b", environ()).start()
    assert refused.value.code == "home_path_unusable"


def test_without_a_service_account_the_place_is_the_home(tmp_path: Path) -> None:
    assert choose_place(tmp_path / "home", None) == Place((tmp_path / "home").resolve())


def test_a_home_that_was_closed_once_keeps_its_data_where_it_went(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("pleamar.adapters.postgres.place.OPEN_TO_ALL", tmp_path / "elsewhere")
    with folder(0o700) as home:
        closed = choose_place(home, STRANGER)
        assert closed.folder.parent == tmp_path / "elsewhere"
        home.chmod(0o711)
        assert choose_place(home, STRANGER) == Place(home)
        closed.data.mkdir(parents=True)
        (closed.data / "PG_VERSION").touch()
        assert choose_place(home, STRANGER) == closed
        (home / "data").mkdir()
        (home / "data" / "PG_VERSION").touch()
        assert choose_place(home, STRANGER) == Place(home)


def test_data_in_a_home_that_was_closed_since_is_not_forgotten() -> None:
    with folder(0o700) as home:
        (home / "data").mkdir()
        (home / "data" / "PG_VERSION").touch()
        with pytest.raises(ServerProblem, match=r"chmod o\+x") as refused:
            choose_place(home, STRANGER)
        assert refused.value.code == "data_directory_unreachable"


def test_folders_are_made_so_that_the_server_gets_through_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        with folder() as here:
            make_place(Place(here / "a" / "b"), STRANGER)
            assert STRANGER.can_enter(here / "a" / "b")
            make_place(Place(here / "c"), None)
            assert (here / "c").stat().st_mode & 0o777 == 0o700
    finally:
        os.umask(before)


def test_a_home_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ServerProblem, match="choose another home") as refused:
        make_place(Place(tmp_path / "file" / "home"), None)
    assert refused.value.code == "home_not_writable"


def test_data_of_another_user_is_refused() -> None:
    with folder() as here:
        place = Place(here)
        place.data.mkdir()
        refuse_other_owner(place, STRANGER)  # not ours: others say more about it
        place.marker.touch()
        with pytest.raises(ServerProblem, match="belongs to another user") as refused:
            refuse_other_owner(place, STRANGER)
        assert refused.value.code == "data_directory_other_owner"
        assert refused.value.facts["expected_owner"] == "54321"


def test_passwords_are_made_once_private_and_not_shown(tmp_path: Path) -> None:
    place = Place(tmp_path)
    assert read_passwords(place) is None
    made = make_passwords(place)
    assert make_passwords(place) == made
    assert place.passwords.stat().st_mode & 0o777 == 0o600
    assert len({made.superuser, made.owner, made.web}) == 3
    assert made.superuser not in repr(made)
    assert made.owner not in repr(address_of(place, made))


def test_urls_quote_what_urls_cannot_hold() -> None:
    address = address_of(Place(Path("/srv/ñ & co")), Passwords("p@:/?#%", "o", "w"))
    for url in (address.url("a/b?c"), address.url("a/b?c", "pleamar", "p@:/?#%")):
        assert psycopg.conninfo.conninfo_to_dict(url) == {
            "user": "pleamar",
            "password": "p@:/?#%",
            "dbname": "a/b?c",
            "host": "/srv/ñ & co/socket",
            "port": "5432",
        }
    assert (
        address.owner_url == "postgresql://pleamar_owner:o@/pleamar?host=%2Fsrv%2F%C3%B1%20%26%20co%2Fsocket&port=5432"
    )
    assert address.web_url.startswith("postgresql://pleamar_web:w@/pleamar?host=")
    assert address.url("x", "somebody").startswith("postgresql://somebody@/x?")


def test_the_place_that_is_open_to_all_is_the_systems() -> None:
    assert Path("/var/lib/pleamar") == OPEN_TO_ALL
