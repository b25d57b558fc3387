"""A partner's portal in a test: two partners, the people of their teams, and browsers that are signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from pleamar.actions.change_seats import change_seats
from pleamar.actions.change_setting import change_setting
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.models import Account, Installation, Partner, TeamMember, User
from pleamar.rules.roles import Role
from pleamar.wiring.clock import move_clock_to
from tests.fakes.clock import SteppedClock
from tests.fakes.people import TESTER, active, emails

OPENED = datetime(2026, 1, 5, 9, tzinfo=UTC)
NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
PASSWORD = "tide-comes-in-9"


@dataclass(slots=True)
class Portal:
    """Northwind IT with Contoso (30 seats) and Fabrikam (12); Tailwind with Stranger (5), who must never be seen.

    It is 20 January 2026, noon UTC; cycles begin on the 5th. `clock` is for actions called here; the pages read the
    installation's own, which `at` moves.
    """

    clock: SteppedClock
    northwind: Partner
    tailwind: Partner
    contoso: Account
    fabrikam: Account
    stranger: Account

    def at(self, moment: datetime) -> None:
        """It is `moment` now, for actions and pages."""
        self.clock.set(moment)
        move_clock_to(moment)

    def opened(
        self, name: str, people: int = 0, *, state: Literal["live", "trial"] = "live", partner: Partner | None = None
    ) -> Account:
        """Another customer, of Northwind unless said otherwise."""
        whose = partner or self.northwind
        account = open_account(whose.pk, name, cause=TESTER, clock=self.clock, state=state)
        change_seats(whose.pk, active(account.pk, emails(people)), cause=TESTER, clock=self.clock)
        account.refresh_from_db()
        return account

    def user(self, role: Role = "owner", *, partner: Partner | None = None, sees_prices: bool | None = None) -> User:
        """Somebody of the team (`owner@northwind-it.example`), the same one for the same words."""
        whose = partner or self.northwind
        sees = role == "owner" if sees_prices is None else sees_prices
        seeing = "" if sees == (role == "owner") else "+prices"
        email = f"{role}{seeing}@{whose.name.lower().replace(' ', '-')}.example"
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, PASSWORD, name=role.title(), created_at=OPENED)
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
            TeamMember.unscoped.create(user=user, partner=whose, role=role, sees_prices=sees, joined_at=OPENED)
        return user

    def browser(
        self,
        role: Role = "owner",
        *,
        partner: Partner | None = None,
        sees_prices: bool | None = None,
        fresh: bool = True,
    ) -> Client:
        """A browser in which that person is signed in; `fresh`: they showed just now that it is them."""
        client = Client()
        user = self.user(role, partner=partner, sees_prices=sees_prices)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        if fresh:
            shown_to_be_them(client)
        return client


def shown_to_be_them(client: Client) -> None:
    """As if the person at this browser had given their password again a second ago."""
    import time

    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()


@pytest.fixture
def portal(installation: Installation) -> Portal:
    """Everything is open; nobody has signed in yet."""
    clock = SteppedClock(OPENED)
    northwind, tailwind = (
        open_partner(NewPartner(name, "USD"), created=OPENED, cause=TESTER, now=OPENED)
        for name in ("Northwind IT", "Tailwind")
    )
    contoso, fabrikam = (
        open_account(northwind.pk, name, cause=TESTER, clock=clock, state="live") for name in ("Contoso", "Fabrikam")
    )
    stranger = open_account(tailwind.pk, "Stranger", cause=TESTER, clock=clock, state="live")
    for account, people in ((contoso, 30), (fabrikam, 12), (stranger, 5)):
        change_seats(account.partner_id, active(account.pk, emails(people)), cause=TESTER, clock=clock)
        account.refresh_from_db()
    # Whose role asks for a second factor is the subject of tests of its own.
    change_setting("second_factor_roles", (), cause=TESTER, now=OPENED)
    portal = Portal(clock, northwind, tailwind, contoso, fabrikam, stranger)
    portal.at(NOW)
    return portal
