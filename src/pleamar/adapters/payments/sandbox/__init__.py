"""The sandbox: a payment provider that moves no money, to try everything out with; never where it is live."""

from __future__ import annotations

from pleamar.adapters.payments.sandbox.cards import PROCESSING_TAKES, TEST_CARDS
from pleamar.adapters.payments.sandbox.memory import CALLS, FAULTS
from pleamar.adapters.payments.sandbox.provider import SandboxGateway

__all__ = ["CALLS", "FAULTS", "PROCESSING_TAKES", "TEST_CARDS", "SandboxGateway"]
