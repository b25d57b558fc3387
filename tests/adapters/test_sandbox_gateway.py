"""The sandbox gateway keeps the contract of payment gateways, over the store that it has in use."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest

from pleamar.adapters.payments.sandbox import TEST_CARDS, SandboxGateway
from pleamar.ports.payments import CardDetails, GatewayRefused
from pleamar.wiring.payments import TableStore
from tests.contracts.payment import PaymentContract

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NUMBERS = {behaviour: number for number, behaviour in TEST_CARDS.items()}


@pytest.mark.django_db
class TestSandboxGateway(PaymentContract):
    """Over tables of its own."""

    customers = count()

    def gateway(self) -> SandboxGateway:
        return SandboxGateway(TableStore(), self.now)

    def card(self, behaviour: str) -> CardDetails:
        return self.gateway().register_card(NUMBERS[behaviour], customer=f"customer {next(self.customers)}")

    def now(self) -> datetime:
        return NOW

    def test_a_number_that_is_no_test_number_is_refused(self) -> None:
        with pytest.raises(GatewayRefused, match="card_number_unknown"):
            self.gateway().register_card("4111 1111 1111 1111", customer="somebody")

    def test_a_number_may_be_typed_in_groups(self) -> None:
        details = self.gateway().register_card("4242 4242 4242 4242", customer="somebody")
        assert (details.last4, details.brand, details.expires_year) == ("4242", "Visa", NOW.year + 3)
