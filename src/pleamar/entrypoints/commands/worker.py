"""`pleamar worker`."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, Final

from django.db import OperationalError, connections
from procrastinate import App, JobContext
from procrastinate.contrib.django import app, connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.periodic import PeriodicRegistry
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker
from psycopg_pool import PoolTimeout

from pleamar.entrypoints.commands.command import Command
from pleamar.entrypoints.commands.counting import counted
from pleamar.entrypoints.commands.parent import end_with_parent
from pleamar.wiring.fingerprint import watch_for_copies
from pleamar.wiring.jobs import AT_START, HEARTBEAT, QUEUE, SILENCE_OF_THE_DEAD, concurrency, waiting_jobs
from pleamar.wiring.log_lines import log_to_stderr
from pleamar.wiring.payments import provider_kind

# After a signal: what is being done may take so long to its end. It is done again if it does not get there.
_GRACE_SECONDS: Final = 8
# A lost database may be back by then.
_DATABASE_SECONDS: Final = 5
# One that stays at it for ever finds new work each time.
_MOST_ROUNDS: Final = 100
log: Final = logging.getLogger("pleamar.worker")


class _Working:
    """The worker of this process, from its beginning until it was asked to stop."""

    def __init__(self, known: App, *, at_once: int, one_shot: bool) -> None:
        self._at_once = at_once
        self._app = known
        self._one_shot = one_shot
        self._stopping = False
        self._worker: Worker | None = None
        self.failed = 0

    async def run(self) -> None:
        """Until a signal; one that is to look only once ends when nothing waits any more."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self._at_once, thread_name_prefix="task"))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        async with self._app.open_async():
            await asyncio.to_thread(_wake_sweeps, self._app)
            log.info("the worker begins", extra={"facts": {"jobs_at_once": self._at_once}})
            if self._one_shot:
                self._app.periodic_registry = PeriodicRegistry()  # nothing is put into the queue on its way
            for turn in count(1):
                await self._round()
                if self._stopping or (self._one_shot and (turn == _MOST_ROUNDS or not await _is_anything_left())):
                    return
                if not self._one_shot:  # it lost the connection on which it listens, and the database is back
                    log.warning("the worker begins again")
                    await asyncio.sleep(1)

    async def _round(self) -> None:
        options: dict[str, Any] = {
            **self._app.worker_defaults,
            "concurrency": self._at_once,
            "wait": not self._one_shot,
            "listen_notify": not self._one_shot,
            "delete_jobs": "successful",
            "install_signal_handlers": False,
            "update_heartbeat_interval": HEARTBEAT,
            "stalled_worker_timeout": SILENCE_OF_THE_DEAD,
            "worker_middleware": [self._count_failure],
        }
        if not self._stopping:
            self._worker = Worker(self._app, **options)
            await self._worker.run()

    async def _count_failure(self, call_next: Callable[[], Awaitable[Any]], context: JobContext, of: Worker) -> Any:
        del context, of
        try:
            return await call_next()
        except Exception:
            self.failed += 1
            raise

    def _stop(self) -> None:
        if not self._stopping and self._worker is not None:
            self._worker.stop()
            asyncio.get_running_loop().call_later(_GRACE_SECONDS, self._leave)
        self._stopping = True

    def _leave(self) -> None:
        """End though something is still being done. Another worker does it again, once it misses this one."""
        sys.stderr.flush()
        os._exit(0)


async def _is_anything_left() -> bool:
    return await asyncio.to_thread(waiting_jobs) > 0


def _wake_sweeps(known: App) -> None:
    for name, when in known.periodic_registry.periodic_tasks:
        if when == AT_START:
            QUEUE.wake(name)
    connections.close_all()


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--one-shot", action="store_true", help="do what is due and what is queued, then end")


def _run(arguments: Namespace) -> int:
    at_once = concurrency(os.environ)
    provider_kind(os.environ)  # refuses a key that does not fit
    watch_for_copies(os.environ)
    log_to_stderr()
    end_with_parent(os.environ)
    connections.close_all()
    tables = PsycopgConnector(min_size=1, max_size=2, timeout=_DATABASE_SECONDS, kwargs=connector_params())
    with app.replace_connector(tables) as known:
        known.perform_import_paths()
        working = _Working(known, at_once=at_once, one_shot=arguments.one_shot)
        try:
            asyncio.run(working.run())
        except (ConnectorException, PoolTimeout) as lost:
            raise OperationalError(str(lost.__cause__ or lost)) from lost
    if working.failed and arguments.one_shot:
        sys.stderr.write(f"pleamar: {counted(working.failed, 'job')} failed\n")
        return 1
    return 0


COMMAND = Command(
    help="do the background work: close cycles, collect charges, work on the provider's events, send mail",
    example="pleamar worker",
    arguments=_arguments,
    run=_run,
)
