"""Take the partner's lock for an act on one of its accounts, and read that account."""

from __future__ import annotations

from pleamar.actions.lock_meters import lock_meter
from pleamar.models import Account
from pleamar.rules.refusals import Refused


def lock_account(partner_id: int, account_id: int, *, open_only: bool = False) -> Account:
    """The partner's account as it stands while this transaction holds the partner's lock.

    Refuses `account_unknown` and, with `open_only`, `account_is_closed`.
    """
    lock_meter(partner_id)
    account = Account.unscoped.filter(partner_id=partner_id, pk=account_id).first()
    if account is None:
        raise Refused("account_unknown", account=account_id)
    if open_only and account.state == "closed":
        raise Refused("account_is_closed", account=account.name)
    return account
