"""Move members from one of a partner's accounts to another, as one batch: its count does not rise by it (rule M6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction

from pleamar.actions.change_seats import SeatChange, Wanted, change_seats
from pleamar.actions.choose_members import choose_members
from pleamar.actions.lock_account import lock_account
from pleamar.actions.record_act import record_act
from pleamar.models import Account, Member
from pleamar.ports.clock import Clock
from pleamar.queries.deny_list import denied_emails
from pleamar.queries.scopes import Scope
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class MembersMove:
    """What moved, or with `preview` would move: members in all, those of them who are active at the target by it, and
    those who were in the target's lists already.
    """

    moved: int
    activated: int
    known: int
    change: SeatChange
    preview: bool


def move_members(
    partner_id: int,
    source_id: int,
    target_id: int,
    emails: Sequence[str],
    *,
    cause: Cause,
    clock: Clock,
    preview: bool = False,
) -> MembersMove:
    """The members leave the source's lists and stand in the target's, with their names and external ids.

    Who was active is active at the target; who was not stays inactive, unless the target knew the person as active
    already. What the target knew of a person stays. The batch's reference, if the cause has none, names both accounts.
    All or nothing. Refuses `move_to_same_account`, `email_invalid`, `member_unknown`, `account_is_closed` (the
    target), `move_denied` (on its deny list: M19), `move_over_limit` (rule M21) and what `change_seats` does.
    """
    if source_id == target_id:
        raise Refused("move_to_same_account")
    with transaction.atomic():
        source = lock_account(partner_id, source_id)
        target = lock_account(partner_id, target_id, open_only=True)
        chosen = choose_members(partner_id, source_id, emails)
        _refuse_denied(target, chosen)
        known = Member.unscoped.filter(account=target, hidden_at=None, email__in=chosen).count()
        cause = replace(cause, reference=cause.reference or f"{source.name} → {target.name}")
        change = change_seats(partner_id, _wanted(source, target, chosen), cause=cause, clock=clock)
        if change.over_limit:
            raise Refused("move_over_limit", account=target.name, count=len(change.over_limit))
        at = change.at or clock()
        _carry(source, target, chosen)
        moved = Member.unscoped.filter(account=source, email__in=chosen)
        moved.update(hidden_at=at)
        if chosen:
            ids = [member.public_id for member in moved.order_by("pk")]
            told = {"to": target.public_id, "members": ids}
            record_act("move members", source.public_id, cause=cause, at=at, partner_id=partner_id, **told)
        transaction.set_rollback(preview)
    return MembersMove(len(chosen), change.activated, known, change, preview)


def _refuse_denied(target: Account, emails: Sequence[str]) -> None:
    """Also the inactive: whoever is on a deny list is never brought into the account (rule M19)."""
    denied = denied_emails(Scope(target.partner_id), target.pk, emails)
    if denied:
        raise Refused("move_denied", account=target.name, count=len(denied), email=denied[0])


def _wanted(source: Account, target: Account, emails: Sequence[str]) -> list[Wanted]:
    active = Member.unscoped.filter(account=source, active=True, email__in=emails).values_list("email", flat=True)
    return [
        *(Wanted(source.pk, email, active=False) for email in emails),
        *(Wanted(target.pk, email, active=True) for email in active),
    ]


def _carry(source: Account, target: Account, emails: Sequence[str]) -> None:
    """Bring to the target what is known of the people, and those who are inactive."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO member AS theirs (partner_id, account_id, email, display_name, external_id, active)
            SELECT partner_id, %s, email, display_name, external_id, false
            FROM member WHERE account_id = %s AND email = ANY(%s::text[])
            ON CONFLICT (account_id, email) DO UPDATE SET
                display_name = coalesce(nullif(theirs.display_name, ''), excluded.display_name),
                external_id = coalesce(theirs.external_id, excluded.external_id),
                hidden_at = NULL
            """,
            [target.pk, source.pk, list(emails)],
        )
