"""`web`, `worker` and `up` where they cannot begin."""

from __future__ import annotations

import socket

import pytest

from tests.entrypoints.console import Console


@pytest.mark.parametrize("command", ["web", "up"])
def test_a_port_that_is_taken(console: Console, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        said = console.refused(command, "--port", str(taken))
    assert said.startswith(f"Nothing can listen on 127.0.0.1:{taken}: Address already in use. ")


@pytest.mark.parametrize("command", ["web", "up"])
@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8000.5"])
def test_a_port_that_is_none(console: Console, command: str, port: str) -> None:
    assert console.run(command, "--port", port).code == 2


@pytest.mark.parametrize("command", ["web", "up"])
def test_a_host_that_is_not_ours(console: Console, command: str) -> None:
    said = console.refused(command, "--host", "192.0.2.1", "--port", "18000")
    assert said.startswith("Nothing can listen on 192.0.2.1:18000: ")


@pytest.mark.parametrize("value", ["0", "65", "-1", "four", "1.5", "٤"])
def test_a_number_of_jobs_that_is_none(console: Console, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("PLEAMAR_WORKER_CONCURRENCY", value)
    assert console.refused("worker", "--one-shot").startswith(f"“{value}” is no number of jobs")
