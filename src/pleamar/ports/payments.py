"""What is asked of a payment provider: typed outcomes, and errors that say whether to ask again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from pleamar.rules.money import Money

IntentStatus: TypeAlias = Literal[
    "requires_confirmation", "requires_action", "processing", "succeeded", "declined", "canceled"
]


@dataclass(frozen=True, slots=True)
class Decline:
    """Why a card was declined, in the provider's code. A hard one will not change: the card needs replacing."""

    code: str
    hard: bool


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment at the provider. Money moves only when it is confirmed; `declined` can be confirmed again."""

    id: str
    status: IntentStatus
    amount: Money
    customer: str
    metadata: Mapping[str, str]
    decline: Decline | None = None


@dataclass(frozen=True, slots=True)
class IntentRequest:
    """A payment to be made, unconfirmed. `metadata` names our charge, so that it can be found again."""

    amount: Money
    customer: str
    card: str
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CardDetails:
    """A card as the provider knows it, and what may be shown of it."""

    customer: str
    reference: str
    brand: str
    last4: str
    expires_month: int
    expires_year: int


class GatewayUnreachable(Exception):
    """No answer came, or "try later": whether it was done is not known. Ask again with the same key."""


class GatewayRefused(Exception):
    """The provider will not do this, ever: `code` says why. Nothing was done.

    `card_is_to_blame` says that the card is of no more use; else the reason lies elsewhere, such as in the amount.
    """

    def __init__(self, code: str, *, card_is_to_blame: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.card_is_to_blame = card_is_to_blame


class PaymentGateway(Protocol):
    """A card processor. `key` makes a call repeatable: the same key gives the same result, and one effect.

    Every method may raise GatewayUnreachable or GatewayRefused.
    """

    @property
    def provider(self) -> str:
        """Its name, as written beside cards: `sandbox`, `stripe`."""
        ...

    def create(self, request: IntentRequest, *, key: str) -> Intent:
        """An unconfirmed payment."""
        ...

    def confirm(self, intent_id: str, *, key: str) -> Intent:
        """Collect it now, the customer absent."""
        ...

    def retrieve(self, intent_id: str) -> Intent:
        """How it stands."""
        ...

    def cancel(self, intent_id: str, *, key: str) -> Intent:
        """Give it up. One that has already succeeded stays so, and the answer says it."""
        ...

    def list_intents(self, customer: str, *, since: datetime) -> Iterable[Intent]:
        """The customer's payments created at `since` or later, newest first."""
        ...
