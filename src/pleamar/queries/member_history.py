"""One member's history: each change, when, by whom, by what means and why (rules M18, P1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from pleamar.models import Member
from pleamar.queries.scopes import Scope
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import checked_email


@dataclass(frozen=True, slots=True)
class MemberChange:
    """The member became active or inactive. `counted`: it was a seat more or a seat less (rule M2).

    `occurred_at` is only the caller's note of when it happened (rule M27).
    """

    at: datetime
    active: bool
    counted: bool
    actor: str
    means: str
    reference: str
    reason: str
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberHistory:
    """A member with all its changes, the oldest first. `deleted_at` is None while it is in the account's lists."""

    public_id: str
    email: str
    display_name: str
    active: bool
    deleted_at: datetime | None
    changes: tuple[MemberChange, ...]


_CHANGES = """
SELECT seat_log.at, seat_log.delta = 1, seat_log.billable, batch.actor, batch.means, batch.reference, batch.reason,
    batch.occurred_at
FROM seat_log JOIN seat_batch AS batch ON batch.id = seat_log.batch_id
WHERE {scope} AND seat_log.member_id = %s
ORDER BY seat_log.at, seat_log.id
"""


def member_history(scope: Scope, account_id: int, email: str) -> MemberHistory:
    """The account's member of that address, also a deleted one, in two queries.

    Refuses `email_invalid` and `member_unknown`.
    """
    member = scope.rows(Member).filter(account_id=account_id, email=checked_email(email)).first()
    if member is None:
        raise Refused("member_unknown", email=email)
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES.format(scope=scope.sql("seat_log.partner_id")), [member.pk])
        changes = tuple(MemberChange(*row) for row in cursor.fetchall())
    return MemberHistory(member.public_id, member.email, member.display_name, member.active, member.hidden_at, changes)
