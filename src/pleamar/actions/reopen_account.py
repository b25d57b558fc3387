"""Reopen a closed account: its active members count from that moment (rule M26)."""

from __future__ import annotations

from pleamar.actions.change_seats import SeatChange, change_seats
from pleamar.ports.clock import Clock
from pleamar.rules.causes import Cause


def reopen_account(partner_id: int, account_id: int, *, cause: Cause, clock: Clock) -> SeatChange:
    """The account is live again. Reopening a live one changes nothing; a closed partner refuses `partner_closed`."""
    return change_seats(partner_id, [], states={account_id: "live"}, cause=cause, clock=clock)
