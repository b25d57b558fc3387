"""Close an account: its members stop counting at once, and stay as they are (rule M26)."""

from __future__ import annotations

from pleamar.actions.change_seats import SeatChange, change_seats
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause


def close_account(partner_id: int, account_id: int, *, cause: Cause, clock: Clock) -> SeatChange:
    """The peak that the cycle has reached stays (rule M17). Closing a closed account changes nothing.

    A trial that was to go live does not any more, also when it is reopened (rule M20).
    """
    return change_seats(partner_id, [], states={account_id: "closed"}, cause=cause, clock=clock)
