"""Whether somebody was counted in a cycle's peak, and why or why not (rule P1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.db import connection

from pleamar.models import Member
from pleamar.models.bulk import array
from pleamar.queries.batch_facts import BatchFacts, batch_facts
from pleamar.queries.scopes import Scope
from pleamar.rules.seats import checked_email

# The same address at more customers than that is nobody's.
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class WhyCounted:
    """The answer for somebody at one customer, at one moment.

    `counted`: a seat, `since` when. `inactive`: from `since`, until `until` if that came. `not_yet`: never active up to
    then, but `until` was the first time; None: never at all. `not_billed`: active, but their account was not billed,
    until `until` if that came. `by` is what made it so at `since`; `activated_by` what made a counted one active.
    """

    verdict: Literal["counted", "inactive", "not_yet", "not_billed"]
    account: str
    account_public_id: str
    public_id: str
    email: str
    since: datetime | None
    until: datetime | None
    by: BatchFacts | None
    activated_by: BatchFacts | None


_WHY = """
SELECT person.member_id, moved.at, moved.delta, moved.batch_id, following.at,
    turned.at, turned.state, turned.batch_id, turning.at
FROM unnest(%(members)s::bigint[], %(accounts)s::bigint[]) AS person (member_id, account_id)
LEFT JOIN LATERAL (
    SELECT at, delta, batch_id FROM seat_log WHERE {scope} AND member_id = person.member_id AND at <= %(moment)s
    ORDER BY at DESC, id DESC LIMIT 1
) AS moved ON TRUE
LEFT JOIN LATERAL (
    SELECT at FROM seat_log WHERE {scope} AND member_id = person.member_id AND at > %(moment)s
    ORDER BY at, id LIMIT 1
) AS following ON TRUE
LEFT JOIN LATERAL (
    SELECT at, state, batch_id FROM seat_log
    WHERE {scope} AND account_id = person.account_id AND member_id IS NULL AND billable AND at <= %(moment)s
    ORDER BY at DESC, id DESC LIMIT 1
) AS turned ON TRUE
LEFT JOIN LATERAL (
    SELECT at FROM seat_log
    WHERE {scope} AND account_id = person.account_id AND member_id IS NULL AND billable AND at > %(moment)s
    ORDER BY at, id LIMIT 1
) AS turning ON TRUE
"""


def why_counted(scope: Scope, partner_id: int, email: str, moment: datetime) -> list[WhyCounted]:
    """One answer a customer at which somebody has that address, by customer; in three queries at most.

    Refuses `email_invalid`.
    """
    people = scope.rows(Member).filter(account__partner_id=partner_id, email=checked_email(email))
    found = {one.pk: one for one in people.select_related("account").order_by("account__name", "account_id")[:_MOST]}
    if not found:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _WHY.format(scope=scope.sql("partner_id")),
            {
                "members": array(found),
                "accounts": array([one.account_id for one in found.values()]),
                "moment": moment,
            },
        )
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    numbers = {number for row in rows.values() for number in (row[2], row[6]) if number is not None}
    facts = batch_facts(scope, partner_id, numbers)
    return [_answer(member, rows[number], facts) for number, member in found.items()]


def _answer(member: Member, row: tuple[object, ...], facts: dict[int, BatchFacts]) -> WhyCounted:
    verdict, since, until, by = _verdict(*row)  # type: ignore[arg-type]  # as the statement has them
    activating = row[2]
    return WhyCounted(
        verdict,
        *(member.account.name, member.account.public_id, member.public_id, member.email, since, until),
        by=facts.get(by) if by else None,
        activated_by=facts.get(activating) if isinstance(activating, int) else None,
    )


def _verdict(
    moved_at: datetime | None,
    delta: int | None,
    moved_by: int | None,
    following_at: datetime | None,
    turned_at: datetime | None,
    state: str | None,
    turned_by: int | None,
    turning_at: datetime | None,
) -> tuple[Literal["counted", "inactive", "not_yet", "not_billed"], datetime | None, datetime | None, int | None]:
    """The verdict, since when, until when, and by which batch."""
    if moved_at is None:
        return "not_yet", None, following_at, None
    if delta != 1:
        return "inactive", moved_at, following_at, moved_by
    if turned_at is None or state != "live":
        return "not_billed", turned_at, turning_at, turned_by
    if turned_at > moved_at:
        return "counted", turned_at, None, turned_by
    return "counted", moved_at, None, moved_by
