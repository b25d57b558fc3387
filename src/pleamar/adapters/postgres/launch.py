"""Starting the server's processes with pg_ctl, also when the last ones did not end well."""

import re
import shlex
import time
from collections.abc import Mapping
from pathlib import Path

from pleamar.adapters.postgres.account import ServiceAccount
from pleamar.adapters.postgres.binaries import Binaries
from pleamar.adapters.postgres.place import PORT, Place, make_socket_folder
from pleamar.adapters.postgres.postmaster import forget_dead_postmaster, is_alive, wait_until_ready
from pleamar.adapters.postgres.private_files import make_log
from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.adapters.postgres.programs import ProgramFailed, run_program

TRIES = 40
PAUSE = 0.5  # so the children of a killed postmaster have 20 seconds to let go of its memory
STILL_HELD = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')
LAST_LINES = 20


def launch(place: Place, binaries: Binaries, account: ServiceAccount | None, settings: Mapping[str, str]) -> None:
    """Start the server and return when it takes connections."""
    make_socket_folder(place, account)
    make_log(place.log, account)
    command: list[str | Path] = [
        binaries.program("pg_ctl"), "start", "--wait", "--timeout=60",
        "-D", place.data, "-l", place.log, "-o", _server_options(place, settings),
    ]  # fmt: skip
    for _ in range(TRIES):
        forget_dead_postmaster(place, account)
        log_before = place.log.stat().st_size
        try:
            run_program(command, account)
        except ProgramFailed as failure:
            # One that a killed start of ours left behind, or one that needs longer than pg_ctl waits.
            if wait_until_ready(place):
                return
            said = _log_since(place, log_before)
            if not any(reason in said for reason in STILL_HELD):
                raise _did_not_start(place, failure, said) from failure
            time.sleep(PAUSE)
        else:
            return
    message = (
        f"Processes of an earlier server still hold {place.data}: "
        f"end them (look for `postgres` in the list of processes) and start again. The log is {place.log}."
    )
    raise ServerProblem("data_directory_locked", message, data_directory=place.data, log=place.log)


def refuse_unready(place: Place) -> None:
    """Refuse to start beside a server that lives but has not become ready."""
    if is_alive(place):
        message = (
            f"A server of {place.data} runs but is not ready: it may be recovering or ending, "
            f"so try again later. The log is {place.log}."
        )
        raise ServerProblem("server_not_ready", message, data_directory=place.data, log=place.log)


def refuse_unusable_settings(settings: Mapping[str, str]) -> None:
    """Refuse a name that PostgreSQL has no setting of; the values are its own to judge."""
    for name in settings:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", name):
            message = f"{name!r} is not the name of a PostgreSQL setting: use letters, digits, _ and a point."
            raise ServerProblem("setting_name_unusable", message, name=name)


def _server_options(place: Place, settings: Mapping[str, str]) -> str:
    # On the command line, not in the file: the folder of the socket follows a home that was moved.
    ours = {"unix_socket_directories": str(place.socket_folder), "port": str(PORT)}
    options = [f"-c {shlex.quote(f'{name}={value}')}" for name, value in {**settings, **ours}.items()]
    return " ".join(options)


def _log_since(place: Place, size: int) -> str:
    with place.log.open("rb") as log:
        log.seek(size)
        return log.read().decode(errors="replace")


def _did_not_start(place: Place, failure: ProgramFailed, said: str) -> ServerProblem:
    lines = (said or failure.output).strip().splitlines()[-LAST_LINES:]
    fatal = [line for line in lines if "FATAL" in line] or lines[-1:]
    reason = fatal[-1].strip() if fatal else str(failure)
    message = f"PostgreSQL did not start ({reason}): put right what it says and start again. The log is {place.log}."
    return ServerProblem(
        "server_did_not_start", message, data_directory=place.data, log=place.log, log_lines="\n".join(lines)
    )
