"""Background tasks: each does what is due by the installation's clock, says what it could not, and may be run again."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from pleamar.actions.pause_collection import pause_collection
from pleamar.entrypoints.jobs import dated_tasks, file_tasks, tasks
from pleamar.models import AuditEvent, Charge, Installation, Invoice, OutboxMessage, ReceivedEvent
from pleamar.ports.payments import GatewayUnreachable
from pleamar.queries.truths import Difference
from pleamar.rules.causes import Cause
from pleamar.wiring.clock import move_clock_to
from pleamar.wiring.jobs import AT_START, QUEUE, waiting_jobs
from tests.entrypoints.queued import queued
from tests.fakes.people import TESTER
from tests.stories.month import Storyteller

SWEEPS = {
    "close_cycles": "* * * * *",
    "collect_charges": "* * * * *",
    "process_events": "* * * * *",
    "poll_events": "*/10 * * * *",
    "send_messages": "* * * * *",
    "retry_stalled": "* * * * *",
    "activate_due_trials": "* * * * *",
    "expire_trials": "* * * * *",
    "remind_of_trials": "*/10 * * * *",
    "remind_of_cycles": "*/10 * * * *",
    "remind_of_cards": "*/10 * * * *",
    "review_standings": "* * * * *",
    "announce_prices": "*/10 * * * *",
    "watch_usage": "* * * * *",
    "import_waiting_files": "* * * * *",
    "check_books": "17 2 * * *",
    "forget_jobs": "43 2 * * *",
    "forget_sign_ins": "53 2 * * *",
    "renew_second_factors": "3 3 * * *",
}


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("PLEAMAR_HOME", str(tmp_path / "home"))


@pytest.fixture
def owed(installation: Installation, home: None) -> Storyteller:
    """A partner with a card whose first cycle has ended by the installation's clock, and nothing done about it."""
    story = Storyteller().on("2026-01-05 10:00")
    story.partner("Northwind IT")
    story.account("Contoso")
    story.joins("Contoso", 3)
    story.card()
    move_clock_to(datetime(2026, 2, 6, tzinfo=UTC))
    return story


def told(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The facts of what was logged."""
    return [getattr(record, "facts", {}) for record in caplog.records if record.name == "pleamar.jobs"]


def test_the_calendar() -> None:
    found = {name: each.cron for (name, _), each in app.periodic_registry.periodic_tasks.items()}
    assert found == SWEEPS
    begun = {name for name, when in app.periodic_registry.periodic_tasks if when == AT_START}
    assert begun == SWEEPS.keys() - {"check_books", "forget_jobs", "forget_sign_ins", "renew_second_factors"}
    assert {*SWEEPS, "collect_charge", "process_event", "import_members_file"} <= app.tasks.keys()
    written = {module.__name__ for module in (tasks, dated_tasks, file_tasks)}
    assert set(settings.PROCRASTINATE_IMPORT_PATHS) == written, "workers know them all"


def test_from_the_cycle_s_end_to_the_paid_invoice(owed: Storyteller) -> None:
    for _ in range(2):
        tasks.close_cycles()
        assert Invoice.unscoped.get().state == "open"
        charge = Charge.unscoped.get()
        woken = [("send_messages", {}), ("collect_charge", {"charge_id": charge.pk})]
        assert queued() == woken
        tasks.collect_charges(timestamp=1)
        assert queued() == woken
    for _ in range(2):
        tasks.collect_charge(charge_id=charge.pk)
        assert Invoice.unscoped.get().state == "paid"
        charge.refresh_from_db()
        assert charge.state == "succeeded"
    assert OutboxMessage.unscoped.filter(sent_at=None).exists() == (("send_messages", {}) in queued())
    tasks.send_messages()
    assert not OutboxMessage.unscoped.filter(sent_at=None, due_at__isnull=False).exists()
    tasks.collect_charges()
    assert Charge.unscoped.count() == 1
    owed.books_agree()


def test_events_are_polled_and_worked_on(owed: Storyteller) -> None:
    tasks.close_cycles()
    tasks.collect_charge(charge_id=Charge.unscoped.get().pk)
    tasks.poll_events()
    woken = {arguments["event_id"] for task, arguments in queued() if task == "process_event"}
    assert woken == set(ReceivedEvent.objects.values_list("pk", flat=True))
    assert woken
    tasks.process_event(event_id=min(woken))
    tasks.process_events()
    tasks.process_events()
    assert not ReceivedEvent.objects.filter(processed_at=None).exists()
    before = waiting_jobs()
    tasks.poll_events()
    assert waiting_jobs() == before
    owed.books_agree()


def test_what_is_refused_is_one_line(owed: Storyteller, caplog: pytest.LogCaptureFixture) -> None:
    tasks.close_cycles()
    pause_collection("moved", cause=TESTER, now=datetime(2026, 2, 6, tzinfo=UTC))
    caplog.clear()
    tasks.collect_charges()
    tasks.collect_charge(charge_id=Charge.unscoped.get().pk)
    assert [(line["task"], line["code"]) for line in told(caplog)] == [
        ("collect_charges", "collection_paused"),
        ("collect_charge", "collection_paused"),
    ]
    assert Charge.unscoped.get().state == "planned"


def test_m11_a_running_worker_notices_that_another_server_took_over(
    owed: Storyteller, caplog: pytest.LogCaptureFixture
) -> None:
    tasks.close_cycles()
    tasks.collect_charges()
    charge = Charge.unscoped.get()
    for task in (tasks.collect_charges, partial(tasks.collect_charge, charge_id=charge.pk)):
        Installation.objects.update(
            place="7711166915295464089 16386 00000002", collection_paused_at=None, collection_paused_because=""
        )
        caplog.clear()
        task()
        assert [line["code"] for line in told(caplog)] == ["collection_paused"]
        assert Installation.objects.get().collection_paused_because == "moved"
    charge.refresh_from_db()
    assert (charge.state, charge.create_attempt) == ("planned", 0)


def test_a_provider_that_does_not_answer_is_one_line(
    owed: Storyteller, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: Any, **__: Any) -> None:
        raise GatewayUnreachable("no answer")

    monkeypatch.setattr(tasks, "read_events", silent)
    tasks.poll_events()
    assert [(line["task"], line["error"]) for line in told(caplog)] == [("poll_events", "GatewayUnreachable")]


def test_anything_else_is_the_jobs_failure(owed: Storyteller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "close_ended_cycles", broken)
        with pytest.raises(ZeroDivisionError):
            tasks.close_cycles()
    tasks.close_cycles()
    assert Invoice.unscoped.count() == 1


def test_books_that_differ_are_told_of(
    installation: Installation, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO, logger="pleamar.jobs")
    tasks.check_books()
    assert told(caplog) == [{"differences": 0}]
    found = [Difference("meters and log", f"Partner {number}", "meter", "seats", "1", "2") for number in range(30)]
    monkeypatch.setattr(tasks, "compare_books", lambda _: found)
    tasks.check_books()
    event = AuditEvent.unscoped.latest("pk")
    assert (event.actor, event.act, event.facts["count"]) == ("pleamar worker", "find the books to differ", 30)
    assert len(event.facts["differences"]) == 20
    assert told(caplog)[-1]["first"][0] == "meters and log: Partner 0: meter: seats 1, expected 2"


def test_upkeep_of_the_queue(installation: Installation, caplog: pytest.LogCaptureFixture) -> None:
    QUEUE.wake("collect_charge", charge_id=1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")  # of a worker that is not there any more
    tasks.retry_stalled()
    assert queued() == [("collect_charge", {"charge_id": 1})]
    assert told(caplog) == [{"jobs": 1}]
    tasks.retry_stalled()
    tasks.forget_jobs()
    assert len(told(caplog)) == 1


def test_a_worker_s_acts_are_its_own(owed: Storyteller) -> None:
    tasks.close_cycles()
    event = AuditEvent.unscoped.get(act="close cycles")
    assert Cause(event.actor, event.facts["means"]) == Cause("pleamar worker", "calendar")
