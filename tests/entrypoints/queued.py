"""What the queue holds, for tests of whoever wakes tasks and of those who do them."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection


def queued() -> list[tuple[str, dict[str, Any]]]:
    """Every job that waits, in the order of its queueing: task and arguments."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args::text FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [(task, json.loads(arguments)) for task, arguments in cursor.fetchall()]


def states() -> dict[str, int]:
    """How many jobs are in each state."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
        return dict(cursor.fetchall())


def empty_queue() -> None:
    """Nothing waits any more; what is committed between tests is not emptied with the tables of models."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_periodic_defers, procrastinate_workers CASCADE")
