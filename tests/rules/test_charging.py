"""A charge goes the ways there are, and whatever a provider says, however late, never collects twice (rule M11)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from pleamar.rules.charging import RETRY_DAYS, SETTLED, TRANSITIONS, ChargeState, allows, next_attempt, told

FIRST = datetime(2026, 2, 1, 0, 10, tzinfo=UTC)
STATUSES = ("requires_confirmation", "requires_action", "processing", "succeeded", "declined", "canceled")

# From → to, every one that there is.
WAYS = {
    ("planned", "creating"),
    ("planned", "canceled"),
    ("creating", "ready"),
    ("creating", "canceled"),
    *(("ready", state) for state in ["confirming", "processing", "action_required", "failed", "succeeded", "canceled"]),
    *(("confirming", state) for state in ["processing", "action_required", "failed", "succeeded", "canceled"]),
    *(("processing", state) for state in ["action_required", "failed", "succeeded", "canceled"]),
    *(("action_required", state) for state in ["processing", "failed", "succeeded", "canceled"]),
    *(("failed", state) for state in ["processing", "succeeded", "canceled"]),
}
# A charge's state and what its provider says → the state that follows; where none is named nothing changes.
WORDS = {
    **{
        (state, status): following
        for state, (status, following) in product(
            ("ready", "confirming", "processing", "action_required", "failed"),
            (("processing", "processing"), ("succeeded", "succeeded"), ("canceled", "canceled")),
        )
        if state != following
    },
    **{(state, "requires_action"): "action_required" for state in ("ready", "confirming", "processing")},
    **{(state, "declined"): "failed" for state in ("ready", "confirming", "processing", "action_required")},
    ("planned", "canceled"): "canceled",
    ("creating", "canceled"): "canceled",
}


def test_m11_a_charge_goes_these_ways_and_no_others() -> None:
    assert {way for way in product(TRANSITIONS, TRANSITIONS) if allows(*way)} == WAYS


def test_m11_what_is_settled_stays_settled() -> None:
    assert {"succeeded", "canceled"} == SETTLED


@pytest.mark.parametrize("state", TRANSITIONS)
def test_m11_a_charge_always_gets_to_an_end(state: ChargeState) -> None:
    reached, before = {state}, set[ChargeState]()
    while reached != before:
        before = set(reached)
        reached |= {following for one in before for following in TRANSITIONS[one]}
    assert reached & SETTLED


@pytest.mark.parametrize("status", [*STATUSES, "unheard of"])
@pytest.mark.parametrize("state", TRANSITIONS)
def test_m11_a_provider_s_word_changes_this_and_nothing_else(state: ChargeState, status: str) -> None:
    assert told(state, status) == WORDS.get((state, status))


def test_m11_a_word_said_twice_changes_nothing_more() -> None:
    for state, status in product(TRANSITIONS, STATUSES):
        following = told(state, status)
        if following is not None:
            assert told(following, status) is None, (state, status)


@pytest.mark.parametrize(
    ("after", "then"),
    [
        (timedelta(0), 1),
        (timedelta(hours=23, minutes=59), 1),
        (timedelta(days=1), 3),
        (timedelta(days=1, seconds=1), 3),
        (timedelta(days=3), 5),
        (timedelta(days=4), 5),
        (timedelta(days=5, hours=1), 7),
        (timedelta(days=7) - timedelta(microseconds=1), 7),
        (timedelta(days=7), None),
        (timedelta(days=90), None),
    ],
)
def test_m11_a_soft_decline_is_tried_again_counted_from_the_first(after: timedelta, then: int | None) -> None:
    expected = None if then is None else FIRST + timedelta(days=then)
    assert next_attempt(FIRST, FIRST + after) == expected


def test_m11_a_card_is_asked_five_times_in_all() -> None:
    attempts = [FIRST]
    while (attempt := next_attempt(FIRST, attempts[-1])) is not None:
        attempts.append(attempt)
    assert [(attempt - FIRST).days for attempt in attempts] == [0, 1, 3, 5, 7] == [0, *RETRY_DAYS]


@dataclass(eq=False)
class Payment:
    """What the provider holds. `said` is all that it ever was: an answer may arrive long after it was true."""

    status: str = "requires_confirmation"
    said: list[str] = field(default_factory=lambda: ["requires_confirmation"])

    def turn(self, status: str) -> None:
        self.status = status
        self.said.append(status)


@dataclass(eq=False)
class Charge:
    """A charge of the one invoice, as our side has it; `payments` are the provider's, whether we know them or not."""

    state: ChargeState = "planned"
    payment: Payment | None = None
    payments: list[Payment] = field(default_factory=list)

    def move(self, to: ChargeState) -> None:
        assert allows(self.state, to), (self.state, to)
        self.state = to

    def hear(self, status: str) -> None:
        following = told(self.state, status)
        if following is not None:
            self.move(following)


# What a provider may make of a payment by itself; a cancel or an unconfirmed end by somebody at its own pages.
FURTHER = {
    "processing": ["succeeded", "declined", "requires_action"],
    "requires_action": ["succeeded", "declined", "processing", "canceled"],
    "requires_confirmation": ["canceled"],
    "declined": ["canceled"],
}


class Collecting(RuleBasedStateMachine):
    """One invoice, whoever drives its charges, and a provider whose answers get lost, come late, twice or not in order.

    `answered` False is a crash of ours or a lost answer: what was done out there is done, and nothing is known here.
    """

    def __init__(self) -> None:
        super().__init__()
        self.charges: list[Charge] = []

    @property
    def current(self) -> Charge | None:
        """The charge that blocks any other: one live allocation an invoice."""
        return next((charge for charge in self.charges if charge.state != "canceled"), None)

    def _is(self, *states: str) -> bool:
        return self.current is not None and self.current.state in states

    @property
    def _charge(self) -> Charge:
        assert self.current is not None
        return self.current

    @precondition(lambda self: self.current is None)
    @rule(sent=st.sampled_from([True, True, False]))
    def plan(self, sent: bool) -> None:
        self.charges.append(Charge())
        if sent:
            self.create(made=True, answered=True)

    @precondition(lambda self: self._is("planned", "creating"))
    @rule(made=st.booleans(), answered=st.booleans())
    def create(self, made: bool, answered: bool) -> None:
        """Made at most once for a key; a later key is sent only when the list shows no payment of the charge."""
        charge = self._charge
        if charge.state == "planned":
            charge.move("creating")
        if made and not charge.payments:
            charge.payments.append(Payment())
        if answered and charge.payments:
            charge.payment = charge.payments[0]
            charge.move("ready")

    @precondition(lambda self: self._is("creating") and not self._charge.payments)
    @rule()
    def refuse_to_create(self) -> None:
        self._charge.move("canceled")

    @precondition(lambda self: self._is("ready", "confirming"))
    @rule(outcome=st.sampled_from(["declined", "processing", "requires_action", "succeeded"]), answered=st.booleans())
    def confirm(self, outcome: str, answered: bool) -> None:
        """Whoever finds it `confirming` asks how it stands before anything else."""
        charge, payment = self._charge, self._charge.payment
        assert payment is not None
        if charge.state == "ready":
            charge.move("confirming")
        if payment.status == "requires_confirmation":
            payment.turn(outcome)
        if answered:
            charge.hear(payment.status)

    @precondition(lambda self: self._is("planned", "ready", "confirming", "action_required"))
    @rule()
    def withdraw(self) -> None:
        """Another card, a hold, a changed amount; or nobody acted in seven days."""
        charge = self._charge
        charge.move("canceled" if charge.state == "planned" else "failed")

    @precondition(lambda self: self._is("failed"))
    @rule(answered=st.booleans())
    def cancel(self, answered: bool) -> None:
        charge, payment = self._charge, self._charge.payment
        assert payment is not None
        if payment.status not in ("processing", "succeeded", "canceled"):
            payment.turn("canceled")
        if answered:
            charge.hear(payment.status)

    @property
    def _moving(self) -> list[Payment]:
        return [one for charge in self.charges for one in charge.payments if one.status in FURTHER]

    @precondition(lambda self: self._moving)
    @rule(data=st.data())
    def the_provider_decides(self, data: st.DataObject) -> None:
        """What it was still working on, or its cardholder; also of payments that are being given up here."""
        payment = data.draw(st.sampled_from(self._moving))
        payment.turn(data.draw(st.sampled_from(FURTHER[payment.status])))

    @property
    def _known(self) -> list[Charge]:
        return [charge for charge in self.charges if charge.payment is not None]

    @precondition(lambda self: self._known)
    @rule(data=st.data())
    def a_word_arrives(self, data: st.DataObject) -> None:
        """About any charge, also one that is settled; how a payment stands, or how it once stood."""
        charge = data.draw(st.sampled_from(self._known))
        assert charge.payment is not None
        charge.hear(data.draw(st.sampled_from(charge.payment.said)))

    @precondition(lambda self: self._is("succeeded"))
    @rule()
    def next_invoice(self) -> None:
        self.charges = []

    @invariant()
    def nothing_is_collected_twice(self) -> None:
        succeeded = [one for charge in self.charges for one in charge.payments if one.status == "succeeded"]
        assert len(succeeded) <= 1

    @invariant()
    def what_was_given_up_can_never_collect(self) -> None:
        for charge in self.charges:
            if charge.state == "canceled":
                assert {payment.status for payment in charge.payments} <= {"canceled"}

    @invariant()
    def what_is_written_as_paid_was_paid(self) -> None:
        for charge in self.charges:
            if charge.state == "succeeded":
                assert charge.payment is not None
                assert charge.payment.status == "succeeded"

    def teardown(self) -> None:
        """Nothing is lost either: once the provider has decided and answers, what it collected is written down."""
        for _ in range(10):
            charge = self.current
            if charge is None or charge.state in SETTLED:
                break
            self._drive(charge)
        assert self.current is None or self.current.state == "succeeded"
        paid = any(one.status == "succeeded" for charge in self.charges for one in charge.payments)
        assert paid == (self.current is not None)
        self.nothing_is_collected_twice()
        self.what_was_given_up_can_never_collect()
        self.what_is_written_as_paid_was_paid()
        super().teardown()

    def _drive(self, charge: Charge) -> None:
        if charge.state in ("planned", "creating"):
            self.create(made=True, answered=True)
        elif charge.state in ("ready", "confirming"):
            self.confirm(outcome="succeeded", answered=True)
        elif charge.state == "failed":
            self.cancel(answered=True)
        else:
            assert charge.payment is not None
            if charge.payment.status in ("processing", "requires_action"):
                charge.payment.turn("succeeded")
            charge.hear(charge.payment.status)


def test_m11_nothing_is_collected_twice_and_nothing_is_lost() -> None:
    run_state_machine_as_test(Collecting, settings=settings(max_examples=150, stateful_step_count=40, deadline=None))
