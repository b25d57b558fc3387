"""A gateway whose answers get lost, and that counts what it was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pleamar.ports.payments import GatewayUnreachable, Intent, IntentRequest, PaymentGateway

Fault = Literal["lost request", "lost answer"]


@dataclass
class FaultyGateway:
    """Passes everything on to `behind`. `faults` maps a call's name to what goes wrong with it, once."""

    behind: PaymentGateway
    faults: dict[str, Fault] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)

    @property
    def provider(self) -> str:
        return self.behind.provider

    def create(self, request: IntentRequest, *, key: str) -> Intent:
        self._before("create")
        return self._after("create", self.behind.create(request, key=key))

    def confirm(self, intent_id: str, *, key: str) -> Intent:
        self._before("confirm")
        return self._after("confirm", self.behind.confirm(intent_id, key=key))

    def retrieve(self, intent_id: str) -> Intent:
        self._before("retrieve")
        return self._after("retrieve", self.behind.retrieve(intent_id))

    def cancel(self, intent_id: str, *, key: str) -> Intent:
        self._before("cancel")
        return self._after("cancel", self.behind.cancel(intent_id, key=key))

    def list_intents(self, customer: str, *, since: datetime) -> Iterable[Intent]:
        return self.behind.list_intents(customer, since=since)

    def _before(self, call: str) -> None:
        self.calls[call] += 1
        if self.faults.get(call) == "lost request":
            del self.faults[call]
            raise GatewayUnreachable

    def _after(self, call: str, answer: Intent) -> Intent:
        if self.faults.pop(call, None) == "lost answer":
            raise GatewayUnreachable
        return answer
