"""Send what is written to be sent: at least once each, and no transaction open meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from pleamar.actions.refuse_open_transaction import refuse_open_transaction
from pleamar.models import OutboxMessage
from pleamar.ports.mail import PERSONAL_TOPICS, LetterWriter, Mailer, MailUndelivered
from pleamar.queries.told_messages import House, house_of_mails, message_told

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
# What runs out, or what somebody waits for before their screen.
_URGENT: Final = ("action_required", *sorted(PERSONAL_TOPICS))
_ADDRESS: Final = re.compile(r"\S+@\S+")


class Unsent(NamedTuple):
    """A mail that was not taken, and why, without anybody's address; `given_up`: it is not tried again."""

    message: str
    topic: str
    problem: str
    given_up: bool


def _to_nobody(unsent: Unsent) -> None:
    del unsent


def send_messages(
    mailer: Mailer, write: LetterWriter, *, now: datetime, tell: Callable[[Unsent], None] = _to_nobody
) -> int:
    """How many mails were handed over of those that are due at `now`; each is tried once.

    The next attempt is written down before one is made, so that several senders at once take different messages, and
    one that dies sends again later, with the same id. What fails for good, has no address or was tried too often is
    given up; its `problem` says why, and `tell` hears of that as of every failure.

    What one reader is told about a partner goes out in the order in which it was written, so one that waits to be tried
    again keeps later ones back. Only what is urgent waits for nothing.
    """
    refuse_open_transaction()
    sent, house = 0, house_of_mails()
    while (message := _take(now)) is not None:
        try:
            _send(message, mailer, write, house)
        except MailUndelivered as failed:
            tell(_unsent(message, failed))
        else:
            OutboxMessage.unscoped.filter(pk=message.pk).update(sent_at=now, due_at=None, problem="")
            sent += 1
    return sent


def _take(now: datetime) -> OutboxMessage | None:
    with transaction.atomic():
        message = (
            OutboxMessage.unscoped.select_for_update(skip_locked=True, of=("self",))
            .select_related("partner__seller")
            .filter(~Exists(_before()) | Q(topic__in=_URGENT), channel=_CHANNEL, sent_at=None, due_at__lte=now)
            .order_by("due_at", "id")
            .first()
        )
        if message is None:
            return None
        message.due_at = now + _BACK_OFF[min(message.attempts, len(_BACK_OFF) - 1)]
        message.attempts += 1
        message.save(update_fields=["due_at", "attempts"])
        return message


def _before() -> QuerySet[OutboxMessage]:
    """What is to be sent to the same reader before a message."""
    earlier = Q(written_at__lt=OuterRef("written_at")) | Q(written_at=OuterRef("written_at"), pk__lt=OuterRef("pk"))
    return OutboxMessage.unscoped.filter(
        earlier,
        channel=_CHANNEL,
        partner=OuterRef("partner"),
        recipient=OuterRef("recipient"),
        sent_at=None,
        due_at__isnull=False,
    )


def _send(message: OutboxMessage, mailer: Mailer, write: LetterWriter, house: House) -> None:
    """Raises MailUndelivered, for good also where it was tried too often or there is nobody to tell."""
    told = message_told(message, house)
    if message.attempts > _MOST_ATTEMPTS:  # whoever made the last attempt did not live to say how it went
        raise MailUndelivered(message.problem or "it was tried too often", for_good=True)
    mailer.send(write(told))


def _unsent(message: OutboxMessage, failed: MailUndelivered) -> Unsent:
    """Keep the problem, and give up what is not worth another attempt."""
    given_up, problem = failed.for_good or message.attempts >= _MOST_ATTEMPTS, str(failed)
    changed = {"problem": problem, "due_at": None} if given_up else {"problem": problem}
    OutboxMessage.unscoped.filter(pk=message.pk, sent_at=None).update(**changed)
    return Unsent(message.public_id, message.topic, _ADDRESS.sub("…", problem), given_up)
