"""Send what is written to be sent: at least once each, and no transaction open meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.models import OutboxMessage
from pleamar.ports.mail import LetterWriter, Mailer, MailUndelivered, Message

# How long after each attempt it is tried again; one more after the last of them, and it is given up.
_BACK_OFF: Final = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(days=1),
    timedelta(days=2),
)
_MOST_ATTEMPTS: Final = len(_BACK_OFF) + 1
_CHANNEL: Final = "mail"


def send_messages(mailer: Mailer, write: LetterWriter, *, now: datetime) -> int:
    """How many mails were handed over of those that are due at `now`; each is tried once.

    The next attempt is written down before one is made, so that several senders at once take different messages, and
    one that dies sends again later, with the same id. What fails for good, has no address or was tried too often is
    given up; its `problem` says why.
    """
    refuse_open_transaction()
    sent = 0
    while (message := _take(now)) is not None:
        sent += _send(message, mailer, write, now)
    return sent


def _take(now: datetime) -> OutboxMessage | None:
    with transaction.atomic():
        message = (
            OutboxMessage.unscoped.select_for_update(skip_locked=True, of=("self",))
            .select_related("partner__seller")
            .filter(channel=_CHANNEL, sent_at=None, due_at__lte=now)
            .order_by("due_at", "id")
            .first()
        )
        if message is None:
            return None
        message.due_at = now + _BACK_OFF[min(message.attempts, len(_BACK_OFF) - 1)]
        message.attempts += 1
        message.save(update_fields=["due_at", "attempts"])
        return message


def _send(message: OutboxMessage, mailer: Mailer, write: LetterWriter, now: datetime) -> bool:
    partner = message.partner
    if partner is None or not partner.email:
        _give_up(message, "the partner has no e-mail address")
        return False
    if message.attempts > _MOST_ATTEMPTS:  # whoever made the last attempt did not live to say how it went
        _give_up(message, message.problem or "it was tried too often")
        return False
    told = Message(
        id=message.public_id,
        topic=message.topic,
        facts=message.facts,
        written_at=message.written_at,
        to=partner.email,
        partner=partner.name,
        language=partner.language,
        timezone=partner.timezone,
        seller=partner.seller.name,
    )
    try:
        mailer.send(write(told))
    except MailUndelivered as failed:
        if failed.for_good or message.attempts == _MOST_ATTEMPTS:
            _give_up(message, str(failed))
        else:
            OutboxMessage.unscoped.filter(pk=message.pk).update(problem=str(failed))
        return False
    OutboxMessage.unscoped.filter(pk=message.pk).update(sent_at=now, due_at=None, problem="")
    return True


def _give_up(message: OutboxMessage, problem: str) -> None:
    OutboxMessage.unscoped.filter(pk=message.pk, sent_at=None).update(due_at=None, problem=problem)
