"""Tests against the server: its provider, what the world does there, and a check of every request sent."""

from __future__ import annotations

import atexit
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Literal
from uuid import uuid4

import pytest
from stripe import WebhookSignature

from pleamar.adapters.payments.stripe import StripeProvider
from pleamar.ports.payments import CardDetails, CustomerDetails
from tests.contracts.payment import Behaviour
from tests.stripe_server import recorder
from tests.stripe_server.launch import StripeServer
from tests.stripe_server.parameters import faults

SECRET_KEY = "sk_test_of_nobody"
WEBHOOK_SECRET = "whsec_of_nobody"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def server() -> StripeServer:
    """The one of this worker, begun when it is first wanted."""
    begun = StripeServer()
    atexit.register(begun.end)
    return begun


class AgainstServer:
    """What tests need from the server. After each test, all that it sent has to be what today's API takes."""

    sent: list[recorder.Sent]

    @pytest.fixture(autouse=True)
    def requests_are_valid(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        self.sent = []
        monkeypatch.setattr(*recorder.own_key_maker(), recorder.keys_are_ours)
        yield
        assert [fault for sent in self.sent for fault in faults(sent)] == []

    def provider(self, secret_key: str = SECRET_KEY, timeout: int = 10) -> StripeProvider:
        return StripeProvider(
            secret_key,
            WEBHOOK_SECRET,
            base_address=server().address,
            http=recorder.RecordingClient(self.sent, timeout),
        )

    def gateway(self) -> StripeProvider:
        return self.provider()

    def card(self, behaviour: Behaviour) -> CardDetails:
        details = CustomerDetails(f"par_{uuid4().hex}", "Cuarzo MSP", "billing@cuarzo.example")
        customer = self.provider().open_customer(details, key=str(uuid4()))
        setup = self.provider().begin_setup(
            customer, currency="EUR", return_to="https://example.com/cards", metadata={}, key=str(uuid4())
        )
        self.card_entered(setup.id, behaviour)
        card = self.provider().retrieve_setup(setup.id).card
        assert card is not None
        return card

    def now(self) -> datetime:
        said = server().bring_about("now")
        assert isinstance(said, int)
        return EPOCH + timedelta(seconds=said)

    def time_passes(self) -> None:
        server().bring_about("wait", seconds="1")

    def customer_acts(self, intent_id: str, *, succeeds: bool = True) -> None:
        server().bring_about("act", intent=intent_id, succeeds="yes" if succeeds else "no")

    def fault(self, kind: str) -> None:
        server().bring_about("fault", kind=kind)

    def card_entered(self, setup_id: str, behaviour: Behaviour) -> None:
        server().bring_about("enter", page=setup_id, behaviour=behaviour)

    def setup_expires(self, setup_id: str) -> None:
        server().bring_about("expire", page=setup_id)

    def message(self, event_id: str) -> tuple[bytes, str]:
        payload = json.dumps(server().bring_about("event", event=event_id), indent=2)
        at = (self.now() - EPOCH) // timedelta(seconds=1)
        return payload.encode(), WebhookSignature.generate_signature_header(payload, WEBHOOK_SECRET, at)

    def disputed(self, intent_id: str) -> str:
        return str(server().bring_about("dispute", intent=intent_id))

    def dispute_decided(self, dispute_id: str, outcome: Literal["won", "lost"]) -> None:
        server().bring_about("decide", dispute=dispute_id, outcome=outcome)

    def refunded(self, intent_id: str, minor: int) -> None:
        server().bring_about("refund", intent=intent_id, minor=str(minor))
