"""Running PostgreSQL's programs: as the right user, and with nothing of ours they do not need."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from pleamar.adapters.postgres.account import ServiceAccount

PASSED_ON = ("PATH", "LD_LIBRARY_PATH")


class ProgramFailed(Exception):
    """A program ended with an error; `output` is what it said."""

    def __init__(self, program: str, exit_code: int, output: str) -> None:
        super().__init__(f"{program} ended with {exit_code}")
        self.output = output


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def run_program(
    arguments: Sequence[str | Path], account: ServiceAccount | None, *, keep_open: Sequence[int] = ()
) -> str:
    """Run a program as `account` (None: as ourselves) and return what it said.

    The environment is made from nothing: the server outlives us, so it must not carry our secrets about, and PGPORT,
    PGDATA and their like would change what it does. `keep_open` are file descriptors that the program inherits.
    """
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"LC_ALL": "C"}
    command = [str(argument) for argument in arguments]
    # A file, not a pipe: a server started by pg_ctl may keep its output open, and a pipe would then never end.
    with tempfile.TemporaryFile() as output:
        try:
            ended = subprocess.run(  # noqa: S603 - no shell, and the program is one the operator chose
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment,
                pass_fds=tuple(keep_open),
                check=False,
                umask=0o077,
                **_identity(account),
            )
        except OSError as error:
            raise ProgramFailed(command[0], error.errno or 1, str(error)) from error
        output.seek(0)
        said = output.read().decode(errors="replace")
    if ended.returncode:
        raise ProgramFailed(command[0], ended.returncode, said)
    return said


def _identity(account: ServiceAccount | None) -> _Identity:
    if account is None:
        return {}
    return {"user": account.user_id, "group": account.group_id, "extra_groups": []}
