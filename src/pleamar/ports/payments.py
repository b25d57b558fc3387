"""What is asked of a payment provider: typed outcomes, and errors that say whether to ask again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol, TypeAlias

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
    """A payment at the provider. Money moves only when it is confirmed; `declined` can be confirmed again.

    `requires_action`: its customer has to act (3-D Secure), also where the provider said that by declining.
    """

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


class GatewayFailed(Exception):
    """It answered that it failed (a 5xx), and would answer the same for this key for ever.

    Whether it was done is not known: look first, then ask with a new key.
    """


class KeyConflict(Exception):
    """The key was used for another request: something is wrong on our side. Nothing was done; a person has to look."""


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

    Every method may raise GatewayUnreachable, GatewayFailed, KeyConflict or GatewayRefused.
    """

    @property
    def provider(self) -> str:
        """Its name, as written beside cards: `sandbox`, `stripe`, `stripe-test`. Its cards are of use to it alone."""
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
        """Give it up. One that has already succeeded, or is being processed, stays so, and the answer says it."""
        ...

    def list_intents(self, customer: str | None, *, since: datetime) -> Iterable[Intent]:
        """The payments of a customer, or of all (None), created at `since` or later, newest first."""
        ...

    def begin_action(self, intent_id: str, *, return_to: str, key: str) -> str | None:
        """The address where its customer confirms this same payment now (3-D Secure), who then comes back to
        `return_to`; None when nothing is left to do.
        """
        ...


SetupStatus: TypeAlias = Literal["open", "complete", "expired"]


@dataclass(frozen=True, slots=True)
class Setup:
    """A hosted page on which a customer enters a card. `address` while it is open, `card` once it is complete."""

    id: str
    status: SetupStatus
    customer: str
    metadata: Mapping[str, str]
    address: str | None = None
    card: CardDetails | None = None


@dataclass(frozen=True, slots=True)
class CustomerDetails:
    """Who pays: `reference` is our partner's public id."""

    reference: str
    name: str
    email: str


class CardDesk(Protocol):
    """Where cards are put on file. Raises as `PaymentGateway` does."""

    @property
    def provider(self) -> str:
        """As `PaymentGateway.provider`."""
        ...

    def open_customer(self, details: CustomerDetails, *, key: str) -> str:
        """The provider's id of a customer, made."""
        ...

    def begin_setup(
        self, customer: str, *, currency: str, return_to: str, metadata: Mapping[str, str], key: str
    ) -> Setup:
        """A page to enter a card on; afterwards the customer comes back to `return_to`."""
        ...

    def retrieve_setup(self, reference: str) -> Setup:
        """How it stands; `reference` is its id, or what an event of subject `setup` names."""
        ...

    def retrieve_card(self, reference: str) -> CardDetails | None:
        """What may be shown of a card; None when it is no customer's any more."""
        ...

    def detach_card(self, reference: str) -> None:
        """Forget the card. One that is forgotten already stays so."""
        ...


DisputeStatus: TypeAlias = Literal["open", "won", "lost"]


@dataclass(frozen=True, slots=True)
class Dispute:
    """A payment that the cardholder's bank takes back (`amount` of it) until it is decided."""

    id: str
    intent_id: str
    amount: Money
    status: DisputeStatus


@dataclass(frozen=True, slots=True)
class Refund:
    """Money of a payment that was given back at the provider, not through us. `failed`: it did not go through, or came
    back after it had.
    """

    id: str
    intent_id: str
    amount: Money
    failed: bool = False


LONGEST_EVENT_TEXT: Final = 255
EventSubject: TypeAlias = Literal["intent", "setup", "card", "dispute", "refund", "other"]


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """The provider says that something happened to `reference`; how that stands is then retrieved, never read here.

    `kind` is the provider's own word. `reference` is the id of the intent, setup, card or dispute; of a refund, its
    intent's. `live`: real money. Raises ValueError for texts that cannot be kept.
    """

    id: str
    kind: str
    subject: EventSubject
    reference: str
    created_at: datetime
    live: bool

    def __post_init__(self) -> None:
        """Neither the database nor an answer takes half a character, or NUL; no name that is meant is so long."""
        for text in (self.id, self.kind, self.reference):
            text.encode()  # UnicodeEncodeError is a ValueError
            if "\x00" in text or len(text) > LONGEST_EVENT_TEXT:
                message = "a text of an event cannot be kept"
                raise ValueError(message)


class EventForged(Exception):
    """A message that the provider did not send, or not just now (its signature or its time is wrong), or no event."""


class ProviderEvents(Protocol):
    """What the provider tells by itself, and what it is asked about that. Raises as `PaymentGateway` does."""

    @property
    def live(self) -> bool:
        """Whether it moves real money: events of the other mode are none of ours."""
        ...

    def open_event(self, payload: bytes, signature: str, *, now: datetime) -> ProviderEvent:
        """The event in a message, its signature checked over the raw bytes. Raises EventForged."""
        ...

    def list_events(self, *, since: datetime) -> Iterable[ProviderEvent]:
        """Everything told at `since` or later, oldest first."""
        ...

    def retrieve_dispute(self, reference: str) -> Dispute:
        """How it stands."""
        ...

    def list_refunds(self, intent_id: str) -> Iterable[Refund]:
        """What was given back of a payment: refunds that went through, and those that failed."""
        ...


class PaymentProvider(PaymentGateway, CardDesk, ProviderEvents, Protocol):
    """All of it, as one adapter offers it."""
