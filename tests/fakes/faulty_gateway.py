"""A provider whose answers get lost, or whose caller dies, and that counts what it was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeVar

from pleamar.ports.payments import (
    CardDetails,
    CustomerDetails,
    Dispute,
    GatewayFailed,
    GatewayUnreachable,
    Intent,
    IntentRequest,
    PaymentProvider,
    ProviderEvent,
    Refund,
    Setup,
)

T = TypeVar("T")

Fault = Literal["lost request", "lost answer", "error 500 before", "error 500 after", "rate limited"]


class Crash(BaseException):
    """The process died here."""


@dataclass
class FaultyGateway:
    """Passes everything on to `behind`, a method by its own name.

    `faults` maps a call's name to what goes wrong with it, once. An error 500 is answered for its key from then on.
    Once `die_before` or `die_after` names a call, the first one raises Crash before or after it was passed on.
    """

    behind: PaymentProvider
    faults: dict[str, Fault] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    die_before: str | None = None
    die_after: str | None = None
    failed: set[str] = field(default_factory=set)

    @property
    def provider(self) -> str:
        return self.behind.provider

    @property
    def live(self) -> bool:
        return self.behind.live

    def create(self, request: IntentRequest, *, key: str) -> Intent:
        return self._pass("create", lambda: self.behind.create(request, key=key), key)

    def confirm(self, intent_id: str, *, key: str) -> Intent:
        return self._pass("confirm", lambda: self.behind.confirm(intent_id, key=key), key)

    def retrieve(self, intent_id: str) -> Intent:
        return self._pass("retrieve", lambda: self.behind.retrieve(intent_id))

    def cancel(self, intent_id: str, *, key: str) -> Intent:
        return self._pass("cancel", lambda: self.behind.cancel(intent_id, key=key), key)

    def list_intents(self, customer: str | None, *, since: datetime) -> Iterable[Intent]:
        return self._pass("list_intents", lambda: self.behind.list_intents(customer, since=since))

    def begin_action(self, intent_id: str, *, return_to: str, key: str) -> str | None:
        return self._pass(
            "begin_action", lambda: self.behind.begin_action(intent_id, return_to=return_to, key=key), key
        )

    def open_customer(self, details: CustomerDetails, *, key: str) -> str:
        return self._pass("open_customer", lambda: self.behind.open_customer(details, key=key), key)

    def begin_setup(
        self, customer: str, *, currency: str, return_to: str, metadata: Mapping[str, str], key: str
    ) -> Setup:
        def begin() -> Setup:
            return self.behind.begin_setup(customer, currency=currency, return_to=return_to, metadata=metadata, key=key)

        return self._pass("begin_setup", begin, key)

    def retrieve_setup(self, reference: str) -> Setup:
        return self._pass("retrieve_setup", lambda: self.behind.retrieve_setup(reference))

    def retrieve_card(self, reference: str) -> CardDetails | None:
        return self._pass("retrieve_card", lambda: self.behind.retrieve_card(reference))

    def detach_card(self, reference: str) -> None:
        return self._pass("detach_card", lambda: self.behind.detach_card(reference))

    def open_event(self, payload: bytes, signature: str, *, now: datetime) -> ProviderEvent:
        return self.behind.open_event(payload, signature, now=now)

    def list_events(self, *, since: datetime) -> Iterable[ProviderEvent]:
        return self._pass("list_events", lambda: self.behind.list_events(since=since))

    def retrieve_dispute(self, reference: str) -> Dispute:
        return self._pass("retrieve_dispute", lambda: self.behind.retrieve_dispute(reference))

    def list_refunds(self, intent_id: str) -> Iterable[Refund]:
        return self._pass("list_refunds", lambda: self.behind.list_refunds(intent_id))

    def _pass(self, call: str, do: Callable[[], T], key: str | None = None) -> T:
        self.calls[call] += 1
        if self.die_before == call:
            self.die_before = None
            raise Crash
        if key in self.failed:
            raise GatewayFailed
        fault = self.faults.pop(call, None)
        if fault in {"lost request", "rate limited"}:
            raise GatewayUnreachable
        if fault == "error 500 before":
            self._fail(key)
        answer = do()
        if self.die_after == call:
            self.die_after = None
            raise Crash
        if fault == "error 500 after":
            self._fail(key)
        if fault == "lost answer":
            raise GatewayUnreachable
        return answer

    def _fail(self, key: str | None) -> None:
        if key is not None:
            self.failed.add(key)
        raise GatewayFailed
