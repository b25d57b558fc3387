"""Send an invitation once more: it is good for as long again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.mail_invitation import mail_invitation
from pleamar.actions.record_act import record_act
from pleamar.actions.refuse_invitation_mail import refuse_invitation_mail
from pleamar.actions.refuse_unfit_invitee import refuse_unfit_invitee
from pleamar.models import Invitation
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.rules.causes import Cause
from pleamar.rules.invitations import GOOD_FOR
from pleamar.rules.refusals import Refused


def renew_invitation(
    partner_id: int,
    invitation_id: int,
    *,
    cause: Cause,
    now: datetime,
    inviter: int | None = None,
    site: str = "",
    jobs: Jobs = NOBODY,
) -> Invitation:
    """The invitation, also one that has run out; links of earlier mails work as well.

    `inviter` is the user who stands for it from now on (none: the vendor). Refuses `invitation_unknown`, also for one
    that was accepted or withdrawn, `partner_closed`, `account_is_closed`, and what `refuse_unfit_invitee` and
    `refuse_invitation_mail` do.
    """
    with transaction.atomic():
        lock_meter(partner_id)
        waiting = Invitation.unscoped.filter(accepted_at=None, withdrawn_at=None)
        invitation = (
            waiting.select_related("partner", "account").filter(partner_id=partner_id, pk=invitation_id).first()
        )
        if invitation is None:
            raise Refused("invitation_unknown")
        if invitation.partner.closed_at is not None:
            raise Refused("partner_closed")
        if invitation.account is not None and invitation.account.state == "closed":
            raise Refused("account_is_closed", account=invitation.account.name)
        refuse_unfit_invitee(invitation.email, partner_id, invitation.account_id)
        refuse_invitation_mail(invitation.email, partner_id, now=now)
        invitation.expires_at, invitation.inviter_id = now + GOOD_FOR, inviter
        invitation.save(update_fields=["expires_at", "inviter"])
        told = {"email": invitation.email, "role": invitation.role}
        if invitation.account is not None:
            told["account"] = invitation.account.public_id
        record_act("renew invitation", invitation.public_id, cause=cause, at=now, partner_id=partner_id, **told)
        mail_invitation(invitation, site=site, now=now, jobs=jobs)
        return invitation
