"""Make members inactive by hand: one, many, or all that a filter means (rules M17, M18)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from pleamar.actions.change_seats import SeatChange, Wanted, change_seats
from pleamar.actions.choose_members import choose_matching, choose_members
from pleamar.actions.lock_account import lock_account
from pleamar.ports.clock import Clock
from pleamar.queries.members import MemberFilter
from pleamar.rules.causes import Cause


def deactivate_members(
    partner_id: int, account_id: int, emails: Sequence[str], *, cause: Cause, clock: Clock
) -> SeatChange:
    """The members inactive, as one batch (rule M6): the count is lower at once, the cycle's peak stays (rule M17).

    Refuses `email_invalid`, `member_unknown` (then nobody is made inactive) and what `change_seats` does.
    """
    with transaction.atomic():
        lock_account(partner_id, account_id)
        chosen = choose_members(partner_id, account_id, emails)
        return _deactivated(partner_id, account_id, chosen, cause, clock)


def deactivate_matching(
    partner_id: int, who: MemberFilter, *, confirmed: int, cause: Cause, clock: Clock
) -> SeatChange:
    """The same for everybody whom the filter means, if they are as many as `confirmed`: `members_changed_meanwhile`."""
    with transaction.atomic():
        lock_account(partner_id, who.account_id)
        chosen = choose_matching(partner_id, who, confirmed=confirmed)
        return _deactivated(partner_id, who.account_id, chosen, cause, clock)


def _deactivated(partner_id: int, account_id: int, emails: Sequence[str], cause: Cause, clock: Clock) -> SeatChange:
    wanted = [Wanted(account_id, email, active=False) for email in emails]
    return change_seats(partner_id, wanted, cause=cause, clock=clock)
