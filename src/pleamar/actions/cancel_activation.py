"""Cancel an activation that was scheduled and has not taken place (rule M20)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_account import lock_account
from pleamar.actions.record_act import record_act
from pleamar.models import Account
from pleamar.rules.causes import Cause


def cancel_activation(partner_id: int, account_id: int, *, cause: Cause, now: datetime) -> Account:
    """The account, a trial as it was before, also when that has ended meanwhile. Without a schedule nothing changes.

    Refuses `account_unknown`.
    """
    with transaction.atomic():
        account = lock_account(partner_id, account_id)
        due_at = account.activation_due_at
        if due_at is None:
            return account
        account.activation_due_at = account.activation_cause = None
        account.save(update_fields=["activation_due_at", "activation_cause"])
        record_act(
            "cancel activation",
            account.public_id,
            cause=cause,
            at=now,
            partner_id=partner_id,
            due_at=due_at.isoformat(),
        )
        return account
