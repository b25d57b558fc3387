"""Restore a suspended account: its members may sign in again (rule M22)."""

from __future__ import annotations

from django.db import transaction

from pleamar.actions.lock_account import lock_account
from pleamar.actions.record_act import record_act
from pleamar.models import Account
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause


def restore_account(partner_id: int, account_id: int, *, cause: Cause, clock: Clock) -> Account:
    """The account, no longer suspended; one that is not is left as it is.

    Refuses `account_unknown` and `account_is_closed`.
    """
    with transaction.atomic():
        account = lock_account(partner_id, account_id, open_only=True)
        if account.suspended_at is not None:
            account.suspended_at, account.suspended_because = None, ""
            account.save(update_fields=["suspended_at", "suspended_because"])
            record_act("restore account", account.public_id, cause=cause, at=clock(), partner_id=partner_id)
        return account
