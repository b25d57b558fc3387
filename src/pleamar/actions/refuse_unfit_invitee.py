"""Refuse to let somebody in at an address that signs in elsewhere already (rule A7)."""

from __future__ import annotations

from allauth.account.models import EmailAddress

from pleamar.models import AccountAdministrator, TeamMember, User
from pleamar.rules.refusals import Refused


def refuse_unfit_invitee(email: str, partner_id: int, account_id: int | None) -> User | None:
    """The user with that address, who signs in nowhere at present; None: there is none.

    They are to join the partner's team or, with an account, to be its administrator, whose address no team may use.
    Refuses `already_in_team`, `administrator_in_team`, `already_administrator`, `administers_another` and
    `team_person_administers` within the partner's own; whatever else an address is used for no partner learns, and
    that is an `address_not_invited`.
    """
    user = user_at(email)
    if user is None:
        return None
    of_team = TeamMember.unscoped.filter(user=user).values_list("partner_id", flat=True).first()
    administered = AccountAdministrator.unscoped.filter(user=user).values_list("partner_id", "account_id").first()
    if user.is_staff or of_team not in {None, partner_id} or (administered and administered[0] != partner_id):
        raise Refused("address_not_invited", email=email)
    if of_team is not None:
        raise Refused("already_in_team" if account_id is None else "administrator_in_team", email=email)
    if administered is not None:
        if account_id is None:
            raise Refused("team_person_administers", email=email)
        here = administered[1] == account_id
        raise Refused("already_administrator" if here else "administers_another", email=email)
    return user


def user_at(email: str) -> User | None:
    """Whoever signs in with that address, also as one of several."""
    user = User.objects.filter(email=email).first()
    if user is not None:
        return user
    other = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    return other.user if other else None
