"""Starting again after things ended badly, and never at the cost of a stranger's process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from pleamar.adapters.postgres.account import service_account
from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.adapters.postgres.server import EmbeddedServer
from tests.adapters.postgres_homes import ask, environ, folder, log_of, new_server, running_pid, say, used_server

# They start a server or two each: all that it takes to be sure of what is seldom changed.
pytestmark = pytest.mark.slow

HELD = "pre-existing shared memory block"


def wait_for(what: Callable[[], object]) -> None:
    """Wait until it is so; a test that waits in vain is ended by the limit of the whole run."""
    while not what():
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def kill_postmaster(server: EmbeddedServer) -> None:
    pid = running_pid(server)
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: is_gone(pid))


@contextmanager
def stranger(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the very user that the server runs as, so nothing but care protects it from us."""
    account = service_account()
    if account:
        process = subprocess.Popen(command, user=account.user_id, group=account.group_id, extra_groups=[], cwd="/")
    else:
        process = subprocess.Popen(command, cwd="/")
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def leave_stale_pid_file(server: EmbeddedServer, pid: int) -> None:
    """As after the machine crashed and somebody else got the number."""
    pid_file = server.status().data_directory / "postmaster.pid"
    socket_lock = server.start().socket_folder / ".s.PGSQL.5432.lock"
    left, left_beside = pid_file.read_text().splitlines(), socket_lock.read_text().splitlines()
    server.stop()
    account = service_account()
    for path, lines in [(pid_file, left), (socket_lock, left_beside)]:
        path.write_text("\n".join([str(pid), *lines[1:]]) + "\n")
        if account:
            account.own(path)


@contextmanager
def stopped_child(url: str) -> Iterator[int]:
    """A process of the server that does not notice the end of its postmaster, and keeps the shared memory."""
    child = ask(url, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'")
    assert isinstance(child, int)
    os.kill(child, signal.SIGSTOP)
    try:
        yield child
    finally:
        os.kill(child, signal.SIGCONT)
        wait_for(lambda: is_gone(child))


def test_a_killed_postmaster_is_started_again_with_all_that_was_committed() -> None:
    with used_server() as server:
        address = server.start()
        say(address.owner_url, "CREATE TABLE kept AS SELECT 42 AS id")
        with closing(psycopg.connect(address.owner_url)) as busy:
            busy.execute("SELECT 1")
            kill_postmaster(server)
            assert server.start() == address
        assert ask(address.owner_url, "SELECT id FROM kept") == 42
        assert "database system was not properly shut down" in log_of(server)


def test_a_killed_postmaster_counts_as_stopped() -> None:
    with used_server() as server:
        server.start()
        kill_postmaster(server)
        status = server.status()
        assert (status.state, status.pid) == ("stopped", None)
        assert server.stop() is False


def test_a_start_waits_for_the_children_of_a_killed_postmaster() -> None:
    with used_server() as server, ThreadPoolExecutor(1) as threads:
        address = server.start()
        with stopped_child(address.url("postgres")):
            kill_postmaster(server)
            start = threads.submit(server.start)
            wait_for(lambda: HELD in log_of(server))
            assert not start.done()
        assert start.result() == address
        assert ask(address.owner_url, "SELECT 1") == 1


def test_children_that_never_end_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pleamar.adapters.postgres.launch.TRIES", 2)
    with used_server() as server:
        with stopped_child(server.start().url("postgres")):
            kill_postmaster(server)
            with pytest.raises(ServerProblem, match="still hold") as refused:
                server.start()
        assert refused.value.code == "data_directory_locked"


def test_a_stranger_with_the_postmasters_number_is_left_alone() -> None:
    with used_server() as server, stranger("sleep", "1000") as unrelated:
        address = server.start()
        leave_stale_pid_file(server, unrelated.pid)

        assert server.status().state == "stopped"
        assert server.stop() is False
        assert server.start() == address
        assert running_pid(server) != unrelated.pid
        assert server.stop() is True
        assert unrelated.poll() is None


def test_a_dead_postmaster_that_nobody_waited_for_is_no_hindrance() -> None:
    with used_server() as server, stranger("true") as dead:
        address = server.start()
        wait_for(lambda: is_gone(dead.pid))
        assert Path(f"/proc/{dead.pid}").exists()  # a zombie: kill(pid, 0) says that it lives
        leave_stale_pid_file(server, dead.pid)
        assert server.start() == address


def test_another_homes_postmaster_with_the_number_is_left_alone() -> None:
    with used_server() as server, used_server() as other:
        other.start()
        address = server.start()
        leave_stale_pid_file(server, running_pid(other))
        assert server.stop() is False
        assert server.start() == address
        assert other.status().state == "running"
        assert running_pid(other) != running_pid(server)


def test_a_damaged_pid_file_harms_nobody() -> None:
    with used_server() as server:
        for content in ("", "\n", "garbage\n", "-1\n", "0\n"):
            (server.status().data_directory / "postmaster.pid").write_text(content)
            assert server.status().state == "stopped"
            assert server.stop() is False
            server.start()
            server.stop()


def test_a_start_that_was_killed_while_it_made_the_data_is_repeated() -> None:
    script = (
        "import os, sys; from pathlib import Path; from pleamar.adapters.postgres.server import EmbeddedServer;"
        "EmbeddedServer(Path(sys.argv[1]), os.environ).start()"
    )
    with folder() as home, new_server(home) as server:
        command = [sys.executable, "-c", script, str(home)]
        with subprocess.Popen(command, env={**os.environ, **environ()}) as starter:
            wait_for(lambda: (home / "data.unfinished" / "base").exists() or (home / "data").exists())
            starter.kill()
        # initdb may still be at work; the new start waits for it and begins anew.
        address = server.start()
        assert ask(address.web_url, "SELECT 1") == 1
        assert not (home / "data.unfinished").exists()


def test_what_an_earlier_try_left_is_cleared_away() -> None:
    with folder() as home, new_server(home) as server:
        (home / "data.unfinished" / "base").mkdir(parents=True)
        (home / "data.unfinished" / "PG_VERSION").write_text("18\n")
        (home / "initdb.password").write_text("old")
        (home / "passwords.json.unfinished").write_text("{")
        assert ask(server.start().web_url, "SELECT 1") == 1
        assert {path.name for path in home.iterdir()} == {
            "data", "passwords.json", "server.lock", "server.log", "socket"
        }  # fmt: skip
