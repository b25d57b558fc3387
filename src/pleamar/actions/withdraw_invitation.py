"""Withdraw an invitation: its link opens nothing any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.models import Invitation
from pleamar.rules.causes import Cause
from pleamar.rules.refusals import Refused


def withdraw_invitation(partner_id: int, invitation_id: int, *, cause: Cause, now: datetime) -> Invitation:
    """The invitation; withdrawing it again changes nothing. Refuses `invitation_unknown` and `invitation_accepted`."""
    with transaction.atomic():
        lock_meter(partner_id)
        invitation = Invitation.unscoped.filter(partner_id=partner_id, pk=invitation_id).first()
        if invitation is None:
            raise Refused("invitation_unknown")
        if invitation.accepted_at is not None:
            raise Refused("invitation_accepted", email=invitation.email)
        if invitation.withdrawn_at is None:
            withdraw(invitation, cause=cause, now=now)
        return invitation


def withdraw(invitation: Invitation, *, cause: Cause, now: datetime) -> None:
    """One that is open, while the caller holds the partner's lock."""
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    told = {"email": invitation.email, "role": invitation.role}
    if invitation.account is not None:
        told["account"] = invitation.account.public_id
    record_act(
        "withdraw invitation", invitation.public_id, cause=cause, at=now, partner_id=invitation.partner_id, **told
    )
