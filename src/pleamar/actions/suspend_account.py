"""Suspend an account: nobody signs in, and its seats are billed all the same (rule M22)."""

from __future__ import annotations

from django.db import transaction

from pleamar.actions.lock_account import lock_account
from pleamar.actions.record_act import record_act
from pleamar.models import Account
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def suspend_account(partner_id: int, account_id: int, *, cause: Cause, clock: Clock) -> Account:
    """The account, suspended for the cause's reason. Suspending it again changes nothing, its reason neither.

    Refuses `reason_missing`, `account_unknown` and `account_is_closed`.
    """
    if not cause.reason.strip():
        raise Refused("reason_missing")
    with transaction.atomic():
        account = lock_account(partner_id, account_id, open_only=True)
        if account.suspended_at is None:
            now = clock()
            account.suspended_at, account.suspended_because = now, cause.reason
            account.save(update_fields=["suspended_at", "suspended_because"])
            record_act("suspend account", account.public_id, cause=cause, at=now, partner_id=partner_id)
        return account
