"""Servers that nobody can reach any more are ended before they are in the way of the next one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pleamar.adapters.postgres.server import EmbeddedServer
from tests.adapters.postgres_homes import FAST, ask, environ, folder, running_pid, used_server

pytestmark = pytest.mark.slow  # each starts a server or two


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/cwd").exists()


def test_a_home_removed_while_its_server_runs_can_be_made_again() -> None:
    with folder() as above, used_server(above / "home") as server:
        server.start()
        forsaken = running_pid(server)
        shutil.rmtree(above / "home")
        again = EmbeddedServer(above / "home", environ(), FAST)
        try:
            address = again.start()
            assert not alive(forsaken), "or else it would take the new one's socket with it when it notices"
            assert ask(address.owner_url, "SELECT 1") == 1
        finally:
            again.stop("immediate")


def test_a_server_whose_socket_was_removed_is_started_anew() -> None:
    with used_server() as server:
        address = server.start()
        before = running_pid(server)
        shutil.rmtree(address.socket_folder)
        address = server.start()
        assert running_pid(server) != before
        assert ask(address.owner_url, "SELECT 1") == 1
