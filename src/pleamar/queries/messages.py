"""Mails that are written to be sent, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pleamar.models import OutboxMessage
from pleamar.queries.scopes import Scope


@dataclass(frozen=True, slots=True)
class MailRow:
    """`state` failed: it is never tried again, because of `problem`. `next_try` is when a waiting one is tried."""

    public_id: str
    partner: str
    topic: str
    recipient: str
    state: Literal["sent", "waiting", "failed"]
    written_at: datetime
    next_try: datetime | None
    attempts: int
    problem: str


def mails(scope: Scope, partner_id: int | None = None, *, unsent: bool = False) -> list[MailRow]:
    """The mails in scope, or one partner's, the newest first; `unsent`: those that wait or failed alone."""
    found = scope.rows(OutboxMessage).filter(channel="mail")
    if partner_id is not None:
        found = found.filter(partner_id=partner_id)
    if unsent:
        found = found.filter(sent_at=None)
    return [
        MailRow(
            public_id=message.public_id,
            partner=message.partner.name if message.partner else "",
            topic=message.topic,
            recipient=message.recipient or (message.partner.email if message.partner else ""),
            state="sent" if message.sent_at else "waiting" if message.due_at else "failed",
            written_at=message.written_at,
            next_try=message.due_at,
            attempts=message.attempts,
            problem=message.problem,
        )
        for message in found.select_related("partner").order_by("-written_at", "-pk")
    ]
