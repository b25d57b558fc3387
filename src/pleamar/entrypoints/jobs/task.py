"""What a task is: a function known to workers by its name, which may be run at any time and any number of times."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Final, TypeAlias

from procrastinate.contrib.django import app

from pleamar.ports.payments import GatewayFailed, GatewayUnreachable
from pleamar.rules.refusals import Refused
from pleamar.wiring.jobs import AT_START, queue_key

log: Final = logging.getLogger("pleamar.jobs")
_Work: TypeAlias = Callable[..., None]
_BEFORE_OTHERS: Final = 10


def task(work: _Work) -> _Work:
    """Known by the function's name. What is refused, or not answered by the provider, is one line in the log.

    Anything else that goes wrong is the job's failure; what it should have done is still due for the next sweep.
    """
    done = _said_in_a_line(work)
    app.task(name=work.__name__)(done)
    return done


def sweep(cron: str, *, at_start: bool = True) -> Callable[[_Work], _Work]:
    """A task in the calendar (`cron`, in UTC) that does whatever is due by then; `at_start`: when a worker begins, too.

    One at a time in each worker: what comes while it still goes on is left to the next time.
    """

    def register(work: _Work) -> _Work:
        going_on = Lock()
        done = _said_in_a_line(work)

        @wraps(work)
        def run(timestamp: int | None = None) -> None:
            del timestamp  # when the calendar meant it to run: due dates stand in rows
            if going_on.acquire(blocking=False):
                try:
                    done()
                finally:
                    going_on.release()

        name = work.__name__
        known = app.task(name=name, priority=_BEFORE_OTHERS, queueing_lock=queue_key(name, {}))(run)
        app.periodic(cron=cron, periodic_id=AT_START if at_start else "")(known)
        return run

    return register


def _said_in_a_line(work: _Work) -> _Work:
    @wraps(work)
    def run(**ids: int) -> None:
        try:
            work(**ids)
        except Refused as refused:
            facts = {"task": work.__name__, **ids, "code": refused.code, **refused.facts}
            log.warning("refused", extra={"facts": facts})
        except (GatewayUnreachable, GatewayFailed) as failed:
            facts = {"task": work.__name__, **ids, "error": type(failed).__name__, "because": str(failed)}
            log.warning("the provider gave no answer", extra={"facts": facts})

    return run
