"""Die anywhere while a charge is collected: before and after every statement and every call, with answers lost too.

However often and wherever that was, whoever goes on makes one payment of it, never two and never none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from pleamar.actions.collect_charges import collect_charges
from pleamar.actions.lease_charge import Leasing
from pleamar.models import Charge, ChargeAllocation, SandboxIntent
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.truths import check_books
from pleamar.wiring.payments import sandbox_gateway
from tests.fakes.clock import SteppedClock
from tests.fakes.faulty_gateway import Crash, Fault, FaultyGateway
from tests.fakes.leasing import REAL
from tests.fakes.one_charge import DUE, NO_FUNDS, SECURE, SUCCEEDS, one_charge, paid_once
from tests.stories.month import Storyteller

CALLS = ["create", "confirm", "retrieve", "cancel", "list_intents"]
ENOUGH = 12
QUIET = 2


@pytest.fixture
def story(installation: object) -> Storyteller:
    return Storyteller()


class Tripwire:
    """Dies at the `at`-th statement that is sent to the database; counts them."""

    def __init__(self, at: int | None, *, after: bool = False) -> None:
        self.at, self.after, self.seen = at, after, 0

    def __call__(self, execute: Callable[..., Any], statement: Any, *rest: Any) -> Any:
        self.seen += 1
        if self.seen == self.at and not self.after:
            raise Crash
        answer = execute(statement, *rest)
        if self.seen == self.at and self.after:
            raise Crash
        return answer

    @contextmanager
    def stretched(self) -> Iterator[None]:
        with connection.execute_wrapper(self):
            yield


def recover(
    story: Storyteller,
    faults: dict[str, Fault] | None = None,
    *,
    runs: int = ENOUGH,
    after: timedelta = timedelta(0),
) -> None:
    """Others go on, run by run, each later than the leases of the dead; faults happen once each on the way.

    Once two runs have found nothing to change, only the last one follows.
    """
    gateway = FaultyGateway(sandbox_gateway(story.clock), dict(faults or {}))
    quiet, before = 0, None
    for run in range(1, runs + 1):
        if quiet < QUIET or run == runs:
            leasing = Leasing(SteppedClock(REAL + timedelta(minutes=3 * run)))
            collect_charges(gateway, now=DUE + after + timedelta(minutes=3 * run), leasing=leasing)
            now = _as_it_stands()
            quiet, before = (quiet + 1 if now == before else 0), now


def _as_it_stands() -> tuple[object, ...]:
    """Every charge here, and every payment at the provider."""
    charges = Charge.unscoped.order_by("pk").values_list(
        *("pk", "state", "create_attempt", "confirm_attempt", "provider_id", "due_at", "create_sent_at", "problem")
    )
    return *charges, *SandboxIntent.objects.order_by("pk").values_list("pk", "content")


def die(story: Storyteller, wire: Tripwire, faults: dict[str, Fault] | None = None) -> bool:
    """Collect until the wire is touched; whether it was. A dead process gives no lease back."""
    gateway = FaultyGateway(sandbox_gateway(story.clock), dict(faults or {}))
    try:
        with pytest.MonkeyPatch.context() as patch, wire.stretched():
            patch.setattr("pleamar.actions.lease_charge.Lease.give_back", lambda *_: None)
            collect_charges(gateway, now=DUE, leasing=Leasing(SteppedClock(REAL)))
    except Crash:
        return True
    return False


def statements(story: Storyteller) -> int:
    """How many statements collecting the charge takes when nobody dies."""
    wire = Tripwire(None)
    sid = transaction.savepoint()
    die(story, wire)
    transaction.savepoint_rollback(sid)
    return wire.seen


def ended_well(number: str) -> None:
    if number == SUCCEEDS:
        paid_once()
        return
    charge = Charge.unscoped.get()
    assert charge.state == ("action_required" if number == SECURE else "canceled")
    assert ChargeAllocation.unscoped.get().live is (number == SECURE)
    assert SandboxIntent.objects.exclude(content__status="canceled").count() == (1 if number == SECURE else 0)
    assert check_books(EVERYTHING) == []


@pytest.mark.parametrize("number", [SUCCEEDS, NO_FUNDS, SECURE])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("moment", ["die_before", "die_after"])
@pytest.mark.parametrize("then", [None, "lost answer"])
def test_m11_dying_at_a_call(story: Storyteller, number: str, call: str, moment: str, then: Fault | None) -> None:
    one_charge(story, number)
    gateway = FaultyGateway(sandbox_gateway(story.clock))
    setattr(gateway, moment, call)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pleamar.actions.lease_charge.Lease.give_back", lambda *_: None)
        try:
            collect_charges(gateway, now=DUE, leasing=Leasing(SteppedClock(REAL)))
        except Crash:
            pass
        else:
            assert not gateway.calls[call], "it dies wherever it makes this call"
    recover(story, None if then is None else dict.fromkeys(CALLS, then))
    ended_well(number)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("moment", ["die_before", "die_after"])
def test_m11_dying_at_a_call_and_found_when_keys_are_forgotten(story: Storyteller, call: str, moment: str) -> None:
    """More than a day later: what was asked for is looked up before it is asked for again."""
    one_charge(story, SUCCEEDS)
    gateway = FaultyGateway(sandbox_gateway(story.clock), {"create": "lost answer"})
    setattr(gateway, moment, call)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pleamar.actions.lease_charge.Lease.give_back", lambda *_: None)
        with suppress(Crash):
            collect_charges(gateway, now=DUE, leasing=Leasing(SteppedClock(REAL)))
    recover(story, {"list_intents": "lost answer"}, after=timedelta(hours=25))
    ended_well(SUCCEEDS)


@pytest.mark.parametrize("number", [SUCCEEDS, NO_FUNDS])
def test_m11_dying_at_a_statement(story: Storyteller, number: str) -> None:
    """Every fifth of them here; all of them, with everything else that can go wrong, in the slow suite."""
    _die_everywhere(story, number, step=5)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", [SUCCEEDS, NO_FUNDS, SECURE])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    "faults",
    [
        {},
        {"create": "lost answer"},
        {"confirm": "lost answer"},
        {"cancel": "lost answer"},
        {"confirm": "error 500 after"},
    ],
    ids=lambda faults: "-".join(f"{call} {fault}" for call, fault in faults.items()) or "nothing lost",
)
def test_m11_dying_at_any_statement_with_anything_lost(
    story: Storyteller, number: str, after: bool, faults: dict[str, Fault]
) -> None:
    # With nothing lost at every one of them, else at every third.
    _die_everywhere(story, number, step=3 if faults else 1, after=after, faults=faults)


def _die_everywhere(
    story: Storyteller, number: str, *, step: int, after: bool = False, faults: dict[str, Fault] | None = None
) -> None:
    one_charge(story, number)
    points = statements(story)
    assert points > 20, "there are many places to die at"
    for at in range(1, points + 1, step):
        sid = transaction.savepoint()
        assert die(story, Tripwire(at, after=after)), at
        recover(story, faults)
        ended_well(number)
        transaction.savepoint_rollback(sid)
