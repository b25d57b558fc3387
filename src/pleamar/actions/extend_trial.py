"""Let a trial last longer, or let more members into it: an act of the vendor's staff (rule M20)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction

from pleamar.actions.lock_account import lock_account
from pleamar.actions.record_act import record_act
from pleamar.models import Account
from pleamar.rules.causes import Cause
from pleamar.rules.limits import checked_limit
from pleamar.rules.refusals import Refused
from pleamar.rules.trials import checked_trial_end


def extend_trial(
    partner_id: int,
    account_id: int,
    by: datetime | timedelta,
    *,
    cause: Cause,
    now: datetime,
    member_limit: int | None = None,
) -> Account:
    """The trial, ending at the moment `by`, or so much later than its end; with `member_limit` for so many members.

    One that has expired is revived, and its time counts from now. Its end is never earlier than it was, later than now
    and at most a year ahead. Refuses `trial_end_out_of_range`, `trial_end_not_later`, `account_unknown`,
    `account_not_on_trial`, `limit_out_of_range`, and `limit_below_count` for fewer than are active.
    """
    with transaction.atomic():
        account = lock_account(partner_id, account_id)
        if account.state != "trial":
            raise Refused("account_not_on_trial", account=account.name)
        before = account.trial_ends_at, account.trial_member_limit
        end = before[0] or now
        until = checked_trial_end(by if isinstance(by, datetime) else max(end, now) + by, now=now).astimezone(UTC)
        if until < end:
            raise Refused("trial_end_not_later", account=account.name, ends_at=end.isoformat())
        limit = account.trial_member_limit if member_limit is None else checked_limit(member_limit, least=1)
        if member_limit is not None and member_limit < account.active_members:
            raise Refused("limit_below_count", account=account.name, limit=member_limit, members=account.active_members)
        if before == (until, limit):
            return account
        account.trial_ends_at, account.trial_member_limit = until, limit
        account.trial_set_at, account.trial_expired_at = now, None
        account.save(update_fields=["trial_ends_at", "trial_member_limit", "trial_set_at", "trial_expired_at"])
        record_act(
            "extend trial",
            account.public_id,
            cause=cause,
            at=now,
            partner_id=partner_id,
            ends_at_before=before[0].isoformat() if before[0] else None,
            ends_at=until.isoformat(),
            limit_before=before[1],
            limit=limit,
        )
        return account
