"""Every route that there is, read from the resolver, so that no test that walks them can forget one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from pleamar.models import (
    Account,
    AccountAdministrator,
    CardSetup,
    FileImport,
    Invitation,
    Invoice,
    Member,
    OutboxMessage,
    Partner,
    TeamMember,
)
from pleamar.rules.cycles import local_date
from pleamar.wiring.links import invitation_link

# What belongs to programs, or to nobody who signs in.
OUTSIDE: Final = frozenset({"", "tests"})


@dataclass(frozen=True, slots=True)
class Route:
    """A name with its namespace (`portal:customer`) and what its address is made of."""

    name: str
    arguments: tuple[str, ...]

    @property
    def area(self) -> str:
        """`portal`, `tenant`, or `sign_in` for what has no namespace."""
        return self.name.partition(":")[0] if ":" in self.name else "sign_in"


# Kinds of things (`customer`, `trial`) → the one of them that addresses name; all of one partner.
Things: TypeAlias = Mapping[str, str]


def things_of(partner: Partner, account: Account) -> dict[str, str]:
    """The partner's, as they are now: `account`, its first user, the first invoice and the cycle of that, and so on."""
    theirs, accounts = {"partner": partner}, Account.unscoped.filter(partner=partner).order_by("pk")
    invoice = Invoice.unscoped.filter(**theirs).order_by("pk").first()
    started = invoice.statement.cycle.starts_at if invoice and invoice.statement else partner.created_at
    files = FileImport.unscoped.filter(**theirs)
    found = {
        "customer": account,
        "blocked": accounts.exclude(suspended_at=None).first(),
        "closed": accounts.filter(state="closed").first(),
        "trial": accounts.filter(state="trial").first(),
        "planned": accounts.exclude(activation_due_at=None).first(),
        "stopped": accounts.exclude(billing_stopped_at=None).first(),
        "user": Member.unscoped.filter(account=account).order_by("email").first(),
        "teammate": TeamMember.unscoped.filter(**theirs).order_by("-pk").first(),
        "invitation": Invitation.unscoped.filter(**theirs).first(),
        "administrator": AccountAdministrator.unscoped.filter(account=account).first(),
        "customers file": files.filter(kind="accounts").first(),
        "users file": files.filter(kind="members").first(),
        "mail": OutboxMessage.unscoped.filter(**theirs).first(),
    }
    told = {kind: thing.public_id for kind, thing in found.items() if thing is not None}
    invitation = found["invitation"]
    if invitation is not None:
        link = invitation_link(invitation.public_id, {}, site="https://portal.example")
        told["token"] = str(link).rpartition("/")[2]
    page = CardSetup.unscoped.filter(**theirs).first()
    if page is not None:
        told["card page"] = page.provider_reference or ""
    told["cycle"] = local_date(started, partner.timezone).isoformat()
    return told | ({"invoice": invoice.number} if invoice else {})


# What an address calls a thing → its kind; where that depends on the route, by the route's name first.
_MEANT: Final[Mapping[str, str]] = {
    "account": "customer",
    "customer": "customer",
    "member": "user",
    "user": "user",
    "number": "invoice",
    "start": "cycle",
    "administrator": "administrator",
    "mail": "mail",
    "invitation token": "token",
    "confirm_payment token": "payment token",
    "account_reset_password_from_key uidb36": "reset user",
    "account_reset_password_from_key key": "reset key",
    "mfa_edit_webauthn pk": "passkey",
    "mfa_remove_webauthn pk": "passkey",
    "openid_connect_login provider_id": "identity provider",
    "openid_connect_callback provider_id": "identity provider",
    "portal:customers_import_check file": "customers file",
    "portal:users_file file": "users file",
    "portal:users_file_refused file": "users file",
    "portal:sandbox_card page": "card page",
    "portal:administrators public_id": "customer",
    "portal:administrator_removed public_id": "customer",
    "portal:team_person public_id": "teammate",
    "portal:team_person_removed public_id": "teammate",
    "portal:customer_restore customer": "blocked",
    "portal:customer_reopen customer": "closed",
    "portal:customer_cancel customer": "planned",
    "portal:customer_resume customer": "stopped",
}


def routes() -> list[Route]:
    """All of portal, tenant and sign-in, by name."""
    found = {route for route in _walked(get_resolver().url_patterns) if route.name not in OUTSIDE}
    return sorted(found, key=lambda route: route.name)


def address(route: Route, things: Things) -> str | None:
    """The route's address for these things; None where they lack one. Fails for a route that nobody told us about."""
    named = {}
    for argument in route.arguments:
        kind = _MEANT.get(f"{route.name} {argument}") or _MEANT.get(argument)
        assert kind, f"{route.name} is new: say in addresses.py what its {argument!r} is"
        if kind not in things:
            return None
        named[argument] = things[kind]
    try:
        return reverse(route.name, kwargs=named)
    except NoReverseMatch:  # a converter that wants a date
        dates = {name: date.fromisoformat(told) if told == things["cycle"] else told for name, told in named.items()}
        return reverse(route.name, kwargs=dates)


def _walked(patterns: Sequence[URLPattern | URLResolver], space: str = "") -> Iterator[Route]:
    for one in patterns:
        if isinstance(one, URLPattern):
            named = [*one.pattern.converters] or [*one.pattern.regex.groupindex]
            yield Route(f"{space}{one.name}" if one.name else "", tuple(named))
        else:
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walked(one.url_patterns, inner)
