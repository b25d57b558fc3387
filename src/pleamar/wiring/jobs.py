"""Wakes tasks: writes their names into the queue's tables, in the transaction that is open on Django's connection.

Nothing here knows what a task does: workers (`entrypoints/jobs`) do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final
from zlib import crc32

from django.db import connection, transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import UniqueViolation
from procrastinate.sql import queries

from pleamar.rules.refusals import Refused
from pleamar.wiring.clock import real_clock

# A worker that has not been heard of for so many seconds has died; it speaks every HEARTBEAT seconds.
HEARTBEAT: Final = 5
SILENCE_OF_THE_DEAD: Final = 20
_MOST_AT_ONCE: Final = 64
_KEPT_HOURS: Final = 7 * 24
# How the calendar marks what a worker also does when it begins.
AT_START: Final = "at start"

_AS_IT_WAS: Final = dict.fromkeys(("retry_at", "new_priority", "new_queue_name", "new_lock"))

# The class of our advisory locks around wake-ups.
_WAKING: Final = 1_348_224_833
# So many at most does one transaction hold, however many tasks it wakes.
_BUCKETS: Final = 256

# A task that waits already is not queued again; its row is held until we commit, so that no worker takes it before it
# can see what we wrote. Nobody waits for anybody here, for who waits can be waited for: where another transaction is
# waking the same task at this moment, ours is queued beside it without its key, and does nothing if it comes second.
_WAKE: Final = """
WITH wanted AS (
    SELECT key, bucket, args FROM unnest(%s::text[], %s::int[], %s::jsonb[]) AS wanted (key, bucket, args)
), waiting AS (
    SELECT queueing_lock AS key FROM procrastinate_jobs
    WHERE status = 'todo' AND queueing_lock = ANY (%s) FOR KEY SHARE SKIP LOCKED
)
INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args)
SELECT 'default', %s, CASE WHEN pg_try_advisory_xact_lock(%s, bucket) THEN key END, args
FROM wanted WHERE key NOT IN (SELECT key FROM waiting)
ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""


def queue_key(task: str, arguments: Mapping[str, int]) -> str:
    """What is the same for two wake-ups of which one is enough."""
    return f"{task} {json.dumps(arguments, sort_keys=True)}"


class Queue:
    """`Jobs` by the tables of Procrastinate, on Django's connection."""

    def wake(self, task: str, **arguments: int) -> None:
        self.wake_each(task, [arguments])

    def wake_each(self, task: str, each: Iterable[Mapping[str, int]]) -> None:
        """Have `task` run once for each of these arguments, in one statement."""
        texts = {queue_key(task, arguments): json.dumps(arguments) for arguments in each}
        if not texts:
            return
        keys = list(texts)
        buckets = [crc32(key.encode()) % _BUCKETS for key in keys]
        with connection.cursor() as cursor:
            cursor.execute(_WAKE, [keys, buckets, list(texts.values()), keys, task, _WAKING])


QUEUE: Final = Queue()


def concurrency(environ: Mapping[str, str]) -> int:
    """How many jobs a worker does at once: `PLEAMAR_WORKER_CONCURRENCY`. Refuses `concurrency_invalid`."""
    told = environ.get("PLEAMAR_WORKER_CONCURRENCY") or "4"
    if not re.fullmatch(r"[0-9]{1,2}", told, re.ASCII) or not 1 <= int(told) <= _MOST_AT_ONCE:
        raise Refused("concurrency_invalid", value=told, most=_MOST_AT_ONCE)
    return int(told)


def waiting_jobs() -> int:
    """How many are queued and not begun."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        count: int = cursor.fetchone()[0]
        return count


def is_worker_there() -> bool:
    """Whether any worker has been heard of lately: what is queued is then begun at once, or soon."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > %s)",
            [real_clock()() - timedelta(seconds=SILENCE_OF_THE_DEAD)],
        )
        found: bool = cursor.fetchone()[0]
        return found


def retry_stalled_jobs() -> int:
    """How many jobs of workers that died were put back; one that is queued anew by now is closed instead."""
    tables, stalled = DjangoConnector(), "select_stalled_jobs_by_heartbeat"
    found = tables.execute_query_all(
        query=queries[stalled], queue=None, task_name=None, seconds_since_heartbeat=SILENCE_OF_THE_DEAD
    )
    for job in found:
        try:
            with transaction.atomic():
                tables.execute_query(query=queries["retry_job"], job_id=job["id"], **_AS_IT_WAS)
        except UniqueViolation:
            tables.execute_query(query=queries["finish_job"], job_id=job["id"], status="aborted", delete_job=True)
    return len(found)


def forget_old_jobs() -> None:
    """Remove what ended more than a week ago, however it did; work that is still to be done stands in rows."""
    over = ["succeeded", "failed", "cancelled", "aborted"]
    DjangoConnector().execute_query(query=queries["delete_old_jobs"], queue=None, statuses=over, nb_hours=_KEPT_HOURS)
