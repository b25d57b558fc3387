"""Send what is written to be sent: at least once each, and no transaction open meanwhile."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.models import OutboxMessage
from pleamar.ports.mail import STAFF_TOPICS, Brand, LetterWriter, Mailer, MailUndelivered, Message, Picture
from pleamar.queries.settings import current_settings

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
_LOGO: Final = "logo@pleamar"


def send_messages(mailer: Mailer, write: LetterWriter, *, now: datetime) -> int:
    """How many mails were handed over of those that are due at `now`; each is tried once.

    The next attempt is written down before one is made, so that several senders at once take different messages, and
    one that dies sends again later, with the same id. What fails for good, has no address or was tried too often is
    given up; its `problem` says why.
    """
    refuse_open_transaction()
    sent, brand = 0, _brand()
    while (message := _take(now)) is not None:
        sent += _send(message, mailer, write, brand, now)
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


def _send(message: OutboxMessage, mailer: Mailer, write: LetterWriter, brand: Brand, now: datetime) -> bool:
    told = _told(message, brand)
    if told is None:
        return False
    if message.attempts > _MOST_ATTEMPTS:  # whoever made the last attempt did not live to say how it went
        _give_up(message, message.problem or "it was tried too often")
        return False
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


def _told(message: OutboxMessage, brand: Brand) -> Message | None:
    """What is told to whom; None, with the message given up, where there is nobody to tell."""
    partner = message.partner
    if partner is None:
        _give_up(message, "it is about no partner")
        return None
    for_staff = message.topic in STAFF_TOPICS
    to = partner.seller.email if for_staff else message.recipient or partner.email
    if not to:
        _give_up(message, f"the {'seller' if for_staff else 'partner'} has no e-mail address")
        return None
    return Message(
        id=message.public_id,
        topic=message.topic,
        facts=message.facts,
        written_at=message.written_at,
        to=to,
        partner=partner.name,
        language=message.language or partner.language,
        timezone=partner.timezone,
        seller=partner.seller.name,
        manager=partner.manager_name,
        manager_contact=partner.manager_contact,
        brand=brand,
    )


def _brand() -> Brand:
    settings = current_settings()
    logo = base64.b64decode(settings.brand_logo)
    picture = Picture(_LOGO, "png" if logo.startswith(b"\x89PNG") else "jpeg", logo) if logo else None
    return Brand(settings.brand_name, settings.brand_accent, picture)


def _give_up(message: OutboxMessage, problem: str) -> None:
    OutboxMessage.unscoped.filter(pk=message.pk, sent_at=None).update(due_at=None, problem=problem)
