"""A portal with something to see on every page: an MSP with nine customers, three months old, and one beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from allauth.account.models import EmailAddress
from django.test import Client

from pleamar.actions.activate_trials import activate_trials
from pleamar.actions.add_payment_method import add_payment_method
from pleamar.actions.add_recipient import add_recipient
from pleamar.actions.ask_quote import ask_quote
from pleamar.actions.begin_card_setup import begin_card_setup
from pleamar.actions.bring_accounts_file import bring_accounts_file
from pleamar.actions.bring_members_file import bring_members_file
from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import change_seats
from pleamar.actions.change_setting import change_setting
from pleamar.actions.close_account import close_account
from pleamar.actions.close_cycles import close_cycles
from pleamar.actions.collect_charges import collect_charges
from pleamar.actions.deactivate_members import deactivate_members
from pleamar.actions.describe_partner import describe_partner
from pleamar.actions.describe_seller import describe_seller
from pleamar.actions.invite_person import invite_person
from pleamar.actions.open_account import open_account
from pleamar.actions.open_partner import NewPartner, open_partner
from pleamar.actions.review_standings import review_standings
from pleamar.actions.set_alert import set_alert
from pleamar.actions.stop_billing import stop_billing
from pleamar.actions.suspend_account import suspend_account
from pleamar.models import Account, AccountAdministrator, Partner, User
from pleamar.queries.activation import activation_preview
from pleamar.queries.invoices import invoices
from pleamar.queries.scopes import Scope
from pleamar.rules.deny_list import Denied
from pleamar.rules.quoting import Wish
from pleamar.rules.roles import Role
from pleamar.wiring.payments import sandbox_gateway
from tests.entrypoints.portal.addresses import Things, things_of
from tests.entrypoints.portal.conftest import PASSWORD, Portal
from tests.fakes.clock import SteppedClock
from tests.fakes.leasing import leasing
from tests.fakes.people import TESTER, active, emails

OPENED = datetime(2025, 11, 5, 9, tzinfo=UTC)
NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
_LIVE = {
    "Contoso Dental": 58, "Fabrikam Freight": 32, "Lakeside School": 19, "Alpine Hotels": 12, "Beacon Realty": 9,
    "Pine Street Clinic": 6,
}  # fmt: skip
_TEAM: Final[Mapping[Role, str]] = {"owner": "Dana Marsh", "technician": "Tom Birch", "viewer": "Vera Lund"}
_UNPAID, _ROOMS = "has not paid since May", "meeting rooms"
_GOOD, _NO_FUNDS = "4242424242424242", "4000000000009995"


def built() -> Portal:
    """Northwind IT in Madrid: two cycles over, one invoice paid and one past due, which the new card could not pay.

    Six customers are billed, one of them blocked; one is tried out, one is the MSP's own, one is closed.
    """
    clock = SteppedClock(OPENED)
    change_setting("second_factor_roles", [], cause=TESTER, now=OPENED)  # what they are for is tested on its own
    describe_seller(email="billing@meridian.example", cause=TESTER, now=OPENED)
    new = NewPartner("Northwind IT", "USD", "Europe/Madrid", email="billing@northwind-it.example")
    northwind = open_partner(new, created=OPENED, cause=TESTER, now=OPENED)
    tailwind = open_partner(NewPartner("Tailwind", "USD"), created=OPENED, cause=TESTER, now=OPENED)
    described = {"manager_name": "Alex Rivers", "manager_contact": "alex@meridian.example"}
    describe_partner(northwind.pk, cause=TESTER, now=OPENED, **described)
    accounts = {name: _live(northwind, name, people, clock) for name, people in _LIVE.items()}
    stranger = _live(tailwind, "Stranger", 5, clock)
    portal = Portal(clock, northwind, tailwind, accounts["Contoso Dental"], accounts["Fabrikam Freight"], stranger)
    _months(portal)
    _present(portal, accounts)
    portal.at(NOW)
    return portal


def things(portal: Portal) -> Things:
    """One of each of what Northwind's pages are about."""
    return things_of(portal.northwind, portal.contoso)


def strangers_things(portal: Portal) -> Things:
    """The same of Tailwind, which has less."""
    return things_of(portal.tailwind, portal.stranger)


def said_by_people(portal: Portal) -> frozenset[str]:
    """Names, and other words of people's own: they are the same in every language."""
    names = {portal.northwind.name, *Account.unscoped.values_list("name", flat=True)}
    return frozenset({*names, *_TEAM.values(), _UNPAID, _ROOMS})


def administrator(portal: Portal, account: Account) -> User:
    """Somebody of the customer's own, who looks after its account."""
    email = f"admin@{account.name.lower().replace(' ', '-')}.example"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, PASSWORD, name="Ada Lindt", created_at=OPENED)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        AccountAdministrator.unscoped.create(
            partner_id=account.partner_id, account=account, user=user, joined_at=OPENED
        )
    return user


def administrators_browser(portal: Portal, account: Account) -> Client:
    """A browser in which that person is signed in."""
    client = Client()
    client.force_login(administrator(portal, account), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _live(partner: Partner, name: str, people: int, clock: SteppedClock) -> Account:
    account = open_account(partner.pk, name, cause=TESTER, clock=clock, state="live")
    change_seats(partner.pk, active(account.pk, _people(name, people)), cause=TESTER, clock=clock)
    return account


def _people(name: str, count: int) -> list[str]:
    domain = f"{name.lower().replace(' ', '-')}.example"
    return [email.replace("example.com", domain) for email in emails(count)]


def _months(portal: Portal) -> None:
    """December's invoice is paid; January's is not, for the card of then has no funds."""
    portal.clock.set(datetime(2025, 11, 20, 10, tzinfo=UTC))
    _card(portal, _GOOD)
    _night(portal, datetime(2025, 12, 6, 1, tzinfo=UTC))
    _card(portal, _NO_FUNDS)
    _night(portal, datetime(2026, 1, 6, 1, tzinfo=UTC))
    assert {row.state for row in invoices(Scope(portal.northwind.pk))} == {"open", "paid"}


def _card(portal: Portal, number: str) -> None:
    gateway, now = sandbox_gateway(portal.clock), portal.clock()
    details = gateway.register_card(number, customer=portal.northwind.public_id)
    add_payment_method(portal.northwind.pk, details, provider=gateway.provider, cause=TESTER, now=now)


def _night(portal: Portal, moment: datetime) -> None:
    portal.clock.set(moment)
    close_cycles(cause=TESTER, now=moment)
    collect_charges(sandbox_gateway(portal.clock), now=moment, leasing=leasing())
    review_standings(now=moment)


def _present(portal: Portal, accounts: dict[str, Account]) -> None:
    clock, partner = portal.clock, portal.northwind.pk
    clock.set(datetime(2026, 1, 12, 8, 30, tzinfo=UTC))
    _customers(portal, accounts)
    gone = _people("Fabrikam Freight", 4)
    deactivate_members(partner, portal.fabrikam.pk, gone, cause=TESTER, clock=clock)
    rooms = [Denied("room-*@contoso-dental.example", _ROOMS)]
    change_deny_list(partner, portal.contoso.pk, "add", rooms, cause=TESTER, clock=clock)
    set_alert(partner, "seats", 200, cause=TESTER, now=clock())
    set_alert(partner, "amount", 45_000, cause=TESTER, now=clock())
    add_recipient(partner, "accounts@northwind-it.example", name="Ines Prado", cause=TESTER, now=clock())
    for role, name in _TEAM.items():
        for whose in (portal.northwind, portal.tailwind):
            User.objects.filter(pk=portal.user(role, partner=whose).pk).update(name=name)
    administrator(portal, portal.contoso)
    invited_at = datetime(2026, 1, 18, 9, tzinfo=UTC)
    invite_person(partner, "new@northwind-it.example", "technician", by="Dana Marsh", cause=TESTER, now=invited_at)
    begin_card_setup(partner, sandbox_gateway(clock), return_to="https://portal.example/", cause=TESTER, now=clock())
    _files(portal)
    wish = Wish("Granite Museum", 140, "They compare us.")
    ask_quote(partner, wish, cause=TESTER, now=clock())


def _files(portal: Portal) -> None:
    """Both read and shown, and nobody has said yes."""
    partner, now = portal.northwind.pk, portal.clock()
    bring_accounts_file(partner, "new.csv", b"name\nQuarry Labs\n", rows=1, cause=TESTER, now=now)
    users = b"email\nuser00001@contoso-dental.example\nnew@contoso-dental.example\n"
    bring_members_file(
        *(partner, portal.contoso.pk, "users.csv", users), rows=2, full_list=False, cause=TESTER, now=now
    )


def _customers(portal: Portal, accounts: dict[str, Account]) -> None:
    """One in every state there is."""
    clock, partner = portal.clock, portal.northwind.pk
    own = open_account(partner, "Our own people", cause=TESTER, clock=clock, internal=True, member_limit=10)
    change_seats(partner, active(own.pk, _people("Northwind IT", 3)), cause=TESTER, clock=clock)
    closed = _live(portal.northwind, "Old Mill", 4, clock)
    close_account(partner, closed.pk, cause=TESTER, clock=clock)
    trial = open_account(partner, "Orchard Bank", cause=TESTER, clock=clock, state="trial")
    change_seats(partner, active(trial.pk, _people("Orchard Bank", 6)), cause=TESTER, clock=clock)
    unpaid = replace(TESTER, reason=_UNPAID)
    suspend_account(partner, accounts["Beacon Realty"].pk, cause=unpaid, clock=clock)
    stop_billing(partner, accounts["Pine Street Clinic"].pk, cause=TESTER, clock=clock)
    planned = open_account(partner, "Tidewater Law", cause=TESTER, clock=clock, state="trial")
    change_seats(partner, active(planned.pk, _people("Tidewater Law", 2)), cause=TESTER, clock=clock)
    shown = activation_preview(Scope(partner), partner, [planned.pk], when="next_cycle", now=clock())
    activate_trials(
        *(partner, [planned.pk]),
        when="next_cycle", preview=shown.name, typed=shown.confirmation, cause=TESTER, clock=clock,
    )  # fmt: skip
