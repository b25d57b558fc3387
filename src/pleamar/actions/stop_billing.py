"""Stop billing an account: everybody in it inactive, until billing is resumed (rule M22)."""

from __future__ import annotations

from typing import cast

from django.db import transaction

from pleamar.actions.change_seats import SeatChange, Wanted, change_seats
from pleamar.actions.lock_account import lock_account
from pleamar.actions.record_act import record_act
from pleamar.ports.clock import Clock
from pleamar.queries.members import MemberFilter, member_emails
from pleamar.queries.scopes import Scope
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused
from pleamar.rules.seats import AccountState, BillingModel, is_billable


def stop_billing(partner_id: int, account_id: int, *, cause: Cause, clock: Clock) -> SeatChange:
    """Every active member inactive, as one batch, which is remembered: `resume_billing` undoes just that one.

    The count is lower at once, the cycle's peak stays (rule M17). Nobody is made active there until billing is
    resumed. Stopping it again changes nothing. Refuses `account_unknown`, `account_is_closed` and
    `account_not_billed` for one whose members are no seats: a trial, an annual or an internal account.
    """
    with transaction.atomic():
        account = lock_account(partner_id, account_id, open_only=True)
        model, state = cast("BillingModel", account.model), cast("AccountState", account.state)
        if not is_billable(model, state, internal=account.internal):
            raise Refused("account_not_billed", account=account.name)
        stopped = account.billing_stopped_at is not None
        active = [] if stopped else member_emails(Scope(partner_id), MemberFilter(account_id, active=True))
        wanted = [Wanted(account_id, email, active=False) for email in active]
        change = change_seats(partner_id, wanted, cause=cause, clock=clock)
        if not stopped:
            account.billing_stopped_at = change.at or clock()
            account.billing_stopped_batch_id = change.batch_id
            account.save(update_fields=["billing_stopped_at", "billing_stopped_batch"])
            told = {"partner_id": partner_id, "members": change.deactivated}
            record_act("stop billing", account.public_id, cause=cause, at=account.billing_stopped_at, **told)
        return change
