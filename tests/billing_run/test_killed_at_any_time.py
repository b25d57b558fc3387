"""A billing run of a thousand partners, whose workers and database are killed all the time, bills and collects once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from random import Random, SystemRandom

import psycopg
import pytest

from pleamar.adapters.postgres.server import EmbeddedServer
from tests.entrypoints.processes import Installed, in_a_home_of_its_own, soon
from tests.house.source import ROOT

PARTNERS = 1000
# The first ones come while cycles are closed, the others while charges are collected.
WHILE_CLOSING = 6
LONGEST_CLOSING_MS = 2500
MOST_CHARGES_BETWEEN = 60
LONGEST_WAIT = 30
# Twenty, in an order by chance. Where only the database is killed the worker gives up, unless it is back at once.
VICTIMS = [*["worker"] * 7, *["both"] * 6, *["database, back at once"] * 5, *["database"] * 2]
ONCE_EACH = {
    "statement": "SELECT count(*), count(DISTINCT partner_id) FROM statement",
    "invoice": "SELECT count(*), count(DISTINCT partner_id) FROM invoice",
    "paid invoice": "SELECT count(*), count(DISTINCT partner_id) FROM invoice WHERE state = 'paid'",
    "charge": "SELECT count(*), count(DISTINCT partner_id) FROM charge",
    "charge that succeeded": "SELECT count(*), count(DISTINCT partner_id) FROM charge WHERE state = 'succeeded'",
    "payment": "SELECT count(*), count(DISTINCT customer) FROM sandbox_intent WHERE content->>'status' = 'succeeded'",
}


class Run:
    """The run, and whoever kills what it needs."""

    def __init__(self, installed: Installed, random: Random) -> None:
        self.installed = installed
        self.random = random
        self.worker: subprocess.Popen[str] | None = None
        self.server = EmbeddedServer(installed.folder / "postgres", installed.environ)

    def go_on(self) -> None:
        """As whatever watches over a worker does: start it again, and with it the database."""
        if self.worker is None or self.worker.poll() is not None:
            self.worker = self.installed.begin("worker")

    def kill(self, number: int, victim: str) -> None:
        """Somebody, somewhere in the middle of it."""
        self.go_on()
        if number < WHILE_CLOSING:
            soon(
                lambda: self._said_by_last("the worker begins") or self.worker is None or self.worker.poll() is not None
            )
            time.sleep(self.random.randint(0, LONGEST_CLOSING_MS) / 1000)
        else:
            self._wait_until("charge driven", self.random.randint(1, MOST_CHARGES_BETWEEN))
            time.sleep(self.random.randint(0, 50) / 1000)
        if victim != "worker":
            self._kill_database()
        if "database" not in victim:
            self._kill_worker()
        elif "back" in victim:
            self.server.start()
        else:
            soon(lambda: self.worker is None or self.worker.poll() is not None)  # it gives up by itself

    def finish(self) -> None:
        """Nobody is killed any more: what is left is done."""
        self._kill_worker()
        deadline = time.monotonic() + LONGEST_WAIT
        while self._unpaid():
            assert time.monotonic() < deadline, self._last_words()
            both = [self.installed.begin("worker", "--one-shot") for _ in range(2)]
            assert [one.wait(300) for one in both] == [0, 0], self._last_words()

    def _last_words(self) -> str:
        """What went wrong, as the log has it."""
        lines = self.installed.said().splitlines()
        return "\n".join(line for line in lines[-3000:] if "charge driven" not in line)[-8000:]

    def _unpaid(self) -> int:
        with psycopg.connect(self.server.start().owner_url) as connection:
            (paid,) = connection.execute("SELECT count(*) FROM invoice WHERE state = 'paid'").fetchone() or (0,)
            return PARTNERS - int(paid)

    def _wait_until(self, says: str, times: int) -> None:
        """The worker that runs has said so, so often; or has ended, or found nothing more to do."""
        deadline, times = time.monotonic() + LONGEST_WAIT, times + self._said_by_last(says)
        while self._said_by_last(says) < times and time.monotonic() < deadline:
            if self.worker is None or self.worker.poll() is not None:
                return
            time.sleep(0.01)

    def _said_by_last(self, says: str) -> int:
        newest = max(self.installed.folder.glob("worker-*.err"), key=lambda path: int(path.stem.partition("-")[2]))
        return newest.read_text().count(json.dumps(says))

    def _kill_worker(self) -> None:
        if self.worker is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait(10)

    def _kill_database(self) -> None:
        """The postmaster first, so that it cannot tidy up after its children."""
        postmaster = self.server.status().pid
        if postmaster is None:
            return
        listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        family = [int(pid) for pid, parent in map(str.split, listed.splitlines()) if int(parent) == postmaster]
        for pid in (postmaster, *family):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        soon(lambda: self.server.status().state != "running")  # the kernel takes a moment to close its socket


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_billing_run_bills_and_collects_once_whatever_is_killed() -> None:
    seed = int(os.environ.get("PLEAMAR_SEED") or SystemRandom().randint(1, 999_999))
    print(f"PLEAMAR_SEED={seed}")
    with in_a_home_of_its_own(PLEAMAR_CHARGE_LEASE="1") as installed:
        build = [sys.executable, "-m", "tests.billing_run.build", str(PARTNERS)]
        subprocess.run(build, env=installed.environ, cwd=ROOT, check=True, timeout=240)
        run = Run(installed, Random(seed))
        for number, victim in enumerate(run.random.sample(VICTIMS, len(VICTIMS))):
            run.kill(number, victim)
        run.finish()
        with psycopg.connect(run.server.start().owner_url) as connection:
            counts = {what: connection.execute(sql).fetchone() for what, sql in ONCE_EACH.items()}
        assert counts == dict.fromkeys(ONCE_EACH, (PARTNERS, PARTNERS))
        assert installed.do("check-books").startswith("The books agree")
        assert "Traceback" not in installed.said()
        soon(lambda: run.worker is None or run.worker.poll() is not None)
