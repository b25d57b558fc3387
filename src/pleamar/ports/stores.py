"""What adapters that must remember ask of whoever keeps things for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from pleamar.ports.payments import Intent


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A sandbox card: whose it is, what it does when it is charged, how often it was declined, whether it is gone."""

    reference: str
    customer: str
    behaviour: str
    declines: int
    forgotten: bool


@dataclass(frozen=True, slots=True)
class KeptIntent:
    """A sandbox payment: how it stands, the card it is for, when it was made; when it succeeds if it is processed."""

    intent: Intent
    card: str
    created_at: datetime
    succeeds_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """Anything else, one a `kind` and `reference`. `parent` is what it belongs to; `content` is plain JSON."""

    kind: str
    reference: str
    parent: str
    content: Mapping[str, Any]
    created_at: datetime


class SandboxStore(Protocol):
    """The sandbox provider's memory. Each call is kept at once, apart from any transaction of the caller's.

    What changes something takes `along`: records that are remembered with it, or not at all.
    """

    def card(self, reference: str) -> KeptCard | None:
        """The test card, if there is one, also a forgotten one."""
        ...

    def add_card(self, reference: str, customer: str, behaviour: str) -> None:
        """Remember a test card; one that is there already, forgotten or not, is on file again."""
        ...

    def forget_card(self, reference: str, *, along: Sequence[KeptRecord] = ()) -> bool:
        """The card is nobody's any more; False if it was not on file."""
        ...

    def find(self, intent_id: str) -> KeptIntent | None:
        """The payment, if there is one."""
        ...

    def add(self, kept: KeptIntent) -> KeptIntent:
        """Remember a new payment; if one of that id is there already, that one, unchanged."""
        ...

    def replace(
        self, before: KeptIntent, after: KeptIntent, *, along: Sequence[KeptRecord] = (), declined: bool = False
    ) -> bool:
        """Remember how it stands now; False, and nothing done, if it is no longer as `before` or `along` is there.

        `declined`: its card counts one decline more.
        """
        ...

    def of_customer(self, customer: str | None, since: datetime) -> Iterable[KeptIntent]:
        """The payments of a customer, or of all (None), created at `since` or later, newest first."""
        ...

    def record(self, kind: str, reference: str) -> KeptRecord | None:
        """The record, if there is one."""
        ...

    def records(self, kind: str, *, parent: str | None = None, since: datetime | None = None) -> Iterable[KeptRecord]:
        """The records of a kind, of one parent, created at `since` or later; oldest first."""
        ...

    def add_record(self, kept: KeptRecord, *, along: Sequence[KeptRecord] = ()) -> KeptRecord:
        """Remember it; if one of its kind and reference is there already, that one, unchanged, and nothing is done."""
        ...

    def replace_record(self, before: KeptRecord, after: KeptRecord, *, along: Sequence[KeptRecord] = ()) -> bool:
        """Remember its new content; False, and nothing done, if it no longer is as `before`."""
        ...

    def set_fault(self, call: str, kind: str, times: int) -> None:
        """Have the next `times` calls of this name go wrong so, in place of what was set before; 0 for none."""
        ...

    def take_fault(self, call: str) -> str | None:
        """What is to go wrong with this call, which counts it."""
        ...
