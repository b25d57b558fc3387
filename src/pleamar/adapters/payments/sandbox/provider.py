"""The sandbox, whole."""

from __future__ import annotations

from dataclasses import dataclass

from pleamar.adapters.payments.sandbox.desk import Desk
from pleamar.adapters.payments.sandbox.gateway import Payments
from pleamar.adapters.payments.sandbox.telling import Telling


@dataclass(frozen=True)
class SandboxGateway(Payments, Desk, Telling):
    """A `PaymentProvider` over a store. What a real one leaves to the outside world is played by methods of its own:

    `enter_card`, `expire_setup` and `act` are the customer's, `dispute` and `close_dispute` his bank's, `refund` is
    done by somebody at the provider, and `fault` has calls go wrong.
    """
