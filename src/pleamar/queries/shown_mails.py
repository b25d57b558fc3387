"""The mails of a partner, to be shown in a sandbox to those who would get them outside of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from pleamar.models import OutboxMessage
from pleamar.ports.mail import PERSONAL_TOPICS, STAFF_TOPICS, MailUndelivered, Message
from pleamar.queries.scopes import Scope
from pleamar.queries.told_messages import House, house_of_mails, message_told
from pleamar.rules.public_ids import from_public
from pleamar.rules.refusals import Refused

# These let somebody in who could be let in anyhow by whoever may read them here.
_INVITATIONS: Final = frozenset({"invitation", "administrator_invited"})


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail; `message` is what it tells, None where that cannot be told."""

    public_id: str
    topic: str
    written_at: datetime
    recipient: str
    is_sent: bool
    message: Message | None


def shown_mails(scope: Scope, partner_id: int, *, own: str, most: int) -> list[ShownMail]:
    """The last `most`, the newest first, for the owner of the address `own`.

    Left out is what is for the vendor's staff, and what is told to one person about their sign-in, where that is
    another person; invitations stay.
    """
    house = house_of_mails()
    return [_shown(one, house) for one in _mine(scope, partner_id, own).order_by("-written_at", "-pk")[:most]]


def shown_mail(scope: Scope, partner_id: int, public_id: str, *, own: str) -> ShownMail:
    """One of them, however old. Refuses `mail_unknown`."""
    uid = from_public(OutboxMessage.public_prefix, public_id)
    found = _mine(scope, partner_id, own).filter(uid=uid).first() if uid is not None else None
    if found is None:
        raise Refused("mail_unknown", mail=public_id)
    return _shown(found, house_of_mails())


def _mine(scope: Scope, partner_id: int, own: str) -> QuerySet[OutboxMessage]:
    mine = scope.rows(OutboxMessage).filter(channel="mail", partner_id=partner_id).exclude(topic__in=STAFF_TOPICS)
    private = Q(topic__in=PERSONAL_TOPICS - _INVITATIONS) & ~Q(recipient=own)
    return mine.exclude(private).select_related("partner__seller")


def _shown(row: OutboxMessage, house: House) -> ShownMail:
    message = None
    with suppress(MailUndelivered):
        message = message_told(row, house)
    return ShownMail(
        public_id=row.public_id,
        topic=row.topic,
        written_at=row.written_at,
        recipient=message.to if message else row.recipient,
        is_sent=row.sent_at is not None,
        message=message,
    )
