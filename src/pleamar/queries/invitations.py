"""An invitation as whoever was invited sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, cast

from pleamar.models import Invitation
from pleamar.queries.scopes import Scope
from pleamar.rules.public_ids import from_public
from pleamar.rules.refusals import Refused
from pleamar.rules.roles import Invited

InvitationState: TypeAlias = Literal["open", "accepted", "withdrawn", "expired", "closed"]


@dataclass(frozen=True, slots=True)
class FoundInvitation:
    """To what (`account` is empty for a team) who was invited, and how it stands; closed: there is nothing to join."""

    public_id: str
    email: str
    role: Invited
    partner: str
    account: str
    invited_by: str
    expires_at: datetime
    timezone: str
    state: InvitationState


def find_own_invitation(scope: Scope, public_id: str, *, now: datetime) -> FoundInvitation:
    """The invitation with that public id. Refuses `invitation_unknown`."""
    uid = from_public(Invitation.public_prefix, public_id)
    found = scope.rows(Invitation).select_related("partner", "account").filter(uid=uid).first() if uid else None
    if found is None:
        raise Refused("invitation_unknown")
    return FoundInvitation(
        public_id=found.public_id,
        email=found.email,
        role=cast("Invited", found.role),
        partner=found.partner.name,
        account=found.account.name if found.account else "",
        invited_by=found.invited_by,
        expires_at=found.expires_at,
        timezone=found.partner.timezone,
        state=_state(found, now),
    )


def _state(found: Invitation, now: datetime) -> InvitationState:
    if found.accepted_at is not None:
        return "accepted"
    if found.withdrawn_at is not None:
        return "withdrawn"
    if found.expires_at <= now:
        return "expired"
    if found.partner.closed_at is not None or (found.account is not None and found.account.state == "closed"):
        return "closed"
    return "open"
