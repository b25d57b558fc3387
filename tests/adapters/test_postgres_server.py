"""The life of an embedded server, from a home that does not exist to a server that is stopped."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from pleamar.adapters.postgres.account import service_account
from pleamar.adapters.postgres.address import ServerAddress
from pleamar.adapters.postgres.binaries import find_binary_folder, system_folders, wheel_folder
from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.adapters.postgres.server import EmbeddedServer
from tests.adapters.postgres_homes import ask, environ, folder, log_of, new_server, running_pid, say, used_server, wheel

START_ELSEWHERE = """
import os, sys
from pathlib import Path
from pleamar.adapters.postgres.server import EmbeddedServer
print(EmbeddedServer(Path(sys.argv[1]), os.environ, {"fsync": "off"}).start().owner_url)
"""


def postgres_15() -> Path:
    """The oldest version we support, as the system brings it."""
    found = [place for place in system_folders() if place.parent.name == "15"]
    assert found, "PostgreSQL 15 is missing in /usr/lib/postgresql/15: install it (on Debian: postgresql-15)"
    return found[0]


def start_elsewhere(home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", START_ELSEWHERE, str(home)]
    return subprocess.Popen(command, env={**os.environ, **environ()}, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    "binaries", [pytest.param(wheel, id="wheel"), pytest.param(postgres_15, id="15", marks=pytest.mark.slow)]
)
def test_a_server_from_its_first_start_to_its_last_stop(binaries: Callable[[], Path]) -> None:
    programs = binaries()
    with new_server(binaries=programs, settings={}) as server:
        assert server.status().state == "no data"

        address = server.start()
        check_running(server, address)
        check_settings(address, programs)
        check_that_only_passwords_open_it(address)
        check_private_files(server, address)
        say(address.owner_url, "CREATE TABLE kept (id int)")
        say(address.owner_url, "CREATE EXTENSION btree_gist")

        pid = running_pid(server)
        assert server.start() == address
        assert running_pid(server) == pid

        assert server.stop() is True
        status = server.status()
        assert (status.state, status.pid) == ("stopped", None)
        assert "database system is shut down" in log_of(server)
        assert server.stop() is False

        assert server.start() == address
        assert ask(address.owner_url, "SELECT count(*) FROM kept") == 0


def check_running(server: EmbeddedServer, address: ServerAddress) -> None:
    status = server.status()
    assert status.state == "running"
    assert status.data_directory.name == "data"
    assert str(status.data_directory) == ask(address.url("postgres"), "SHOW data_directory")
    major = ask(address.url("postgres"), "SELECT current_setting('server_version_num')::int / 10000")
    assert status.major == major
    assert status.pid == int((status.data_directory / "postmaster.pid").read_text().split()[0])


def check_settings(address: ServerAddress, programs: Path) -> None:
    wanted = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "data_checksums": "on",
        "fsync": "on",
        "password_encryption": "scram-sha-256",
        "server_encoding": "UTF8",
        "max_connections": "60",
        "shared_buffers": "128MB",
        "TimeZone": "UTC",
    }
    assert {name: ask(address.url("postgres"), f"SHOW {name}") for name in wanted} == wanted
    if programs == wheel():
        locale = "SELECT concat(datlocprovider, ' ', datlocale) FROM pg_database WHERE datname = 'pleamar'"
        assert ask(address.owner_url, locale) == "b C.UTF-8"
    else:
        assert ask(address.owner_url, "SELECT datcollate FROM pg_database WHERE datname = 'pleamar'") == "C.UTF-8"
    assert ask(address.owner_url, "SELECT upper('ñandú')") == "ÑANDÚ"


def check_that_only_passwords_open_it(address: ServerAddress) -> None:
    for user, password in [("pleamar", "wrong"), ("pleamar_owner", address.password), ("pleamar_web", "")]:
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(address.url("pleamar", user, password), connect_timeout=20)
    rules = "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"
    assert ask(address.url("postgres"), rules) == 0


def check_private_files(server: EmbeddedServer, address: ServerAddress) -> None:
    status = server.status()
    home = status.data_directory.parent
    account = service_account()
    owner = account.user_id if account else os.getuid()
    for path, mode in [(status.data_directory, 0o700), (address.socket_folder, 0o700), (status.log, 0o600)]:
        assert (path.stat().st_mode & 0o777, path.stat().st_uid) == (mode, owner)
    passwords = (home / "passwords.json").stat()
    assert (passwords.st_mode & 0o777, passwords.st_uid) == (0o600, os.getuid())
    assert not list(home.glob("*unfinished*"))
    assert not list(home.glob("*initdb*"))


def test_the_process_is_unprivileged_and_carries_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_API_KEY", "secret")
    monkeypatch.setenv("PGPORT", "9999")
    with used_server() as server:
        address = server.start()
        process = Path("/proc") / str(running_pid(server))
        facts = dict(re.findall(r"^(\w+):[ \t]*(.*?)[ \t]*$", (process / "status").read_text(), re.MULTILINE))
        account = service_account()
        assert facts["Uid"].split()[0] == str(account.user_id if account else os.getuid())
        if account:
            assert facts["Gid"].split()[0] == str(account.group_id)
            assert facts["Groups"] == ""
            assert int(facts["CapEff"], 16) == 0
        assert (process / "fd" / "0").readlink() == Path("/dev/null")
        carried = (process / "environ").read_bytes()
        assert b"secret" not in carried
        assert b"PGPORT" not in carried
        assert b"LC_ALL=C" in carried.split(b"\0")
        assert address.port == 5432


def test_root_falls_back_on_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pleamar.adapters.postgres.account.SERVICE_ACCOUNTS", ("no-such-user", "nobody"))
    account = service_account()
    assert (account is not None and account.name == "nobody") is (os.geteuid() == 0)
    with new_server() as server:
        assert ask(server.start().web_url, "SELECT 1") == 1
        assert server.status().data_directory.stat().st_uid == (account.user_id if account else os.getuid())


def test_settings_go_on_the_command_line_and_win() -> None:
    chosen = {"fsync": "off", "log_line_prefix": "it's %m; $HOME ", "max_connections": "13", "port": "1234"}
    with used_server(settings=chosen) as server:
        url = server.start().url("postgres")
        assert ask(url, "SHOW fsync") == "off"
        assert ask(url, "SHOW log_line_prefix") == "it's %m; $HOME "
        assert ask(url, "SHOW max_connections") == "13"
        assert ask(url, "SHOW port") == "5432"  # where the address says


def test_a_setting_that_is_no_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ServerProblem) as refused:
        EmbeddedServer(tmp_path, environ(), {"fsync=off -c x": "1"})
    assert refused.value.code == "setting_name_unusable"


def test_a_running_server_is_found_without_asking_any_program() -> None:
    with used_server() as server:
        address = server.start()
        home = server.status().data_directory.parent
        # Any program would have to come from here, so none was run.
        assert EmbeddedServer(home, {"PG_BINDIR": "/nonexistent"}).start() == address


def test_the_server_outlives_the_process_that_started_it() -> None:
    with folder() as home, new_server(home) as server:
        with start_elsewhere(home) as starter:
            assert starter.stdout is not None
            url = starter.stdout.read().strip()
        assert starter.returncode == 0
        session = (Path("/proc") / str(running_pid(server)) / "stat").read_text().rpartition(")")[2].split()[3]
        assert int(session) != os.getsid(0)
        assert ask(url, "SELECT 1") == 1
        assert server.stop() is True
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)


def test_concurrent_starts_give_one_server() -> None:
    with folder() as home, new_server(home) as server, ThreadPoolExecutor(3) as threads:
        elsewhere = [start_elsewhere(home) for _ in range(3)]
        starts = [threads.submit(EmbeddedServer(home, environ(), {"fsync": "off"}).start) for _ in range(3)]
        addresses = [start.result() for start in starts]
        urls = {process.communicate()[0].strip() for process in elsewhere} | {here.owner_url for here in addresses}
        assert [process.returncode for process in elsewhere] == [0, 0, 0]
        assert urls == {server.start().owner_url}
        assert log_of(server).count("starting PostgreSQL") == 1


@pytest.mark.parametrize("mode", ["smart", "fast", "immediate"])
def test_each_way_to_stop_stops(mode: str) -> None:
    with used_server() as server:
        server.start()
        if mode == "smart":
            assert server.stop("smart")
        elif mode == "fast":
            assert server.stop("fast")
        else:
            assert server.stop("immediate")
        assert server.status().state == "stopped"
        assert f"received {mode} shutdown request" in log_of(server)


def test_a_smart_stop_that_waits_for_a_connection_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pleamar.adapters.postgres.postmaster.PAUSES_IN_A_MINUTE", 3)
    with used_server() as server:
        address = server.start()
        with psycopg.connect(address.owner_url):
            with pytest.raises(ServerProblem, match="immediate") as refused:
                server.stop("smart")
            assert refused.value.code == "server_did_not_stop"
            with pytest.raises(ServerProblem, match="not ready") as refused:
                server.start()
            assert refused.value.code == "server_not_ready"


def test_asking_and_stopping_make_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    server = EmbeddedServer(home, environ())
    status = server.status()
    assert (status.state, status.pid, status.major) == ("no data", None, None)
    assert server.stop() is False
    assert not home.exists()


def test_a_server_that_does_not_start_tells_what_its_log_says() -> None:
    with used_server(settings={"shared_buffers": "plenty"}) as server:
        with pytest.raises(ServerProblem, match='invalid value for parameter "shared_buffers"') as refused:
            server.start()
        assert refused.value.code == "server_did_not_start"
        assert "plenty" in refused.value.facts["log_lines"]
        assert refused.value.facts["log"] == str(server.status().log)
        assert "\n" not in str(refused.value)
        assert server.status().state == "stopped"


def test_the_binaries_found_by_default_are_ones_that_start() -> None:
    # What a fresh machine does: nothing is set but PATH.
    with folder() as home:
        server = EmbeddedServer(home / "home", {"PATH": os.environ["PATH"]}, {"fsync": "off"})
        try:
            assert find_binary_folder({"PATH": os.environ["PATH"]}) == wheel_folder()
            assert ask(server.start().web_url, "SELECT current_user::text") == "pleamar_web"
        finally:
            server.stop("immediate")
