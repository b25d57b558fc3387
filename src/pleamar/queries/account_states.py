"""What an account is while it is open, also when it is closed, by the seat log (rules M20, M26)."""

from __future__ import annotations

from collections.abc import Collection

from pleamar.models import SeatLogEntry
from pleamar.queries.scopes import Scope
from pleamar.rules.seats import AccountState


def state_while_open(scope: Scope, partner_id: int, account_id: int) -> AccountState | None:
    """Live or a trial: what the partner's account is, or was before it was closed; None if it was never opened."""
    return states_while_open(scope, partner_id, [account_id]).get(account_id)


def states_while_open(scope: Scope, partner_id: int, account_ids: Collection[int]) -> dict[int, AccountState]:
    """The same of several, in one query; those that were never opened are not in it."""
    told = scope.rows(SeatLogEntry).filter(partner_id=partner_id, account_id__in=account_ids, member_id__isnull=True)
    last = told.exclude(state="closed").order_by("account_id", "-at", "-id").distinct("account_id")
    return {number: "live" if state == "live" else "trial" for number, state in last.values_list("account_id", "state")}
