"""What goes wrong with the sandbox's calls on request; and several callers at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from pleamar.adapters.payments.sandbox import TEST_CARDS, SandboxGateway
from pleamar.adapters.payments.sandbox.memory import SLOW
from pleamar.models import Installation
from pleamar.ports.payments import GatewayFailed, GatewayRefused, GatewayUnreachable, Intent, IntentRequest
from pleamar.rules.money import Money
from pleamar.wiring.sandbox_store import TableStore
from tests.fakes.clock import SteppedClock

START = datetime(2026, 3, 1, tzinfo=UTC)
NUMBERS = {behaviour: number for number, behaviour in TEST_CARDS.items()}


@pytest.fixture
def waits() -> list[int]:
    return []


@pytest.fixture
def sandbox(db: None, waits: list[int]) -> SandboxGateway:
    return SandboxGateway(TableStore(), SteppedClock(START), wait=waits.append)


def created(sandbox: SandboxGateway, behaviour: str = "succeeds", key: str | None = None) -> Intent:
    card = sandbox.register_card(NUMBERS[behaviour], customer="somebody")
    return sandbox.create(IntentRequest(Money(5_000, "EUR"), "somebody", card.reference, {}), key=key or str(uuid4()))


@pytest.mark.parametrize(
    ("kind", "error", "done", "kept"),
    [
        ("lost_request", GatewayUnreachable, False, False),
        ("rate_limited", GatewayUnreachable, False, False),
        ("lost_answer", GatewayUnreachable, True, False),
        ("error_500_before", GatewayFailed, False, True),
        ("error_500_after", GatewayFailed, True, True),
    ],
)
def test_a_call_that_goes_wrong(
    sandbox: SandboxGateway, kind: str, error: type[Exception], done: bool, kept: bool
) -> None:
    intent = created(sandbox)
    sandbox.fault("confirm", kind)
    with pytest.raises(error):
        sandbox.confirm(intent.id, key="1")
    assert (sandbox.retrieve(intent.id).status == "succeeded") is done
    if kept:
        with pytest.raises(error):
            sandbox.confirm(intent.id, key="1")
    else:
        assert sandbox.confirm(intent.id, key="1").status == "succeeded"
    assert sandbox.confirm(intent.id, key="2").status == "succeeded"


@pytest.mark.parametrize("kind", ["lost_request", "rate_limited", "lost_answer", "error_500_before", "error_500_after"])
def test_a_question_that_goes_wrong_can_be_asked_again(sandbox: SandboxGateway, kind: str) -> None:
    intent = created(sandbox)
    for call in ("retrieve", "list"):
        sandbox.fault(call, kind)
    with pytest.raises((GatewayUnreachable, GatewayFailed)):
        sandbox.retrieve(intent.id)
    with pytest.raises((GatewayUnreachable, GatewayFailed)):
        sandbox.list_intents(None, since=START)
    assert list(sandbox.list_intents(None, since=START)) == [sandbox.retrieve(intent.id)]


def test_a_slow_call_is_made_after_a_while(sandbox: SandboxGateway, waits: list[int]) -> None:
    sandbox.fault("create", "slow")
    created(sandbox)
    created(sandbox)
    assert waits == [SLOW]


def test_faults_are_counted_down_and_taken_back(sandbox: SandboxGateway) -> None:
    intent = created(sandbox)
    sandbox.fault("retrieve", "lost_request", 2)
    for _ in range(2):
        with pytest.raises(GatewayUnreachable):
            sandbox.retrieve(intent.id)
    sandbox.retrieve(intent.id)
    sandbox.fault("retrieve", "lost_request", 2)
    sandbox.fault("retrieve", "lost_request", 0)
    sandbox.retrieve(intent.id)


@pytest.mark.parametrize(
    ("call", "kind", "times"), [("conform", "slow", 1), ("create", "fire", 1), ("list", "slow", -1)]
)
def test_a_fault_that_there_is_not(sandbox: SandboxGateway, call: str, kind: str, times: int) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        sandbox.fault(call, kind, times)


def at_once(*calls: Callable[[SandboxGateway], Intent]) -> list[Intent | Exception]:
    """What each call answers or raises, made on a connection of its own, all at the same moment."""
    barrier = Barrier(len(calls))

    def one(call: Callable[[SandboxGateway], Intent]) -> Intent | Exception:
        try:
            barrier.wait(timeout=30)
            return call(SandboxGateway(TableStore(), SteppedClock(START)))
        except GatewayRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def test_two_confirmations_at_once_charge_once(committed: Installation) -> None:
    sandbox = SandboxGateway(TableStore(), SteppedClock(START))
    for _ in range(5):
        intent = created(sandbox, "insufficient_then_succeeds")
        both = at_once(*[lambda each, intent=intent: each.confirm(intent.id, key="same " + intent.id)] * 2)
        assert both[0] == both[1]
    events = list(sandbox.list_events(since=START))
    statuses = [event.kind for event in events]
    assert statuses == ["payment_intent.payment_failed"] * 2 + ["payment_intent.succeeded"] * 3


def test_confirming_and_cancelling_at_once_do_not_both_happen(committed: Installation) -> None:
    sandbox = SandboxGateway(TableStore(), SteppedClock(START))
    for _ in range(5):
        intent = created(sandbox)
        confirmed, canceled = at_once(
            lambda each, intent=intent: each.confirm(intent.id, key="confirm " + intent.id),  # type: ignore[misc]
            lambda each, intent=intent: each.cancel(intent.id, key="cancel " + intent.id),  # type: ignore[misc]
        )
        assert isinstance(canceled, Intent)
        stands = sandbox.retrieve(intent.id).status
        assert canceled.status == stands
        assert (stands == "succeeded") is isinstance(confirmed, Intent)
        assert len([event for event in sandbox.list_events(since=START) if event.reference == intent.id]) == 1


def test_one_creation_at_once_with_one_key(committed: Installation) -> None:
    sandbox = SandboxGateway(TableStore(), SteppedClock(START))
    card = sandbox.register_card(NUMBERS["succeeds"], customer="somebody")
    wanted = IntentRequest(Money(5_000, "EUR"), "somebody", card.reference, {})
    both = at_once(*[lambda each: each.create(wanted, key="1")] * 3)
    assert all(answer == both[0] for answer in both)
    assert len(list(sandbox.list_intents(None, since=START))) == 1
