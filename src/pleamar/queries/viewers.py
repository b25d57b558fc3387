"""Who a signed-in user is: somebody of a partner's team, the administrator of an account, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from pleamar.models import AccountAdministrator, Meter, Standing, TeamMember
from pleamar.queries.scopes import Scope
from pleamar.rules.roles import Permission, Role, permissions


@dataclass(frozen=True, slots=True)
class TeamPerson:
    """Somebody of a partner's team. `timezone` and `currency` are the partner's, of its next cycle.

    `cycle_ends_at` is when the cycle ends that was last seen to run: it may have passed. None: the last one has ended.
    `cycle_timezone` is the zone in which that is midnight (rule M8). `suspended_at`: since then sign-in is blocked for
    the users of the partner's monthly customers, as it has not paid (rule M14); never for its team.
    """

    public_id: str
    email: str
    name: str
    role: Role
    sees_prices: bool
    partner_id: int
    partner_public_id: str
    partner: str
    timezone: str
    currency: str
    closed: bool
    cycle_ends_at: datetime | None
    cycle_timezone: str
    suspended_at: datetime | None

    @property
    def permissions(self) -> frozenset[Permission]:
        """What they may."""
        return permissions(self.role, sees_prices=self.sees_prices)


@dataclass(frozen=True, slots=True)
class Administrator:
    """The administrator of one account."""

    email: str
    name: str
    account_id: int
    account_public_id: str
    account: str
    partner_id: int
    timezone: str


def team_person(scope: Scope, user_id: int) -> TeamPerson | None:
    """The user as one of a partner's team, None: they are in none. One query."""
    found = (
        scope.rows(TeamMember)
        .select_related("user", "partner__meter", "partner__standing")
        .filter(user_id=user_id)
        .first()
    )
    if found is None:
        return None
    partner = found.partner
    meter: Meter | None = getattr(partner, "meter", None)
    standing: Standing | None = getattr(partner, "standing", None)
    return TeamPerson(
        public_id=found.public_id,
        email=found.user.email,
        name=found.user.name,
        role=cast("Role", found.role),
        sees_prices=found.sees_prices,
        partner_id=partner.pk,
        partner_public_id=partner.public_id,
        partner=partner.name,
        timezone=partner.timezone,
        currency=partner.currency,
        closed=partner.closed_at is not None,
        cycle_ends_at=meter.ends_at if meter is not None and not meter.ended else None,
        cycle_timezone=meter.timezone if meter is not None else partner.timezone,
        suspended_at=standing.suspended_at if standing is not None else None,
    )


def administrator(scope: Scope, user_id: int) -> Administrator | None:
    """The user as the administrator of an account, None: they are of none. One query."""
    rows = scope.rows(AccountAdministrator).select_related("user", "account__partner")
    found = rows.filter(user_id=user_id).first()
    if found is None:
        return None
    return Administrator(
        email=found.user.email,
        name=found.user.name,
        account_id=found.account_id,
        account_public_id=found.account.public_id,
        account=found.account.name,
        partner_id=found.partner_id,
        timezone=found.account.partner.timezone,
    )
