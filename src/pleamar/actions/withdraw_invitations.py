"""Withdraw what somebody invited who may invite no longer: whoever holds one of those links gets in nowhere by it."""

from __future__ import annotations

from datetime import datetime

from pleamar.actions.withdraw_invitation import withdraw
from pleamar.models import Invitation
from pleamar.rules.causes import Cause


def withdraw_invitations(partner_id: int, user_id: int, *, cause: Cause, now: datetime) -> int:
    """How many were open: to the team, and to administer accounts. The caller holds the partner's lock."""
    waiting = Invitation.unscoped.filter(accepted_at=None, withdrawn_at=None)
    theirs = list(waiting.filter(partner_id=partner_id, inviter_id=user_id).select_related("account").order_by("pk"))
    for invitation in theirs:
        withdraw(invitation, cause=cause, now=now)
    return len(theirs)
