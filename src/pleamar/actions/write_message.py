"""Write a message to the outside, with what it tells of; it is sent afterwards, by a job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pleamar.models import OutboxMessage
from pleamar.ports.jobs import NOBODY, Jobs

_CHANNEL: Final = "mail"


def write_message(
    partner_id: int,
    topic: str,
    key: str,
    facts: Mapping[str, str | int],
    *,
    now: datetime,
    jobs: Jobs = NOBODY,
) -> None:
    """A mail to the partner about `topic` (of `wording/mail.py`), written inside the caller's transaction.

    `key` (`charge_succeeded:42`) names what it tells of: a second one with it is not written, ever. `facts` are all
    that its words are made of: amounts as minor units beside their currency, moments as ISO texts.
    """
    OutboxMessage.unscoped.bulk_create(
        [
            OutboxMessage(
                partner_id=partner_id,
                channel=_CHANNEL,
                topic=topic,
                key=key,
                facts=dict(facts),
                written_at=now,
                due_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    jobs.wake("send_messages")
