"""Invite somebody to a partner's team, or to administer one of its accounts (rule A7)."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from pleamar.actions.lock_account import lock_account
from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.mail_invitation import mail_invitation
from pleamar.actions.record_act import record_act
from pleamar.actions.refuse_invitation_mail import refuse_invitation_mail
from pleamar.actions.refuse_unfit_invitee import refuse_unfit_invitee
from pleamar.models import Invitation, Partner
from pleamar.ports.jobs import NOBODY, Jobs
from pleamar.rules.causes import Cause
from pleamar.rules.invitations import GOOD_FOR, MOST_OPEN
from pleamar.rules.refusals import Refused
from pleamar.rules.roles import ADMINISTRATOR, Invited, invited_as
from pleamar.rules.sign_in_address import checked_sign_in_address


def invite_person(
    partner_id: int,
    email: str,
    role: str,
    *,
    cause: Cause,
    now: datetime,
    sees_prices: bool = False,
    account_id: int | None = None,
    by: str = "",
    inviter: int | None = None,
    site: str = "",
    jobs: Jobs = NOBODY,
) -> Invitation:
    """The invitation, good for `GOOD_FOR`; its mail is written with it. `by` is who invites (empty: the vendor) and
    `inviter` the user who does, `site` where they reached us.

    With an account the role is `administrator`. An owner sees prices always. Refuses `email_invalid`,
    `email_not_ascii`, `role_unknown`, `account_unknown`, `account_is_closed`, `partner_closed`, `invitation_open`,
    `invitation_open_elsewhere`, `too_many_invitations`, and what `refuse_unfit_invitee` and `refuse_invitation_mail`
    do.
    """
    email, wanted = checked_sign_in_address(email), invited_as(role, of_account=account_id is not None)
    with transaction.atomic():
        partner = _locked(partner_id, account_id)
        refuse_unfit_invitee(email, partner_id, account_id)
        _make_room(email, partner_id, account_id, now)
        refuse_invitation_mail(email, partner_id, now=now)
        invitation = _written(
            Invitation(
                partner=partner,
                account_id=account_id,
                email=email,
                role=wanted,
                sees_prices=_sees(wanted, sees_prices=sees_prices),
                invited_by=by,
                inviter_id=inviter,
                invited_at=now,
                expires_at=now + GOOD_FOR,
            )
        )
        told = {"email": email, "role": wanted, "sees_prices": invitation.sees_prices}
        of_account = {"account": invitation.account.public_id} if invitation.account else {}
        record_act(
            "invite person", invitation.public_id, cause=cause, at=now, partner_id=partner_id, **told, **of_account
        )
        mail_invitation(invitation, site=site, now=now, jobs=jobs)
        return invitation


def _locked(partner_id: int, account_id: int | None) -> Partner:
    if account_id is None:
        lock_meter(partner_id)
    else:
        lock_account(partner_id, account_id, open_only=True)
    partner = Partner.unscoped.get(pk=partner_id)
    if partner.closed_at is not None:
        raise Refused("partner_closed")
    return partner


def _make_room(email: str, partner_id: int, account_id: int | None, now: datetime) -> None:
    """An address has one open invitation; one that has run out makes place."""
    waiting = Invitation.unscoped.filter(accepted_at=None, withdrawn_at=None)
    waiting.filter(email=email, expires_at__lte=now).update(withdrawn_at=now)
    open_one = waiting.filter(email=email).first()
    if open_one is not None and open_one.partner_id != partner_id:
        raise Refused("address_not_invited", email=email)
    if open_one is not None:
        here = open_one.account_id == account_id
        raise Refused("invitation_open" if here else "invitation_open_elsewhere", email=email)
    to = Q(account=None) if account_id is None else Q(account_id=account_id)
    theirs = waiting.filter(to, partner_id=partner_id)
    theirs.filter(expires_at__lte=now).update(withdrawn_at=now)
    if theirs.count() >= MOST_OPEN:
        raise Refused("too_many_invitations", most=MOST_OPEN)


def _written(invitation: Invitation) -> Invitation:
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError:  # another partner invited the same address at this moment
        raise Refused("address_not_invited", email=invitation.email) from None
    return invitation


def _sees(role: Invited, *, sees_prices: bool) -> bool:
    return role == "owner" or (sees_prices and role != ADMINISTRATOR)
