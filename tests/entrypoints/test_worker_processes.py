"""Workers and the web server as processes: nothing twice, nothing lost, nobody left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from pleamar.models import Charge, Installation, Invoice, SandboxIntent
from pleamar.wiring.clock import move_clock_to
from pleamar.wiring.jobs import QUEUE, waiting_jobs
from tests.entrypoints.processes import Installed, in_a_home_of_its_own, is_anybody_left, on_the_tests_database, soon
from tests.entrypoints.queued import empty_queue, states
from tests.stories.month import Storyteller

PARTNERS = 50


@pytest.fixture
def story(committed: Installation) -> Iterator[Storyteller]:
    empty_queue()
    yield Storyteller().on("2026-01-05 10:00")
    empty_queue()


@pytest.fixture
def installed(tmp_path: Path, story: Storyteller) -> Iterator[Installed]:
    with on_the_tests_database(tmp_path) as installed:
        yield installed


def partners_with_ended_cycles(story: Storyteller, count: int) -> None:
    for number in range(count):
        story.partner(f"Partner {number}")
        story.account(f"Account {number}")
        story.joins(f"Account {number}", 2)
        story.card()
    move_clock_to(datetime(2026, 2, 6, tzinfo=UTC))


def workers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        count: int = cursor.fetchone()[0]
        return count


def all_paid_once(story: Storyteller, count: int) -> None:
    assert Invoice.unscoped.filter(state="paid").count() == Invoice.unscoped.count() == count
    assert Charge.unscoped.filter(state="succeeded").count() == Charge.unscoped.count() == count
    assert [row.content["status"] for row in SandboxIntent.objects.all()] == ["succeeded"] * count
    story.books_agree()


@pytest.mark.slow
def test_two_workers_at_once_do_nothing_twice(story: Storyteller, installed: Installed) -> None:
    partners_with_ended_cycles(story, PARTNERS)
    both = [installed.begin("worker", "--one-shot") for _ in range(2)]
    assert [one.wait(120) for one in both] == [0, 0]
    assert waiting_jobs() == workers() == 0
    assert "error" not in installed.said()
    all_paid_once(story, PARTNERS)
    assert installed.begin("worker", "--one-shot").wait(60) == 0
    all_paid_once(story, PARTNERS)


def test_one_look_takes_up_what_a_dead_worker_had(story: Storyteller, installed: Installed) -> None:
    partners_with_ended_cycles(story, 1)
    QUEUE.wake("collect_charge", charge_id=17)  # there is none: a job that fails
    QUEUE.wake("no_such_task")  # of another version: said, and left
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    one_shot = installed.begin("worker", "--one-shot")
    assert one_shot.wait(60) == 1
    said = installed.said()
    assert "jobs of a worker that died are done again" in said
    assert "pleamar: 1 job failed\n" in said
    assert '"error": "DoesNotExist"' in said
    assert "Traceback" not in said
    assert states() == {"failed": 2}
    all_paid_once(story, 1)


def test_a_worker_hears_of_new_jobs_and_ends_when_asked(story: Storyteller, installed: Installed) -> None:
    worker = installed.begin("worker")
    soon(lambda: workers() == 1 and waiting_jobs() == 0)
    partners_with_ended_cycles(story, 1)
    QUEUE.wake("close_cycles")
    soon(lambda: Invoice.unscoped.filter(state="paid").count() == 1, 15)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    assert workers() == 0
    assert "Traceback" not in installed.said()
    all_paid_once(story, 1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def answers(port: int, path: str = "/healthz") -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code
    except OSError:
        return 0


def children(process: subprocess.Popen[str]) -> list[int]:
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [line.split() for line in listed.splitlines()]
    return [int(pid) for pid, parent in pairs if int(parent) == process.pid]


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_everything_ends_with_its_parent(by: signal.Signals) -> None:
    port = free_port()
    with in_a_home_of_its_own() as installed:
        installed.do("db", "start")
        up = installed.begin("up", "--port", str(port))
        soon(lambda: answers(port) == 200, 60)
        assert answers(port, "/nowhere") == 404
        out = "".join(path.read_text() for path in installed.folder.glob("up-*.out"))
        assert out == f"Pleamar listens on http://127.0.0.1:{port}\n"
        soon(lambda: len(children(up)) == 2)
        if by is signal.SIGINT:
            os.killpg(up.pid, by)  # as a terminal does it
        else:
            up.send_signal(by)
        assert up.wait(20) == (-9 if by is signal.SIGKILL else 0)
        soon(lambda: not is_anybody_left(up), 20)
        assert answers(port) == 0
        assert "Traceback" not in installed.said()


def workers_begun(installed: Installed) -> int:
    """How many workers have said so far that they are at work."""
    return installed.said().count('"the worker begins"')


@pytest.mark.slow
def test_children_and_database_come_back(tmp_path: Path) -> None:
    port = free_port()
    with in_a_home_of_its_own() as installed:
        up = installed.begin("up", "--port", str(port))
        soon(lambda: answers(port) == 200, 60)
        soon(lambda: len(children(up)) == 2)
        before = children(up)
        for child in before:
            os.kill(child, signal.SIGKILL)
        begun = workers_begun(installed)
        soon(lambda: len(children(up)) == 2 and not set(children(up)) & set(before), 60)
        soon(lambda: answers(port) == 200, 60)
        # A worker that is still starting would start the database again before anybody could see it gone.
        soon(lambda: workers_begun(installed) > begun, 60)
        installed.do("db", "stop")
        soon(lambda: answers(port) == 503, 30)
        soon(lambda: answers(port) == 200, 90)
        up.terminate()
        assert up.wait(20) == 0
        assert not is_anybody_left(up)
