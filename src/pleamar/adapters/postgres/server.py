"""The embedded PostgreSQL server of one home: start it, stop it, ask about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pleamar.adapters.postgres.account import service_account
from pleamar.adapters.postgres.address import ServerAddress, address_of
from pleamar.adapters.postgres.binaries import Binaries, find_binary_folder, read_version
from pleamar.adapters.postgres.binaries_copy import reachable_binaries
from pleamar.adapters.postgres.cluster import (
    data_major,
    make_cluster,
    refuse_foreign_data,
    refuse_other_major,
)
from pleamar.adapters.postgres.launch import launch, refuse_unready, refuse_unusable_settings
from pleamar.adapters.postgres.passwords import read_passwords, require_passwords
from pleamar.adapters.postgres.place import Place, choose_place, has_data, make_place, refuse_other_owner
from pleamar.adapters.postgres.postmaster import (
    StopMode,
    end_postmaster,
    end_unreachable_postmasters,
    is_alive,
    is_ready,
    live_pid,
    wait_until_ready,
)
from pleamar.adapters.postgres.private_files import locked
from pleamar.adapters.postgres.roles import make_roles, roles_are_made


@dataclass(frozen=True)
class ServerStatus:
    """What is there: `pid` only when it runs, `major` only when there is data."""

    state: Literal["running", "stopped", "no data"]
    data_directory: Path
    log: Path
    pid: int | None = None
    major: int | None = None


class EmbeddedServer:
    """A PostgreSQL server that keeps its data under `home` and outlives the process that started it.

    `environ` is read for PG_BINDIR and PATH only. `settings` go to the server when it is started (`{"fsync": "off"}`);
    they do not change one that already runs.
    """

    def __init__(self, home: Path, environ: Mapping[str, str], settings: Mapping[str, str] | None = None) -> None:
        self._home = home
        self._environ = environ
        self._settings = dict(settings or {})
        self._account = service_account()
        refuse_unusable_settings(self._settings)

    def start(self) -> ServerAddress:
        """Start the server if it does not run, making its database first if there is none; safe to call at any time."""
        place = self._place()
        found = self._running(place)
        if found:
            return found
        make_place(place, self._account)
        with locked(place.lock) as lock:
            # Whoever held the lock before us may have started it.
            return self._running(place) or self._start(place, lock)

    def stop(self, mode: StopMode = "fast") -> bool:
        """Stop the server and wait until it has ended; False if none ran."""
        place = self._place()
        if not place.lock.exists():
            return False
        with locked(place.lock):
            if not has_data(place):
                return False
            refuse_foreign_data(place)
            return end_postmaster(place, mode)

    def status(self) -> ServerStatus:
        """What is there now; starts, makes and changes nothing."""
        place = self._place()
        if not has_data(place):
            return ServerStatus("no data", place.data, place.log)
        pid = live_pid(place)
        return ServerStatus(
            "running" if is_alive(place) else "stopped", place.data, place.log, pid, data_major(place.data)
        )

    def _place(self) -> Place:
        place = choose_place(self._home, self._account)
        refuse_other_owner(place, self._account)
        return place

    def _running(self, place: Place) -> ServerAddress | None:
        if not (is_ready(place) and roles_are_made(place)):
            return None
        passwords = read_passwords(place)
        return address_of(place, passwords) if passwords else None

    def _start(self, place: Place, lock: int) -> ServerAddress:
        major = refuse_foreign_data(place) if has_data(place) else None
        end_unreachable_postmasters(place)
        if not wait_until_ready(place):
            refuse_unready(place)
            self._launch(place, major, lock)
        address = address_of(place, require_passwords(place))
        if not roles_are_made(place):
            make_roles(place, address, self._account)
        return address

    def _launch(self, place: Place, major: int | None, lock: int) -> None:
        binaries = self._binaries(place)
        if major is None:
            make_cluster(place, binaries, self._account, lock)
        else:
            require_passwords(place)
            refuse_other_major(place, major, binaries)
        launch(place, binaries, self._account, self._settings)

    def _binaries(self, place: Place) -> Binaries:
        folder = find_binary_folder(self._environ)
        return read_version(reachable_binaries(folder, place, self._account), self._account)
