"""Write an act into the audit trail, in the transaction of the act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pleamar.models import AuditEvent
from pleamar.rules.causes import Cause


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
