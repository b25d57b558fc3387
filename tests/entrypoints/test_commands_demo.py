"""The demo: built once, told again, and its figures."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from functools import partial

import pytest

from pleamar.models import AccountAdministrator, Invitation, OutboxMessage, TeamMember
from tests.entrypoints.console import Console
from tests.entrypoints.processes import Installed, in_a_home_of_its_own, soon


@pytest.mark.slow
def test_the_demo_is_built_once_and_told_again(console: Console) -> None:
    console.set_clock("2026-11-22T12:00:00+00:00")
    told = console.do("demo", "--no-serve")
    assert "Northwind IT\n12 cycles, UTC\n" in told
    rows = console.rows("statements", "--partner", "Northwind IT")
    assert [row["peak"] for row in rows[:3]] == ["80", "99", "103"]
    assert [row["total"] for row in rows[:3]] == ["192.00", "237.60", "216.30"]
    assert len(rows) == 12
    unpaid = [row for row in console.rows("invoices") if row["state"] != "paid"]
    assert unpaid == []
    assert console.do("check-books").startswith("The books agree")
    assert console.do("demo", "--no-serve") == told
    assert [TeamMember.unscoped.count(), AccountAdministrator.unscoped.count()] == [4, 1]
    assert not OutboxMessage.unscoped.exclude(problem="").exists()
    assert Invitation.unscoped.get(accepted_at=None).email == "sam@northwindit.example"


@pytest.mark.slow
def test_the_demo_ends_by_serving_its_portal() -> None:
    with in_a_home_of_its_own(PYTHONUNBUFFERED="1") as installed:
        with socket.create_server(("127.0.0.1", 0)) as taken:  # the next one is looked for
            first = taken.getsockname()[1]
            for _ in range(2):  # the second time it is there at once
                process = installed.begin("demo", "--port", str(first))
                try:
                    address = _address(installed, process)
                    assert address != f"http://localhost:{first}"
                    soon(partial(_signs_in, address), seconds=60)
                finally:
                    process.send_signal(signal.SIGINT)
                    assert process.wait(timeout=60) == 0
        told = "".join(path.read_text() for path in installed.folder.glob("demo-*.out"))
        password = (installed.folder / "demo-password").read_text().strip()
        assert told.count(password) == 2
        assert f"Something else listens on port {first}." in told


def _signs_in(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/", timeout=30) as answer:
            return "Sign in" in answer.read().decode()
    except (urllib.error.URLError, ConnectionError):
        return False


def _address(installed: Installed, process: subprocess.Popen[str]) -> str:
    """Where it says that the portal is."""

    def said() -> str:
        assert process.poll() is None, installed.said()
        newest = max(installed.folder.glob("demo-*.out"), key=lambda path: path.name)
        return newest.read_text()

    soon(lambda: "Pleamar listens on" in said(), seconds=300)
    found = re.search(r"http://localhost:[0-9]+", said())
    assert found is not None
    return found[0]


def test_an_interrupted_demo_says_what_to_remove(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        console.run("partner", "add", "Northwind IT", "--currency", "USD")
        raise KeyboardInterrupt

    monkeypatch.setattr("pleamar.entrypoints.commands.demo.play", interrupted)
    assert console.run("demo", "--no-serve").code == 130
    for again in ("--no-serve", "--watch"):
        said = console.refused("demo", again)
        assert "was interrupted" in said
        assert "pleamar db stop" in said
        assert str(console.folder / "home") in said


def test_a_demo_that_was_interrupted_before_its_first_act_is_built(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pleamar.entrypoints.commands.demo.play", interrupted)
    assert [console.run("demo", "--no-serve").code for _ in range(2)] == [130, 130]


def test_a_home_with_other_partners_has_no_demo(console: Console) -> None:
    console.do("partner", "add", "Other", "--currency", "EUR")
    assert "this one has some" in console.refused("demo")
