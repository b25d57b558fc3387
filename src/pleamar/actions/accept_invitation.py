"""Accept an invitation: whoever was invited can sign in from then on."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from pleamar.actions.forget_factors import forget_factors
from pleamar.actions.lock_meters import lock_meter
from pleamar.actions.record_act import record_act
from pleamar.actions.refuse_unfit_invitee import refuse_unfit_invitee, user_at
from pleamar.models import AccountAdministrator, Invitation, TeamMember, User
from pleamar.rules.causes import Cause
from pleamar.rules.names import checked_person_name
from pleamar.rules.public_ids import from_public
from pleamar.rules.refusals import Refused


class Accepted(NamedTuple):
    """Who was invited; `joined` False: the invitation had been accepted before, and nothing was changed."""

    user: User
    joined: bool


def accept_invitation(public_id: str, *, name: str, password: str, now: datetime) -> Accepted:
    """The user with this name and password, in the team or administering the account, their address verified.

    Whoever was removed earlier and is invited again is the same user as before, without second factors of then.
    Refuses `invitation_unknown`, `invitation_withdrawn`, `invitation_expired`, `partner_closed`, `account_is_closed`,
    `name_invalid`, `name_is_a_link`, `password_unfit` and what `refuse_unfit_invitee` does.
    """
    with transaction.atomic():
        invitation = _locked(public_id)
        if invitation.accepted_at is not None:
            user = user_at(invitation.email)
            if user is None:
                raise Refused("invitation_unknown")
            return Accepted(user, joined=False)
        _refuse_over(invitation, now)
        known = refuse_unfit_invitee(invitation.email, invitation.partner_id, invitation.account_id)
        name = checked_person_name(name.strip())
        _refuse_weak(password, User(email=invitation.email, name=name))
        user = _user(known, invitation.email, name, password, now)
        _join(invitation, user, now)
        return Accepted(user, joined=True)


def _locked(public_id: str) -> Invitation:
    uid = from_public(Invitation.public_prefix, public_id)
    known = Invitation.unscoped.filter(uid=uid) if uid else Invitation.unscoped.none()
    partner_id = known.values_list("partner_id", flat=True).first()
    if uid is None or partner_id is None:
        raise Refused("invitation_unknown")
    lock_meter(partner_id)
    return Invitation.unscoped.select_related("partner", "account").get(uid=uid)


def _refuse_over(invitation: Invitation, now: datetime) -> None:
    if invitation.withdrawn_at is not None:
        raise Refused("invitation_withdrawn")
    if invitation.expires_at <= now:
        raise Refused("invitation_expired")
    if invitation.partner.closed_at is not None:
        raise Refused("partner_closed")
    if invitation.account is not None and invitation.account.state == "closed":
        raise Refused("account_is_closed", account=invitation.account.name)


def _refuse_weak(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Refused("password_unfit", why=weak.messages[0]) from None


def _user(known: User | None, email: str, name: str, password: str, now: datetime) -> User:
    user = known or User(email=email, created_at=now)
    user.name, user.is_active = name, True
    user.set_password(password)  # which also ends whatever sessions there were
    user.save()
    forget_factors(user)  # whoever accepts has shown the address, not that these are theirs
    EmailAddress.objects.filter(user=user).exclude(email=email).update(primary=False)
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def _join(invitation: Invitation, user: User, now: datetime) -> None:
    told = {"email": invitation.email, "role": invitation.role, "sees_prices": invitation.sees_prices}
    if invitation.account is not None:
        told["account"] = invitation.account.public_id
        AccountAdministrator.unscoped.create(
            partner_id=invitation.partner_id, account=invitation.account, user=user, joined_at=now
        )
    else:
        TeamMember.unscoped.create(
            partner_id=invitation.partner_id,
            user=user,
            role=invitation.role,
            sees_prices=invitation.sees_prices,
            joined_at=now,
        )
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    cause = Cause(invitation.email, "invitation", reference=invitation.public_id)
    record_act("accept invitation", invitation.public_id, cause=cause, at=now, partner_id=invitation.partner_id, **told)
