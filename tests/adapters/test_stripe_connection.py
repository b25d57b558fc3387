"""What becomes of a call when the connection, the key or Stripe itself is not well."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from pleamar.adapters.payments.stripe import StripeProvider
from pleamar.adapters.payments.stripe.client import Connection
from pleamar.ports.payments import GatewayFailed, GatewayRefused, GatewayUnreachable, IntentRequest
from pleamar.rules.money import Money
from tests.contracts.payment import PaymentHooks
from tests.stripe_server.against import AgainstServer
from tests.stripe_server.launch import StripeServer


class TestTrouble(AgainstServer, PaymentHooks):
    """Against the server, struck."""

    def test_an_answer_that_takes_too_long_is_none(self) -> None:
        request, key = self.request(self.card("succeeds")), str(uuid4())
        self.fault("slow")
        with pytest.raises(GatewayUnreachable):
            self.provider(timeout=1).create(request, key=key)
        assert self.provider().create(request, key=key).status == "requires_confirmation"

    def test_a_key_that_is_at_work_is_to_be_asked_with_again(self) -> None:
        request, key = self.request(self.card("succeeds")), str(uuid4())
        self.fault("key in use")
        with pytest.raises(GatewayUnreachable):
            self.provider().create(request, key=key)
        assert self.provider().create(request, key=key).status == "requires_confirmation"

    def test_a_failure_after_it_was_done_is_seen_by_looking(self) -> None:
        intent, key = self.created(), str(uuid4())
        self.fault("error 500, done")
        with pytest.raises(GatewayFailed):
            self.provider().confirm(intent.id, key=key)
        assert self.provider().retrieve(intent.id).status == "succeeded"
        assert self.provider().confirm(intent.id, key=key).status == "succeeded"

    def test_each_call_is_sent_once(self) -> None:
        intent = self.created()
        self.fault("error 500")
        self.sent.clear()
        with pytest.raises(GatewayFailed):
            self.provider().confirm(intent.id, key=str(uuid4()))
        assert [sent.verb for sent in self.sent] == ["GET", "POST"]

    def test_a_key_that_is_refused_fails_no_charge(self) -> None:
        request = self.request(self.card("succeeds"))
        with pytest.raises(GatewayUnreachable, match="the key was refused"):
            self.provider("rk_test_of_nobody").create(request, key=str(uuid4()))

    def test_another_customer_s_card_is_refused(self) -> None:
        card, other = self.card("succeeds"), self.card("succeeds")
        request = IntentRequest(Money(1_000, "EUR"), other.customer, card.reference, {})
        with pytest.raises(GatewayRefused) as refused:
            self.provider().create(request, key=str(uuid4()))
        assert refused.value.card_is_to_blame

    def test_what_cannot_be_said_exactly_is_never_sent(self) -> None:
        self.sent.clear()
        with pytest.raises(GatewayRefused, match="amount_not_payable"):
            self.provider().create(IntentRequest(Money(1_001, "KWD"), "cus_1", "pm_1", {}), key=str(uuid4()))
        assert self.sent == []


def test_nobody_at_the_address_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        address = f"http://127.0.0.1:{held.getsockname()[1]}"
    provider = StripeProvider("sk_test_of_nobody", "", base_address=address, timeout=1)
    with pytest.raises(GatewayUnreachable):
        provider.list_intents(None, since=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("key", "provider", "live"),
    [
        ("sk_live_x", "stripe", True),
        ("rk_live_x", "stripe", True),
        ("sk_test_x", "stripe-test", False),
        ("rk_test_x", "stripe-test", False),
    ],
)
def test_a_key_says_whether_money_is_real(key: str, provider: str, live: bool) -> None:
    connection = Connection(key, "")
    assert (connection.provider, connection.live) == (provider, live)
    assert key not in repr(connection)


@pytest.mark.parametrize("key", ["", "pk_live_x", "whsec_x", "sk_x"])
def test_what_is_no_secret_key_is_none(key: str) -> None:
    with pytest.raises(ValueError, match="sk_live_"):
        Connection(key, "")


def test_the_server_is_gone_when_its_starter_is() -> None:
    begun = StripeServer()
    assert begun.process.stdin is not None
    begun.process.stdin.close()
    assert begun.process.wait(10) == 0
    begun.end()
