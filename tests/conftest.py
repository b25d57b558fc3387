"""What many tests start from."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import override_settings
from django.utils import translation
from hypothesis import HealthCheck, settings

from pleamar.actions.install import install
from pleamar.models import Installation
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER

# A busy machine is no fault of what is tried.
settings.register_profile("pleamar", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("pleamar")


def pytest_collection_finish() -> None:
    """What is loaded by now stays, and need not be looked through for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def nobodys_language() -> Iterator[None]:
    """The last page that was asked for leaves its reader's behind."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def emptied_without_triggers() -> Iterator[None]:
    """Tables that are only ever added to refuse the TRUNCATE by which Django empties them after a committed test.

    The tests' role is a superuser: for that moment it passes the triggers over.
    """
    flush = DatabaseOperations.execute_sql_flush

    def flush_without_triggers(operations: DatabaseOperations, statements: list[str]) -> None:
        flush(operations, ["SET LOCAL session_replication_role = replica;", *statements])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_without_triggers)
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Real ones are slow to make and to check, on purpose."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(datetime(2026, 1, 1, 9, tzinfo=UTC))


@pytest.fixture
def installation(db: None) -> Installation:
    return install("sandbox", seller="Meridian Software", cause=TESTER, now=datetime(2015, 1, 1, tzinfo=UTC))


@pytest.fixture
def committed(transactional_db: None) -> Installation:
    """An installation whose rows are really committed, for tests with several connections."""
    return install("sandbox", seller="Meridian Software", cause=TESTER, now=datetime(2015, 1, 1, tzinfo=UTC))
