"""What is asked of whoever puts a message into words, and of whoever carries mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol, TypeAlias

PictureKind: TypeAlias = Literal["png", "jpeg"]

# What is told to the seller's own staff, at the seller's address, not to the partner that it is about.
STAFF_TOPICS: Final = frozenset({"quote_requested", "suspension_proposed"})
# What is told to one person, about how they sign in: only at the address that is written down, never to a partner's
# recipients, and greeted by the fact `name`, which may be missing or empty.
PERSONAL_TOPICS: Final = frozenset(
    {"invitation", "administrator_invited", "password_reset", "password_reset_unknown", "sign_in_changed"}
)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that travels inside a letter. Its HTML shows it as `cid:` and the `name`, which is like `logo@here`."""

    name: str
    kind: PictureKind
    content: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF that goes with a letter, under a file's `name`."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Brand:
    """How the vendor's mail looks: a name (empty: the seller's), an accent (`#0f766e`) and a logo."""

    name: str = ""
    accent: str = "#0f766e"
    logo: Picture | None = None


PLAIN: Final = Brand()


@dataclass(frozen=True, slots=True)
class Message:
    """What there is to tell a partner: a `topic` and its `facts`, without words yet.

    `id` and `written_at` stay the same however often it is sent. `timezone` is its reader's, `seller` who writes,
    `manager` the vendor's person for the partner (rule M24), reached at `manager_contact`; both may be empty. `brand`
    is how it looks.
    """

    id: str
    topic: str
    facts: Mapping[str, str | int]
    written_at: datetime
    to: str
    partner: str
    language: str
    timezone: str
    seller: str
    manager: str = ""
    manager_contact: str = ""
    brand: Brand = PLAIN


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one reader, in their language. `id` is the same however often it is sent: receivers can tell.

    `html`, where there is some, says what `text` says, with `pictures`. `attachments` go with it as files.
    """

    id: str
    to: str
    dated: datetime
    subject: str
    text: str
    html: str = ""
    pictures: tuple[Picture, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class LetterWriter(Protocol):
    """Puts a message into words."""

    def __call__(self, message: Message) -> Letter:
        """The letter, in its reader's language. Raises MailUndelivered, for good, for one that it has no words for."""
        ...


class MailUndelivered(Exception):
    """It was not taken. `for_good`: it never will be, such as for an address that cannot be."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class Mailer(Protocol):
    """Carries mail."""

    def send(self, letter: Letter) -> None:
        """Hand it over. Raises MailUndelivered; returning means that it was taken."""
        ...
