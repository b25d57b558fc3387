"""The sandbox keeps all contracts of a payment provider, over the store that it has in use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Literal

import pytest

from pleamar.adapters.payments.sandbox import TEST_CARDS, SandboxGateway
from pleamar.ports.payments import CardDetails, PaymentProvider
from pleamar.wiring.sandbox_store import TableStore
from tests.contracts.card_desk import CardDeskContract
from tests.contracts.payment import Behaviour, Fault, FaultContract, PaymentContract, PaymentHooks
from tests.contracts.provider_events import EventsContract
from tests.fakes.clock import SteppedClock

NUMBERS = {behaviour: number for number, behaviour in TEST_CARDS.items()}
FAULTS = {"lost answer": "lost_answer", "rate limited": "rate_limited", "error 500": "error_500_before"}


@pytest.mark.django_db
class SandboxHooks(PaymentHooks):
    """Over tables of its own, on a clock that stands."""

    customers = count()
    clock = SteppedClock(datetime(2026, 3, 1, tzinfo=UTC))

    def gateway(self) -> SandboxGateway:
        return SandboxGateway(TableStore(), self.clock, secret="a secret")

    def provider(self) -> PaymentProvider:
        return self.gateway()

    def card(self, behaviour: Behaviour) -> CardDetails:
        return self.gateway().register_card(NUMBERS[behaviour], customer=f"customer {next(self.customers)}")

    def now(self) -> datetime:
        return self.clock()

    def time_passes(self) -> None:
        self.clock.moment += timedelta(seconds=1)

    def customer_acts(self, intent_id: str, *, succeeds: bool = True) -> None:
        self.gateway().act(intent_id, succeed=succeeds)


class TestPayments(SandboxHooks, PaymentContract):
    """As every gateway."""


class TestFaults(SandboxHooks, FaultContract):
    """Which it makes on request."""

    def fault(self, kind: Fault) -> None:
        for call in ("create", "confirm", "cancel", "begin_action"):
            self.gateway().fault(call, FAULTS[kind])


class TestDesk(SandboxHooks, CardDeskContract):
    """Its customers are played."""

    def card_entered(self, setup_id: str, behaviour: Behaviour) -> None:
        self.gateway().enter_card(setup_id, NUMBERS[behaviour])

    def setup_expires(self, setup_id: str) -> None:
        self.gateway().expire_setup(setup_id)


class TestEvents(SandboxHooks, EventsContract):
    """Their banks too."""

    def message(self, event_id: str) -> tuple[bytes, str]:
        return self.gateway().message(event_id)

    def disputed(self, intent_id: str) -> str:
        return self.gateway().dispute(intent_id).id

    def dispute_decided(self, dispute_id: str, outcome: Literal["won", "lost"]) -> None:
        self.gateway().close_dispute(dispute_id, won=outcome == "won")

    def refunded(self, intent_id: str, minor: int) -> None:
        self.gateway().refund(intent_id, minor)
