"""The server's first process, its postmaster: is it alive, is it ours, is it ready; telling it to end."""

import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pleamar.adapters.postgres.account import ServiceAccount
from pleamar.adapters.postgres.place import Place
from pleamar.adapters.postgres.private_files import write_private
from pleamar.adapters.postgres.problems import ServerProblem

StopMode = Literal["smart", "fast", "immediate"]

PROCESSES = Path("/proc")
STOP_SIGNALS: dict[StopMode, signal.Signals] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}
# Above the highest number that Linux ever gives to a process (4194304), so it is never anybody's.
NOBODYS_PID = 2147483647
STATUS_LINE = 7
PAUSE = 0.1
PAUSES_IN_A_MINUTE = 600


def live_pid(place: Place) -> int | None:
    """The number of the postmaster that serves this data now; None if none does, whatever a stale file says."""
    lines = _pid_file_lines(place)
    if not lines or not lines[0].strip().isdecimal():
        return None
    pid = int(lines[0])
    return pid if _is_postmaster_of(place.data, pid) else None


def is_alive(place: Place) -> bool:
    """Whether a server uses this data, be it one in another container whose processes we cannot see."""
    return live_pid(place) is not None or takes_connections(place)


def is_ready(place: Place) -> bool:
    """Whether the server says that it is ready and takes connections; asks no program and takes about a millisecond."""
    lines = _pid_file_lines(place)
    return len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready" and takes_connections(place)


def takes_connections(place: Place) -> bool:
    """Whether something listens at the socket; its folder is private, so that is the server."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(2)
        try:
            connection.connect(str(place.socket))
        except OSError:
            return False
    return True


def wait_until_ready(place: Place) -> bool:
    """Wait up to a minute for a server that is still starting; False if there is none, or it is not ready then."""
    for _ in range(PAUSES_IN_A_MINUTE):
        if is_ready(place):
            return True
        if not is_alive(place):
            return False
        time.sleep(PAUSE)
    return False


def end_unreachable_postmasters(place: Place) -> None:
    """End servers of ours that nobody can reach any more, before one of them is in the way of the next.

    One that serves a data directory which was deleted under it, as when a home is removed while its server runs: when
    it notices, it would take the socket of a new server at the same place with it. And one whose socket is gone.
    """
    for pid in _postmasters_of_deleted(place.data):
        with suppress(ProcessLookupError):
            os.kill(pid, STOP_SIGNALS["immediate"])
        for _ in range(PAUSES_IN_A_MINUTE):
            if not _is_postmaster_of(place.data, pid):
                break
            time.sleep(PAUSE)
    lines = _pid_file_lines(place)
    says_ready = len(lines) > STATUS_LINE and lines[STATUS_LINE].strip() == "ready"
    if says_ready and live_pid(place) is not None and not place.socket.exists():
        end_postmaster(place, "fast")


def _postmasters_of_deleted(data: Path) -> list[int]:
    numbers = [int(process.name) for process in PROCESSES.iterdir() if process.name.isdecimal()]
    return [pid for pid in numbers if _is_postmaster_of(data, pid) and _works_in_deleted(data, pid)]


def _works_in_deleted(data: Path, pid: int) -> bool:
    try:
        return str((PROCESSES / str(pid) / "cwd").readlink()) == f"{data} (deleted)"
    except OSError:
        return False


def forget_dead_postmaster(place: Place, account: ServiceAccount | None) -> None:
    """Make a pid file that a dead postmaster left harmless, whoever has its number now.

    PostgreSQL would refuse to start while *any* process of its user has that number, be it a stranger or a dead one
    that nobody has waited for. The file stays, with a number that is nobody's: its other lines let PostgreSQL notice
    shared memory that children of the dead one still hold.
    """
    if is_alive(place):
        return
    if _pid_file(place).exists():
        # An empty file, which a full disk leaves, becomes a whole one: PostgreSQL would refuse it.
        lines = [str(NOBODYS_PID), *_pid_file_lines(place)[1:]]
        write_private(_pid_file(place), "\n".join(lines) + "\n", account)
    # The socket has a lock file of the same kind, but nothing to protect: its folder is ours alone.
    place.socket.with_name(f"{place.socket.name}.lock").unlink(missing_ok=True)


def end_postmaster(place: Place, mode: StopMode) -> bool:
    """Tell the postmaster to end and wait until it has; False if there was none."""
    pid = live_pid(place)
    if pid is None:
        if takes_connections(place):
            message = (
                f"The server of {place.data} runs where this process cannot see it, such as in another container: "
                "stop it there."
            )
            raise ServerProblem("server_out_of_sight", message, data_directory=place.data)
        return False
    try:
        os.kill(pid, STOP_SIGNALS[mode])
    except ProcessLookupError:
        return True
    for _ in range(PAUSES_IN_A_MINUTE):
        if not _is_postmaster_of(place.data, pid):
            return True
        time.sleep(PAUSE)
    message = (
        f"The server of {place.data} (process {pid}) has not ended in a minute: "
        "close its connections, or stop it with the mode `immediate`."
    )
    raise ServerProblem("server_did_not_stop", message, data_directory=place.data, pid=pid, mode=mode)


def _pid_file(place: Place) -> Path:
    return place.data / "postmaster.pid"


def _pid_file_lines(place: Place) -> list[str]:
    try:
        return _pid_file(place).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _is_postmaster_of(data: Path, pid: int) -> bool:
    process = PROCESSES / str(pid)
    try:
        state = (process / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        arguments = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return False
    if state in {"Z", "X"} or Path(arguments[0]).name not in {"postgres", "postmaster"}:
        return False
    if "-D" in arguments[1:-1]:
        return Path(arguments[arguments.index("-D") + 1]) == data
    # Started by hand with PGDATA. A postmaster works in its data directory; if we may not look, take it for ours.
    try:
        return (process / "cwd").readlink() == data
    except OSError:
        return True
