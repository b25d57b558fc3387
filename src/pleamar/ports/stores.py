"""What adapters that must remember ask of whoever keeps things for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pleamar.ports.payments import Intent


@dataclass(frozen=True, slots=True)
class KeptIntent:
    """A sandbox payment: how it stands, the card it is for, when it was made."""

    intent: Intent
    card: str
    created_at: datetime


class SandboxStore(Protocol):
    """The sandbox gateway's memory. Each call is kept at once, apart from any transaction of the caller's."""

    def behaviour_of(self, card: str) -> str | None:
        """What the test card does when it is charged; None if there is no such card."""
        ...

    def add_card(self, reference: str, customer: str, behaviour: str) -> None:
        """Remember a test card."""
        ...

    def find(self, intent_id: str) -> KeptIntent | None:
        """The payment, if there is one."""
        ...

    def add(self, kept: KeptIntent) -> KeptIntent:
        """Remember a new payment; if one of that id is there already, that one, unchanged."""
        ...

    def replace(self, before: KeptIntent, after: KeptIntent) -> KeptIntent:
        """Remember how it stands now, unless it no longer is as `before`; the one that is kept."""
        ...

    def of_customer(self, customer: str, since: datetime) -> Iterable[KeptIntent]:
        """The customer's payments created at `since` or later, newest first."""
        ...
