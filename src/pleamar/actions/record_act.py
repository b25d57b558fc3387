"""Write an act into the audit trail, in the transaction of the act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pleamar.models import AuditEvent
from pleamar.rules.causes import Cause


class Act(NamedTuple):
    """What was done, to what, whose it is, and facts that are plain JSON values."""

    act: str
    subject: str
    partner_id: int | None
    facts: Mapping[str, Any]


def record_acts(acts: Iterable[Act], *, cause: Cause, at: datetime) -> None:
    """The same for many acts of one cause, in one statement; of none at all in none."""
    events = [
        AuditEvent(
            partner_id=one.partner_id,
            at=at,
            actor=cause.actor,
            act=one.act,
            subject=one.subject,
            reason=cause.reason,
            facts={"means": cause.means, "reference": cause.reference, **one.facts},
        )
        for one in acts
    ]
    if events:
        AuditEvent.unscoped.bulk_create(events)


def record_act(
    act: str, subject: str, *, cause: Cause, at: datetime, partner_id: int | None = None, **facts: Any
) -> None:
    """Who (`cause.actor`) did what (`act`, to `subject`), when and why; `facts` are plain JSON values.

    Seat changes are not written here: the batch of the seat log holds who, when, what and why of them.
    """
    AuditEvent.unscoped.create(
        partner_id=partner_id,
        at=at,
        actor=cause.actor,
        act=act,
        subject=subject,
        reason=cause.reason,
        facts={"means": cause.means, "reference": cause.reference, **facts},
    )
