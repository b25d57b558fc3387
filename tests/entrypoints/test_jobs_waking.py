"""Waking tasks: in the transaction that wrote their work, once each, and nobody waits for anybody."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from threading import Event, Thread

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.sql import queries
from pytest_django import DjangoAssertNumQueries

from pleamar.models import Installation
from pleamar.models.web_role import grant_web_role
from pleamar.wiring.jobs import QUEUE, forget_old_jobs, retry_stalled_jobs, waiting_jobs
from tests.entrypoints.queued import empty_queue, queued, states


@pytest.fixture
def emptied(committed: Installation) -> Iterator[None]:
    empty_queue()
    yield
    empty_queue()


class ItFailed(Exception):
    """What rolls a transaction back."""


def fetch() -> int | None:
    """The job that a worker would take now."""
    tables = DjangoConnector()
    worker = tables.execute_query_one(query=queries["register_worker"])["worker_id"]
    job: int | None = tables.execute_query_one(query=queries["fetch_job"], queues=None, worker_id=worker)["id"]
    return job


def elsewhere(work: Callable[[], object]) -> None:
    """Done to its end on a connection of its own; it must not wait for ours."""

    def run() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '3s'")
            work()
        except BaseException as failed:  # told to the test
            raised.append(failed)
        finally:
            connections.close_all()

    raised: list[BaseException] = []
    thread = Thread(target=run)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert raised == []


def test_a_wake_up_is_rolled_back_with_its_transaction(emptied: None) -> None:
    with pytest.raises(ItFailed):
        _wake_and_fail(7)
    assert queued() == []
    with transaction.atomic():
        QUEUE.wake("collect_charge", charge_id=7)
        with pytest.raises(ItFailed):
            _wake_and_fail(8)
        elsewhere(_none_waits)
    assert queued() == [("collect_charge", {"charge_id": 7})]


def _wake_and_fail(charge_id: int) -> None:
    with transaction.atomic():
        QUEUE.wake("collect_charge", charge_id=charge_id)
        assert ("collect_charge", {"charge_id": charge_id}) in queued()
        raise ItFailed


def _none_waits() -> None:
    assert waiting_jobs() == 0


def test_a_task_that_waits_already_is_not_queued_again(installation: Installation) -> None:
    for _ in range(2):
        QUEUE.wake("process_event", event_id=1)
        QUEUE.wake("process_event", event_id=2)
        QUEUE.wake("send_messages")
        QUEUE.wake_each("collect_charge", [{"charge_id": 1}, {"charge_id": 2}, {"charge_id": 1}])
    assert len(queued()) == 5
    assert fetch() is not None
    assert len(queued()) == 4
    QUEUE.wake("process_event", event_id=1)  # the one that is under way may have looked already
    assert len(queued()) == 5
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # the transaction is whole


def test_a_thousand_are_woken_in_one_statement(
    installation: Installation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        QUEUE.wake_each("collect_charge", [{"charge_id": number} for number in range(1000)])
    QUEUE.wake_each("collect_charge", [])
    assert waiting_jobs() == 1000


def test_two_transactions_that_wake_the_same_task_do_not_wait(emptied: None) -> None:
    with transaction.atomic():
        QUEUE.wake("send_messages")
        elsewhere(lambda: QUEUE.wake("send_messages"))
        elsewhere(lambda: QUEUE.wake("send_messages"))
    assert 2 <= waiting_jobs() <= 3  # one too many does nothing
    QUEUE.wake("send_messages")
    assert waiting_jobs() <= 3


def test_a_job_that_waited_is_not_begun_before_the_work_is_committed(emptied: None) -> None:
    QUEUE.wake("send_messages")
    with transaction.atomic():
        QUEUE.wake("send_messages")
        elsewhere(_assert_nothing_to_fetch)
    assert fetch() is not None
    assert waiting_jobs() == 0


def _assert_nothing_to_fetch() -> None:
    assert fetch() is None


def test_many_at_once_do_not_stop_each_other(emptied: None) -> None:
    """Opposite orders, with locks between: what waits for each other here is a deadlock."""
    first_has_woken, second_has_woken = Event(), Event()

    def other() -> None:
        with transaction.atomic():
            QUEUE.wake("b")
            second_has_woken.set()
            assert first_has_woken.wait(10)
            QUEUE.wake("a")

    thread = Thread(target=lambda: elsewhere(other))
    with transaction.atomic():
        QUEUE.wake("a")
        first_has_woken.set()
        thread.start()
        assert second_has_woken.wait(10)
        QUEUE.wake("b")
        thread.join(20)
    assert 3 <= waiting_jobs() <= 4


def test_jobs_of_a_worker_that_died_are_put_back(installation: Installation) -> None:
    QUEUE.wake("collect_charge", charge_id=1)
    QUEUE.wake("collect_charge", charge_id=2)
    assert fetch() is not None
    assert fetch() is not None
    assert retry_stalled_jobs() == 0  # both have just been heard of
    QUEUE.wake("collect_charge", charge_id=2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '30 s'")
    assert retry_stalled_jobs() == 2
    assert sorted(str(number["charge_id"]) for _, number in queued()) == ["1", "2"]
    assert states() == {"todo": 2}
    forget_old_jobs()
    assert states() == {"todo": 2}


def test_what_ended_long_ago_is_forgotten(installation: Installation) -> None:
    tables = DjangoConnector()
    for charge_id, status in enumerate(("succeeded", "failed", "aborted")):
        QUEUE.wake("collect_charge", charge_id=charge_id)
        job = fetch()
        tables.execute_query(query=queries["finish_job"], job_id=job, status=status, delete_job=False)
    forget_old_jobs()
    assert sum(states().values()) == 3
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '8 days'")
    forget_old_jobs()
    assert states() == {}


def test_the_web_role_can_work_the_queue(installation: Installation) -> None:
    grant_web_role(connection, "pleamar_web")
    tables = DjangoConnector()
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE pleamar_web")
    QUEUE.wake("send_messages")
    worker = tables.execute_query_one(query=queries["register_worker"])["worker_id"]
    tables.execute_query(query=queries["update_heartbeat"], worker_id=worker)
    job = tables.execute_query_one(query=queries["fetch_job"], queues=None, worker_id=worker)["id"]
    again = {"retry_at": None, "new_priority": None, "new_queue_name": None, "new_lock": None}
    tables.execute_query(query=queries["retry_job"], job_id=job, **again)
    job = tables.execute_query_one(query=queries["fetch_job"], queues=None, worker_id=worker)["id"]
    tables.execute_query(query=queries["finish_job"], job_id=job, status="succeeded", delete_job=True)
    periodic = {"task_name": "close_cycles", "periodic_id": "", "queue": "default", "priority": 0, "lock": None}
    for minute in (60, 120):
        told = {"defer_timestamp": minute, "queueing_lock": f"close {minute}", "args": {"timestamp": minute}}
        assert tables.execute_query_one(query=queries["defer_periodic_job"], **periodic, **told)["id"]
    tables.execute_query(query=queries["unregister_worker"], worker_id=worker)
    assert tables.execute_query_all(query=queries["prune_stalled_workers"], seconds_since_heartbeat=0) == []
    forget_old_jobs()
    assert retry_stalled_jobs() == 0
    with connection.cursor() as cursor:
        cursor.execute("LISTEN procrastinate_any_queue_v1")
        cursor.execute("RESET ROLE")


def test_whoever_wakes_tasks_does_not_load_them() -> None:
    """Django itself loads the app configurations that its settings name, and nothing else of the entrypoints."""
    script = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'pleamar.config.settings'; django.setup(); "
        "entrypoints = lambda: sorted(name for name in sys.modules if name.startswith('pleamar.entrypoints')); "
        "print(*entrypoints()); import pleamar.wiring.jobs; print(*entrypoints())"
    )
    said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    with_django, with_wiring = (line.split() for line in said.splitlines())
    apps = [name for name in settings.INSTALLED_APPS if name.startswith("pleamar.entrypoints")]
    named = {module.rpartition(".")[0] for module in apps}  # the module that holds each configuration
    around = {package for module in named for package in (module.rpartition(".")[0], "pleamar.entrypoints")}
    assert set(with_django) == named | around
    assert with_wiring == with_django
