"""What every part of the sandbox shares: its memory, its clock, keys that make a call repeatable, faults on request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from time import sleep
from typing import Any, Final, TypeAlias, TypeVar
from uuid import uuid4

from pleamar.ports.clock import Clock
from pleamar.ports.payments import EventSubject, GatewayFailed, GatewayRefused, GatewayUnreachable, KeyConflict
from pleamar.ports.stores import KeptIntent, KeptRecord, SandboxStore

T = TypeVar("T")
Seal: TypeAlias = Callable[[T], KeptRecord]

# The calls that can be made to go wrong, and how: what was asked for is done after `lost_answer`, `error_500_after` and
# `slow`, and not after the others. An error 500 stays with its key for ever.
CALLS: Final = (
    *("create", "confirm", "retrieve", "cancel", "list", "begin_action"),
    *("open_customer", "begin_setup", "retrieve_setup", "retrieve_card", "detach_card"),
    *("list_events", "retrieve_dispute", "list_refunds"),
)
FAULTS: Final = ("lost_request", "lost_answer", "error_500_before", "error_500_after", "rate_limited", "slow")
# How long a slow call takes, in seconds.
SLOW: Final = 5


class Overtaken(Exception):
    """Somebody else changed it at this moment, and nothing was done: look again."""


@dataclass(frozen=True)
class Sandbox:
    """`secret` signs its messages, and without one none is ever taken for its own; `address` begins those of its pages.

    `wait` is what a slow call does for so many seconds.
    """

    store: SandboxStore
    clock: Clock
    secret: str = ""
    address: str = "sandbox://localhost"
    wait: Callable[[int], object] = sleep

    @property
    def provider(self) -> str:
        """Its name beside cards."""
        return "sandbox"

    @property
    def live(self) -> bool:
        """It never is."""
        return False

    def fault(self, call: str, kind: str, times: int = 1) -> None:
        """Have the next `times` calls of this name go wrong so; 0 for none. Raises ValueError for unknown names."""
        if call not in CALLS or kind not in FAULTS or times < 0:
            message = f"no such fault: {call} {kind} {times}"
            raise ValueError(message)
        self.store.set_fault(call, kind, times)

    def _answered(self, call: str, do: Callable[[], T]) -> T:
        """A call without a key, struck by what is to go wrong with it."""
        fault = self._struck(call)
        if fault == "error_500_before":
            raise GatewayFailed
        answer = do()
        if fault == "error_500_after":
            raise GatewayFailed
        if fault == "lost_answer":
            raise GatewayUnreachable
        return answer

    def _keyed(
        self,
        call: str,
        key: str,
        request: Mapping[str, Any],
        do: Callable[[Seal[T]], T],
        form: tuple[Callable[[T], Any], Any],
    ) -> T:
        """A call with a key, done once: the same key with the same request gives the same answer, a 500 too.

        `do` is given what seals its answer: a record to be remembered along with what it changes, so that of two calls
        at once with one key one is done; it raises Overtaken where it changed nothing. `form` writes the answer as
        JSON, and reads it.
        """
        fault = self._struck(call)
        write, read = form
        asked = _fingerprint({"call": call, **request})
        failed: dict[str, Any] = {"request": asked, "failed": True}

        def seal(answer: T) -> KeptRecord:
            content = failed if fault == "error_500_after" else {"request": asked, "answer": write(answer)}
            return KeptRecord("key", key, "", content, self.clock())

        while (known := self.store.record("key", key)) is None:
            if fault == "error_500_before":
                self.store.add_record(KeptRecord("key", key, "", failed, self.clock()))
                continue
            with suppress(Overtaken):
                self.store.add_record(seal(do(seal)))
        if known.content["request"] != asked:
            raise KeyConflict
        if known.content.get("failed"):
            raise GatewayFailed
        if fault == "lost_answer":
            raise GatewayUnreachable
        answered: T = read(known.content["answer"])
        return answered

    def _struck(self, call: str) -> str | None:
        """What is to go wrong with this call, later in it; raises what goes wrong before it has arrived."""
        fault = self.store.take_fault(call)
        if fault in {"lost_request", "rate_limited"}:
            raise GatewayUnreachable
        if fault == "slow":
            self.wait(SLOW)
        return fault

    def _event(self, kind: str, subject: EventSubject, reference: str) -> KeptRecord:
        """That something happened to `reference` now, to be remembered along with it."""
        content = {"kind": kind, "subject": subject}
        return KeptRecord("event", f"evt_sandbox_{uuid4().hex}", reference, content, self.clock())

    def _kept(self, intent_id: str) -> KeptIntent:
        kept = self.store.find(intent_id)
        if kept is None:
            raise GatewayRefused("intent_unknown")
        return kept


def identity(prefix: str, text: str) -> str:
    """An id that follows from a text, such as the key of the call that made it."""
    return f"{prefix}_sandbox_{sha256(text.encode()).hexdigest()[:24]}"


def _fingerprint(request: Mapping[str, Any]) -> str:
    return sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
