"""Who may sign in for a partner or administer one of its accounts, and who is invited to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from allauth.mfa.models import Authenticator
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When

from pleamar.models import Account, AccountAdministrator, Invitation, TeamMember, User
from pleamar.queries.scopes import Scope
from pleamar.rules.public_ids import from_public
from pleamar.rules.refusals import Refused
from pleamar.rules.roles import Invited, Role

_SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, slots=True)
class PersonOfTeam:
    """Somebody of a team. `last_sign_in` is None for whoever has not come in yet."""

    id: int
    public_id: str
    email: str
    name: str
    role: Role
    sees_prices: bool
    second_factor: bool
    last_sign_in: datetime | None
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class AdministratorOfAccount:
    """Somebody of a customer who looks after its own account."""

    id: int
    public_id: str
    email: str
    name: str
    second_factor: bool
    last_sign_in: datetime | None
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """An invitation that is neither accepted nor withdrawn; `expired`: its link opens nothing until it is renewed."""

    id: int
    public_id: str
    email: str
    role: Invited
    sees_prices: bool
    invited_by: str
    invited_at: datetime
    expires_at: datetime
    expired: bool


@dataclass(frozen=True, slots=True)
class AdministeredAccount:
    """An account, by how many it is administered and to how many that was offered."""

    public_id: str
    name: str
    administrators: int
    invited: int


def team(scope: Scope, partner_id: int, *, first: int = 0, most: int | None = None) -> list[PersonOfTeam]:
    """The partner's people, owners first, then by address; in one query."""
    rows = _people(scope, partner_id).order_by(Case(When(role="owner", then=0), default=1), "user__email")
    return [_person(one) for one in rows[first : None if most is None else first + most]]


def count_team(scope: Scope, partner_id: int) -> int:
    """How many people the partner's team has."""
    return scope.rows(TeamMember).filter(partner_id=partner_id).count()


def find_person(scope: Scope, partner_id: int, public_id: str) -> PersonOfTeam:
    """The person with that public id. Refuses `person_unknown`."""
    uid = from_public(TeamMember.public_prefix, public_id)
    found = _people(scope, partner_id).filter(uid=uid).first() if uid else None
    if found is None:
        raise Refused("person_unknown")
    return _person(found)


def find_person_at(scope: Scope, partner_id: int, email: str) -> PersonOfTeam:
    """The person with that address. Refuses `person_unknown`."""
    found = _people(scope, partner_id).filter(user__email=email.strip().casefold()).first()
    if found is None:
        raise Refused("person_unknown")
    return _person(found)


def administrators(scope: Scope, account_id: int) -> list[AdministratorOfAccount]:
    """Who administers the account, by address; in one query."""
    rows = scope.rows(AccountAdministrator).filter(account_id=account_id).select_related("user")
    rows = rows.annotate(second_factor=_has_second_factor())
    return [
        AdministratorOfAccount(
            *(one.pk, one.public_id, one.user.email, one.user.name),
            *(one.second_factor, one.user.last_login, one.joined_at),
        )
        for one in rows.order_by("user__email")
    ]


def open_invitations(
    scope: Scope, partner_id: int, *, now: datetime, account_id: int | None = None
) -> list[OpenInvitation]:
    """Those to the partner's team, or to administer the account, the newest first."""
    rows = _waiting(scope).filter(_to(account_id), partner_id=partner_id)
    return [_invitation(one, now) for one in rows.order_by("-invited_at", "-pk")]


def find_invitation(
    scope: Scope, partner_id: int, public_id: str, *, now: datetime, account_id: int | None = None
) -> OpenInvitation:
    """The open invitation with that public id. Refuses `invitation_unknown`."""
    uid = from_public(Invitation.public_prefix, public_id)
    rows = _waiting(scope).filter(_to(account_id), partner_id=partner_id)
    found = rows.filter(uid=uid).first() if uid else None
    if found is None:
        raise Refused("invitation_unknown")
    return _invitation(found, now)


def administered_accounts(
    scope: Scope, partner_id: int, *, search: str, first: int, most: int
) -> tuple[list[AdministeredAccount], int]:
    """The partner's open accounts whose name has `search` in it, by name, and how many they are.

    Without a search: those that have an administrator, or an invitation to be one. In four queries; from a `first`
    behind the end, the last `most`.
    """
    told = "".join(character for character in search if character.isprintable()).strip()
    own = scope.rows(Account).filter(partner_id=partner_id).exclude(state="closed")
    has = Exists(scope.rows(AccountAdministrator).filter(account=OuterRef("pk")))
    waits = Exists(_waiting(scope).filter(account=OuterRef("pk")))
    own = own.filter(name__icontains=told) if told else own.filter(Q(has) | Q(waits))
    total = own.count()
    if first >= total:  # further than the list goes: its last page
        first = max(total - 1, 0) // most * most
    page = list(own.order_by("name").values_list("pk", "uid", "name")[first : first + most])
    numbers = [one[0] for one in page]
    have = dict(_by_account(scope.rows(AccountAdministrator), numbers))
    invited = dict(_by_account(_waiting(scope), numbers))
    rows = [
        AdministeredAccount(Account(uid=uid).public_id, name, have.get(number, 0), invited.get(number, 0))
        for number, uid, name in page
    ]
    return rows, total


def _to(account_id: int | None) -> Q:
    """Those to the account, or those to the team."""
    return Q(account=None) if account_id is None else Q(account_id=account_id)


def _waiting(scope: Scope) -> QuerySet[Invitation]:
    return scope.rows(Invitation).filter(accepted_at=None, withdrawn_at=None)


def _by_account(
    rows: QuerySet[AccountAdministrator] | QuerySet[Invitation], accounts: list[int]
) -> list[tuple[int, int]]:
    found = rows.filter(account_id__in=accounts).values_list("account_id").annotate(number=Count("pk")).order_by()
    return cast("list[tuple[int, int]]", list(found))


def _people(scope: Scope, partner_id: int) -> QuerySet[TeamMember]:
    rows = scope.rows(TeamMember).filter(partner_id=partner_id).select_related("user")
    return rows.annotate(second_factor=_has_second_factor())


def _has_second_factor() -> Exists:
    return Exists(Authenticator.objects.filter(user=OuterRef("user_id"), type__in=_SECOND_FACTORS))


def _person(one: TeamMember) -> PersonOfTeam:
    user: User = one.user
    return PersonOfTeam(
        *(one.pk, one.public_id, user.email, user.name, cast("Role", one.role), one.sees_prices),
        second_factor=getattr(one, "second_factor", False),
        last_sign_in=user.last_login,
        joined_at=one.joined_at,
    )


def _invitation(one: Invitation, now: datetime) -> OpenInvitation:
    return OpenInvitation(
        *(one.pk, one.public_id, one.email, cast("Invited", one.role), one.sees_prices),
        *(one.invited_by, one.invited_at, one.expires_at),
        expired=one.expires_at <= now,
    )
