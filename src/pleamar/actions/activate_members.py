"""Make members active by hand: one, many, or all that a filter means (rules M15, M18)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from pleamar.actions.change_seats import SeatChange, Wanted, change_seats
from pleamar.actions.choose_members import choose_matching, choose_members
from pleamar.actions.lock_account import lock_account
from pleamar.ports.clock import Clock
from pleamar.queries.members import MemberFilter
from pleamar.rules.causes import Cause
from pleamar.rules.seats import checked_email


def activate_members(
    partner_id: int,
    account_id: int,
    emails: Sequence[str],
    *,
    cause: Cause,
    clock: Clock,
    add: bool = False,
    preview: bool = False,
) -> SeatChange:
    """The members active, as one batch (rule M6); with `add` also people whom the account does not know, or no longer.

    The answer names who stays inactive: on the deny list (M19), or over the limit (M21). With `preview` everything is
    worked out and nothing is kept. Refuses `email_invalid`, `member_unknown` (then nobody is made active) and what
    `change_seats` does.
    """
    with transaction.atomic():
        lock_account(partner_id, account_id)
        chosen = [*map(checked_email, emails)] if add else choose_members(partner_id, account_id, emails)
        change = _activated(partner_id, account_id, chosen, cause, clock)
        transaction.set_rollback(preview)
        return change


def activate_matching(
    partner_id: int, who: MemberFilter, *, confirmed: int, cause: Cause, clock: Clock, preview: bool = False
) -> SeatChange:
    """The same for everybody whom the filter means, if they are as many as `confirmed`: `members_changed_meanwhile`."""
    with transaction.atomic():
        lock_account(partner_id, who.account_id)
        chosen = choose_matching(partner_id, who, confirmed=confirmed)
        change = _activated(partner_id, who.account_id, chosen, cause, clock)
        transaction.set_rollback(preview)
        return change


def _activated(partner_id: int, account_id: int, emails: Sequence[str], cause: Cause, clock: Clock) -> SeatChange:
    wanted = [Wanted(account_id, email, active=True) for email in emails]
    return change_seats(partner_id, wanted, cause=cause, clock=clock)
