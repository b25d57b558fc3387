"""What a person of a partner's team may see and do, by role. Whether somebody sees prices is said per person."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from pleamar.rules.refusals import Refused

Role: TypeAlias = Literal["owner", "technician", "viewer"]
Invited: TypeAlias = Literal["owner", "technician", "viewer", "administrator"]
Permission: TypeAlias = Literal[
    "see_use",  # customers, users, counts and how they came about
    "see_prices",  # and what they cost: amounts, invoices, the calculator
    "manage_customers",  # open, limit, suspend, close customers; stop and resume their billing
    "activate",  # let trials go live: whoever may, sees what it costs first
    "manage_users",  # make people active or inactive, deny lists, files
    "manage_billing",  # cards, resale terms, who is told what
    "manage_team",  # who may sign in, and as what
]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
ADMINISTRATOR: Final = "administrator"  # of a single account; of no team

_OF_ROLE: Final[dict[Role, frozenset[Permission]]] = {
    "owner": frozenset(get_args(Permission)),
    "technician": frozenset({"see_use", "manage_customers", "manage_users"}),
    "viewer": frozenset({"see_use"}),
}


def permissions(role: Role, *, sees_prices: bool) -> frozenset[Permission]:
    """What somebody may. An owner sees prices always; a technician who sees them may also let trials go live (M20)."""
    granted = _OF_ROLE[role]
    if role == "owner" or not sees_prices:
        return granted
    added: frozenset[Permission] = frozenset({"see_prices"})
    if role == "technician":
        added |= {"activate"}
    return granted | added


def invited_as(text: str, *, of_account: bool) -> Invited:
    """The role that a person typed: one of a team, or `administrator` for an account. Refuses `role_unknown`."""
    if of_account and text == ADMINISTRATOR:
        return ADMINISTRATOR
    for role in ROLES:
        if text == role and not of_account:
            return role
    raise Refused("role_unknown", role=text, known=ADMINISTRATOR if of_account else ", ".join(ROLES))
