"""Set how many members of an account may be active at once (rule M21)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from pleamar.actions.change_seats import SeatChange, Wanted, change_seats
from pleamar.actions.lock_account import lock_account
from pleamar.actions.record_act import record_act
from pleamar.models import Account, Member
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause
from pleamar.rules.limits import checked_limit, leaving
from pleamar.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class MemberLimit:
    """What was done, or with `preview` would be. `leaving` are the members too many: the last in e-mail order.

    `change` is the batch that made them inactive; None where nobody is too many.
    """

    before: int | None
    after: int | None
    leaving: tuple[str, ...]
    change: SeatChange | None
    preview: bool


def set_member_limit(
    partner_id: int,
    account_id: int,
    limit: int | None,
    *,
    cause: Cause,
    clock: Clock,
    deactivate: bool = False,
    preview: bool = False,
    by_staff: bool = False,
    confirmed: int | None = None,
) -> MemberLimit:
    """At most `limit` active members from now on; None: as many as there are.

    A limit below the present count refuses `limit_below_count`, unless with `deactivate` those who are too many become
    inactive in the same transaction; `confirmed` is how many they were when somebody looked, and other numbers refuse
    `members_changed_meanwhile`. With `preview` that is worked out and nothing is kept. Also refuses
    `limit_out_of_range`, `account_unknown`, `limit_is_contracts` (an annual account's are its blocks: rule A1),
    `internal_limit_is_staffs` and `internal_account_needs_limit` (rule M26).
    """
    limit = None if limit is None else checked_limit(limit)
    with transaction.atomic():
        account = lock_account(partner_id, account_id)
        _refuse_not_theirs(account, limit, by_staff=by_staff)
        before, gone = account.member_limit, _leaving(account, limit)
        if gone and not (deactivate or preview):
            raise Refused("limit_below_count", account=account.name, limit=limit or 0, members=account.active_members)
        if confirmed is not None and confirmed != len(gone):
            raise Refused("members_changed_meanwhile", found=len(gone), confirmed=confirmed)
        now, change = clock(), None
        if before != limit:
            account.member_limit = limit
            account.save(update_fields=["member_limit"])
            record_act(
                "set member limit",
                account.public_id,
                cause=cause,
                at=now,
                partner_id=partner_id,
                before=before,
                after=limit,
                deactivated=len(gone),
            )
        if gone:
            wanted = [Wanted(account_id, email, active=False) for email in gone]
            change = change_seats(partner_id, wanted, cause=cause, clock=clock)
        transaction.set_rollback(preview)
    return MemberLimit(before, limit, gone, change, preview)


def _refuse_not_theirs(account: Account, limit: int | None, *, by_staff: bool) -> None:
    if account.model == "annual":
        raise Refused("limit_is_contracts", account=account.name)
    if account.internal and not by_staff:
        raise Refused("internal_limit_is_staffs")
    if account.internal and limit is None:
        raise Refused("internal_account_needs_limit")


def _leaving(account: Account, limit: int | None) -> tuple[str, ...]:
    if limit is None or account.active_members <= limit:
        return ()
    active = Member.unscoped.filter(account_id=account.pk, active=True).values_list("email", flat=True)
    return leaving(list(active), limit)
