"""Reopen a closed account: it is again what it was before, and a live one counts from that moment (rule M26)."""

from __future__ import annotations

from django.db import transaction

from pleamar.actions.change_seats import SeatChange, change_seats
from pleamar.actions.lock_meters import lock_meter
from pleamar.models import Account
from pleamar.ports.clock import Clock
from pleamar.queries.account_states import state_while_open
from pleamar.queries.scopes import Scope
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def reopen_account(partner_id: int, account_id: int, *, cause: Cause, clock: Clock) -> SeatChange:
    """The account in the state it had before it was closed: live, or the trial it was, which stays free and ends when
    it was to end.

    Reopening never begins to bill a trial: that is an act of its own (rule M20). A live account is left as it is.
    Refuses `account_not_closed` for a trial, `account_unknown`, and `partner_closed`.
    """
    with transaction.atomic():
        lock_meter(partner_id)
        account = Account.unscoped.filter(partner_id=partner_id, pk=account_id).first()
        if account is not None and account.state == "trial":
            raise Refused("account_not_closed", account=account.name)
        state = state_while_open(Scope(partner_id), partner_id, account_id) or "live"
        return change_seats(partner_id, [], states={account_id: state}, cause=cause, clock=clock)
