"""The small world, and the means to spoil it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import TestCase
from pytest_django.plugin import DjangoDbBlocker

from pleamar.actions.install import install
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER
from tests.queries.small_world import NOW, SmallWorld, small_world


@pytest.fixture(scope="module")
def built_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[SmallWorld]:
    """Built once a file, in a transaction of its own: each test then runs inside a savepoint of it."""
    with django_db_blocker.unblock():
        # Not `transaction.atomic()`: what TestCase begins passes for no transaction where a durable one is asked for.
        atomics = TestCase._enter_atomics()  # type: ignore[attr-defined]  # not in the stubs
        try:
            install("sandbox", seller="Meridian Software", cause=TESTER, now=datetime(2015, 1, 1, tzinfo=UTC))
            yield small_world()
        finally:
            TestCase._rollback_atomics(atomics)  # type: ignore[attr-defined]  # not in the stubs


@pytest.fixture
def world(built_world: SmallWorld, db: None) -> SmallWorld:
    """The world at its latest moment, to be changed at will."""
    return replace(built_world, clock=SteppedClock(NOW))


@pytest.fixture
def corrupt(world: SmallWorld) -> Callable[..., int]:
    """Run an SQL statement on a table behind everybody's back: no trigger, and without the constraints named."""

    def run(table: str, statement: str, *without: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for constraint in without:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
            cursor.execute(statement)
            return int(cursor.rowcount)

    return run
