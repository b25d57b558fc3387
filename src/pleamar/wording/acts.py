"""Every act of the audit trail as people read it, and which part of the product it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

# `own` is what the vendor does with its installation: no partner is told of it.
Part: TypeAlias = Literal["users", "customers", "team", "sign-in", "billing", "settings", "own"]
# What whoever sees no prices is not told of.
PRICED: Final[Part] = "billing"
# What is for whoever manages the team.
PERSONAL: Final[Part] = "sign-in"


class ActWords(NamedTuple):
    """What was done, and where it belongs."""

    told: Promise
    part: Part


PARTS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "users": gettext_lazy("Users"),
        "customers": gettext_lazy("Customers"),
        "team": gettext_lazy("Team and sign-in"),
        "sign-in": gettext_lazy("Passwords and second steps"),
        "billing": gettext_lazy("Billing"),
        "settings": gettext_lazy("Notifications and details"),
    }
)

_USERS: Final = {
    "change deny list": gettext_lazy("Deny list changed"),
    "delete members": gettext_lazy("Users deleted"),
    "keep members out": gettext_lazy("Users kept out when billing is resumed"),
    "move members": gettext_lazy("Users moved to another customer"),
}
_CUSTOMERS: Final = {
    "activate trial": gettext_lazy("Trial activated, billed from then on"),
    "cancel activation": gettext_lazy("Planned activation cancelled"),
    "expire trial": gettext_lazy("Trial ended"),
    "extend trial": gettext_lazy("Trial extended"),
    "restore account": gettext_lazy("Sign-in allowed again"),
    "resume billing": gettext_lazy("Billing resumed"),
    "schedule activation": gettext_lazy("Activation planned for the next cycle"),
    "set member limit": gettext_lazy("Limit of users changed"),
    "stop billing": gettext_lazy("Billing stopped"),
    "suspend account": gettext_lazy("Sign-in blocked, still billed"),
}
_TEAM: Final = {
    "accept invitation": gettext_lazy("Invitation accepted"),
    "change role": gettext_lazy("Role changed"),
    "invite person": gettext_lazy("Invitation sent"),
    "remove administrator": gettext_lazy("Administrator removed"),
    "remove person": gettext_lazy("Removed from the team"),
    "renew invitation": gettext_lazy("Invitation sent again"),
    "reset sign-in": gettext_lazy("Second factors removed, to sign in by password"),
    "withdraw invitation": gettext_lazy("Invitation withdrawn"),
}
_SIGN_IN: Final = {
    "add authenticator app": gettext_lazy("Authenticator app added"),
    "add passkey": gettext_lazy("Passkey added"),
    "change password": gettext_lazy("Password changed"),
    "end sessions": gettext_lazy("Other sessions ended"),
    "make recovery codes": gettext_lazy("Recovery codes made"),
    "remove authenticator app": gettext_lazy("Authenticator app removed"),
    "remove passkey": gettext_lazy("Passkey removed"),
    "reset password": gettext_lazy("New password set by a link from a mail"),
}
_BILLING: Final = {
    "add card": gettext_lazy("Card added"),
    "add credit": gettext_lazy("Credit added"),
    "change standing": gettext_lazy("Payment status changed"),
    "collect charge": gettext_lazy("Payment collected"),
    "credit invoice": gettext_lazy("Credit note written"),
    "decline suspension": gettext_lazy("Block of sign-in for late payment declined"),
    "dispute lost": gettext_lazy("Dispute of a payment lost"),
    "dispute opened": gettext_lazy("Payment disputed at the bank"),
    "dispute won": gettext_lazy("Dispute of a payment won"),
    "give up charge": gettext_lazy("Payment not collected"),
    "go live": gettext_lazy("Invoicing began"),
    "hold invoice": gettext_lazy("Invoice put on hold"),
    "import history": gettext_lazy("History imported"),
    "load prices": gettext_lazy("Prices agreed"),
    "lose card": gettext_lazy("Card gone at the payment provider"),
    "open card page": gettext_lazy("Page to enter a card opened"),
    "propose suspension": gettext_lazy("Block of sign-in for late payment proposed"),
    "recover charge": gettext_lazy("Payment found again at the payment provider"),
    "release invoice": gettext_lazy("Invoice released"),
    "remove card": gettext_lazy("Card removed"),
    "renew card": gettext_lazy("Card renewed by its bank"),
    "restore partner": gettext_lazy("Sign-in allowed again, nothing is overdue"),
    "set card aside": gettext_lazy("Card not charged any more: its bank refused"),
    "set resale terms": gettext_lazy("Resale terms changed"),
    "suspend partner": gettext_lazy("Sign-in blocked for late payment"),
    "use credit": gettext_lazy("Credit used for an invoice"),
    "warn partner": gettext_lazy("Reminded of a late payment"),
    "withdraw suspension proposal": gettext_lazy("Proposed block of sign-in withdrawn"),
    "ask for quote": gettext_lazy("Annual quote asked for"),
}
_SETTINGS: Final = {
    "add recipient": gettext_lazy("Recipient of mails about billing added"),
    "change terms": gettext_lazy("Currency or time zone changed"),
    "close partner": gettext_lazy("Company closed"),
    "describe partner": gettext_lazy("Company's details changed"),
    "open partner": gettext_lazy("Company opened"),
    "remove alert": gettext_lazy("Alert removed"),
    "remove recipient": gettext_lazy("Recipient of mails about billing removed"),
    "set alert": gettext_lazy("Alert set"),
}
_OWN: Final = {
    "change setting": gettext_lazy("Setting changed"),
    "close cycles": gettext_lazy("Cycles closed"),
    "describe seller": gettext_lazy("Seller's details changed"),
    "install": gettext_lazy("Installed"),
    "note problem": gettext_lazy("Problem noted"),
    "pause collection": gettext_lazy("Collection of payments paused"),
    "resume collection": gettext_lazy("Collection of payments resumed"),
    "try to resume collection": gettext_lazy("Collection of payments not resumed yet"),
}


def _all() -> dict[str, ActWords]:
    own: dict[Part, Mapping[str, Promise]] = {
        "users": _USERS,
        "customers": _CUSTOMERS,
        "team": _TEAM,
        "sign-in": _SIGN_IN,
        "billing": _BILLING,
        "settings": _SETTINGS,
        "own": _OWN,
    }
    return {act: ActWords(told, part) for part, acts in own.items() for act, told in acts.items()}


# Act, as `record_act` writes it → its words.
ACTS: Final[Mapping[str, ActWords]] = MappingProxyType(_all())


def shown_parts(*, sees_prices: bool, manages_team: bool) -> list[str]:
    """The parts of which somebody is told: without prices nothing of billing."""
    hidden = {*(() if sees_prices else (PRICED,)), *(() if manages_team else (PERSONAL,))}
    return [part for part in PARTS if part not in hidden]


def shown_acts(part: str = "", *, sees_prices: bool, manages_team: bool) -> list[str]:
    """The acts that somebody of a partner's team is told of, or those of a part."""
    parts = shown_parts(sees_prices=sees_prices, manages_team=manages_team)
    return [act for act, words in ACTS.items() if words.part in parts and part in {"", words.part}]


def act_told(act: str) -> str:
    """Its words; one that has none is named as it is."""
    words = ACTS.get(act)
    return str(words.told) if words else act
