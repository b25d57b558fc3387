"""As whom the server runs, and what that user can reach."""

import os
import pwd
from pathlib import Path

import pytest

from pleamar.adapters.postgres.account import ServiceAccount, service_account
from pleamar.adapters.postgres.programs import ProgramFailed, run_program
from tests.adapters.postgres_homes import IS_ROOT, folder

STRANGER = ServiceAccount("stranger", 54321, 54321)


def people(*names: str) -> object:
    def look_up(name: str) -> pwd.struct_passwd:
        if name not in names:
            raise KeyError(name)
        return pwd.struct_passwd((name, "x", 101, 104, "", "/", "/bin/sh"))

    return look_up


def test_root_hands_over_and_others_run_it_themselves() -> None:
    account = service_account()
    if IS_ROOT:
        assert account is not None
        assert account.user_id != 0
        assert account.name in {"postgres", "nobody", "65534"}
    else:
        assert account is None


@pytest.mark.parametrize(
    ("names", "chosen"), [(["postgres", "nobody"], "postgres"), (["nobody"], "nobody"), ([], "65534")]
)
def test_root_prefers_the_user_postgres(monkeypatch: pytest.MonkeyPatch, names: list[str], chosen: str) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("pwd.getpwnam", people(*names))
    account = service_account()
    assert account is not None
    assert account.name == chosen


def test_without_root_there_is_no_service_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert service_account() is None


@pytest.mark.parametrize(("mode", "enters"), [(0o700, False), (0o710, False), (0o701, True), (0o711, True)])
def test_a_stranger_enters_only_where_others_may(mode: int, enters: bool) -> None:
    with folder(mode) as closed_or_open:
        assert STRANGER.can_enter(closed_or_open) is enters
        assert STRANGER.can_enter(closed_or_open / "not" / "made" / "yet") is enters


@pytest.mark.parametrize(("mode", "owner_enters", "group_enters"), [(0o700, True, False), (0o011, False, True)])
def test_the_owner_and_the_group_have_bits_of_their_own(mode: int, owner_enters: bool, group_enters: bool) -> None:
    with folder() as here:
        target = here / "target"
        target.mkdir()
        found = target.stat()
        target.chmod(mode)
        assert ServiceAccount("owner", found.st_uid, 54321).can_enter(target) is owner_enters
        assert ServiceAccount("member", 54321, found.st_gid).can_enter(target) is group_enters
        target.chmod(0o700)  # so that it can be cleared away


def test_reading_and_running_need_more_than_entering() -> None:
    with folder() as here:
        program = here / "program"
        program.touch(mode=0o600)
        assert not STRANGER.can_read(program)
        program.chmod(0o644)
        assert STRANGER.can_read(program)
        assert not STRANGER.can_run(program)
        program.chmod(0o755)
        assert STRANGER.can_run(program)
        here.chmod(0o700)
        assert not STRANGER.can_run(program)


def test_programs_get_no_secrets_no_groups_and_no_folder_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", "secret")
    monkeypatch.setenv("PGPORT", "9999")
    account = service_account()
    said = run_program(["/bin/sh", "-c", "env; echo user $(id -u); echo groups $(id -G); pwd; cat"], account)
    lines = said.splitlines()
    names = {line.partition("=")[0] for line in lines if "=" in line}
    assert names <= {"PATH", "LD_LIBRARY_PATH", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"}
    assert "LC_ALL=C" in lines
    assert lines[-1] == "/"
    if account:
        assert f"user {account.user_id}" in lines
        assert f"groups {account.group_id}" in lines
    else:
        assert f"user {os.getuid()}" in lines


def test_a_program_that_fails_tells_what_it_said() -> None:
    with pytest.raises(ProgramFailed) as failed:
        run_program(["/bin/sh", "-c", "echo trouble >&2; exit 3"], service_account())
    assert failed.value.output == "trouble\n"
    with pytest.raises(ProgramFailed):
        run_program([Path("/no/such/program")], service_account())
