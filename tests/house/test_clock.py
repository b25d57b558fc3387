"""Only `wiring/clock.py` reads the time; everybody else is told it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.conftest import Snippet
from tests.house.source import SRC, at, imported_modules, project_files, python_files, tree, used_names

WAIT = (SRC / "adapters", SRC / "entrypoints" / "commands")
THE_CLOCK = SRC / "wiring" / "clock.py"
WALL_CLOCKS = {
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime", "time.asctime"),
    *("time.clock_gettime", "time.clock_gettime_ns", "uuid.uuid1"),
    *("django.utils.timezone.now", "django.utils.timezone.datetime", "django.db.models.functions.Now"),
    *("django.db.models.functions.datetime.Now", "django.utils.timezone.localdate"),
}
# How long something takes is no moment: adapters may wait for the outside world, and commands for their reader's eyes.
STOPWATCHES = {"time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns", "time.sleep"}
STAMPS_ITSELF = {"auto_now", "auto_now_add"}
IN_SQL = re.compile(
    r"\b(now\s*\(|(current|local)_?(timestamp|time|date)\b|(clock|statement|transaction)_timestamp\b|timeofday\b)",
    re.IGNORECASE,
)
SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|WITH|FROM|WHERE|SET|DEFAULT)\b")


def clock_readings(paths: Iterable[Path], clocks: set[str]) -> list[str]:
    """Where one of these clocks is read, or imported to be read."""
    found = set()
    for path in paths:
        names = [*used_names(path), *imported_modules(path)]
        found |= {f"{at(path, line)} {name}" for line, name in names if name in clocks}
    return sorted(found)


def self_stamping(paths: Iterable[Path]) -> list[str]:
    """Columns that write the time by themselves."""
    return [
        f"{at(path, node.value.lineno)} {node.arg}"
        for path in paths
        for node in ast.walk(tree(path))
        if isinstance(node, ast.keyword) and node.arg in STAMPS_ITSELF
    ]


def clock_readings_in_sql(paths: Iterable[Path]) -> list[str]:
    """Where the database is asked for the time, in a statement inside Python."""
    return [
        f"{at(path, node.lineno)} {told[0]}"
        for path in paths
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value)
        if (told := IN_SQL.search(node.value))
    ]


def test_nobody_but_the_clock_reads_the_time() -> None:
    assert clock_readings((path for path in python_files(SRC) if path != THE_CLOCK), WALL_CLOCKS) == []


def test_the_clock_itself_does() -> None:
    assert clock_readings([THE_CLOCK], WALL_CLOCKS)


def test_only_adapters_and_commands_wait_and_measure() -> None:
    inside = [path for path in python_files(SRC) if set(WAIT).isdisjoint(path.parents)]
    assert clock_readings(inside, STOPWATCHES) == []


def test_no_column_writes_the_time_by_itself() -> None:
    assert self_stamping(python_files(SRC)) == []


def test_the_database_is_not_asked_for_the_time() -> None:
    written = [path for path in project_files(SRC) if path.suffix == ".py"]  # migrations too: they hold triggers
    assert clock_readings_in_sql(written) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("from datetime import datetime\ndatetime.now()", "datetime.datetime.now"),
        ("import datetime as d\nd.date.today()", "datetime.date.today"),
        ("from datetime import datetime as moment\nread = moment.utcnow", "datetime.datetime.utcnow"),
        ("import time\ntime.time()", "time.time"),
        ("from time import time_ns as t", "time.time_ns"),
        ("from django.utils import timezone\ntimezone.now()", "django.utils.timezone.now"),
        ("import django.utils.timezone\ndjango.utils.timezone.now()", "django.utils.timezone.now"),
        ("from django.db.models.functions import Now", "django.db.models.functions.Now"),
    ],
)
def test_a_reading_of_the_time_is_found(snippet: Snippet, text: str, name: str) -> None:
    assert {reading.partition(" ")[2] for reading in clock_readings([snippet(text)], WALL_CLOCKS)} == {name}


def test_a_stopwatch_is_found_where_it_is_forbidden(snippet: Snippet) -> None:
    path = snippet("from time import sleep\nsleep(1)")
    assert clock_readings([path], WALL_CLOCKS) == []
    assert clock_readings([path], STOPWATCHES) == ["snippet.py:1 time.sleep", "snippet.py:2 time.sleep"]


def test_a_column_that_writes_the_time_is_found(snippet: Snippet) -> None:
    assert self_stamping([snippet("models.DateTimeField(auto_now_add=True)")]) == ["snippet.py:1 auto_now_add"]


@pytest.mark.parametrize("read", ["now()", "CURRENT_TIMESTAMP", "clock_timestamp()", "current_date"])
def test_a_reading_of_the_database_s_time_is_found(snippet: Snippet, read: str) -> None:
    assert clock_readings_in_sql([snippet(f'execute("UPDATE meter SET last_at = {read}")')])


def test_a_parameter_is_no_reading(snippet: Snippet) -> None:
    path = snippet('def act(now):\n    """It acts now (then not)."""\n    execute("UPDATE t SET at = %s", [now])')
    assert clock_readings([path], WALL_CLOCKS) == clock_readings_in_sql([path]) == []
