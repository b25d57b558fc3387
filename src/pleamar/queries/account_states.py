"""What an account is while it is open, also when it is closed, by the seat log (rules M20, M26)."""

from __future__ import annotations

from pleamar.models import Account, SeatLogEntry
from pleamar.queries.scopes import Scope
from pleamar.rules.seats import AccountState


def state_while_open(scope: Scope, partner_id: int, account_id: int) -> AccountState | None:
    """Live or a trial: what the partner's account is, or was before it was closed; None if it was never opened."""
    # By the partner and the time too: nothing of the account is older than itself, and that is how the log is indexed.
    created = scope.rows(Account).filter(pk=account_id).values("created_at")
    told = scope.rows(SeatLogEntry).filter(
        partner_id=partner_id, at__gte=created, account_id=account_id, member_id__isnull=True
    )
    last = told.exclude(state="closed").order_by("-at", "-id").values_list("state", flat=True).first()
    return None if last is None else ("live" if last == "live" else "trial")
