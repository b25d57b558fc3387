"""Open an account for one of a partner's customers."""

from __future__ import annotations

from typing import Literal

from django.db import transaction

from pleamar.actions.change_seats import change_seats
from pleamar.actions.lock_meters import lock_meter
from pleamar.models import Account
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause
from pleamar.rules.names import checked_name
from pleamar.rules.refusals import Refused


def open_account(
    partner_id: int,
    name: str,
    *,
    cause: Cause,
    clock: Clock,
    state: Literal["live", "trial"] = "live",
    internal: bool = False,
    member_limit: int | None = None,
) -> Account:
    """The account, live or a trial, with no members; its opening is a batch of the seat log like any other.

    `internal` is the partner's own account for its staff, never billed, free up to a limit (rule M26). Refuses
    `name_invalid`, `account_exists`, `internal_account_exists`, `internal_account_needs_limit` and `partner_closed`.
    """
    name = checked_name(name)
    if internal and member_limit is None:
        raise Refused("internal_account_needs_limit")
    with transaction.atomic():
        lock_meter(partner_id)  # whoever opens another one meanwhile waits here, and then sees this one
        if Account.unscoped.filter(partner_id=partner_id, name=name).exists():
            raise Refused("account_exists", account=name)
        if internal and Account.unscoped.filter(partner_id=partner_id, internal=True).exists():
            raise Refused("internal_account_exists")
        # Written as closed and turned at once, so that the log tells of its first moment too.
        account = Account.unscoped.create(
            partner_id=partner_id,
            name=name,
            state="closed",
            internal=internal,
            member_limit=member_limit,
            created_at=clock(),
        )
        change = change_seats(partner_id, [], states={account.pk: state}, cause=cause, clock=clock)
        Account.unscoped.filter(pk=account.pk).update(created_at=change.at)
        account.refresh_from_db()
        return account
