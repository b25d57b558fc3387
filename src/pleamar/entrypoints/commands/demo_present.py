"""The demo's vendor, and what stands at the end of its year: a trial, a deny list, blocked sign-in, an alert."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

from pleamar.actions.add_recipient import add_recipient
from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import Wanted, change_seats
from pleamar.actions.describe_seller import describe_seller
from pleamar.actions.open_account import open_account
from pleamar.actions.set_alert import set_alert
from pleamar.actions.set_resale_terms import Terms, set_resale_terms
from pleamar.actions.suspend_account import suspend_account
from pleamar.entrypoints.commands.demo_story import Customer, people
from pleamar.ports.clock import Clock
from pleamar.queries.partners import find_account, find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.sellers import default_seller
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import Denied
from pleamar.rules.rebill import SellPrice
from pleamar.wiring.preparing import UNNAMED

_VENDOR, _ADDRESS = "Meridian Software", "billing@meridian.example"
_TRIED: Final = 18
# What Northwind calls its customers, and what it bills each of their users.
_RESOLD: Final = (
    ("Contoso Dental", "NW-1004", "3.20"),
    ("Fabrikam Freight", "NW-1011", "2.95"),
    ("Lakeside School", "NW-1017", "2.40"),
    ("Alder Veterinary", "NW-1022", "3.50"),
    ("Granite Peak Builders", "NW-1023", "3.50"),
)


def set_scene(now: datetime) -> None:
    """Give the vendor an address, so that its mails can be answered, and a name if it has none of its own."""
    name = _VENDOR if default_seller(EVERYTHING) == UNNAMED else None
    describe_seller(name=name, email=_ADDRESS, cause=Cause("vendor's finance", "seller"), now=now)


def set_present(clock: Clock, now: datetime) -> None:
    """Act as the partners do today, after the year was played."""
    northwind, harbor = (find_partner(EVERYTHING, name).id for name in ("Northwind IT", "Harbor Lane MSP"))
    trial = open_account(
        northwind,
        "Orchard Bank",
        cause=Cause("dana@northwindit.example", "open account", reason="trial"),
        clock=clock,
        state="trial",
    )
    bank = Customer("Orchard Bank", "orchard-bank.example", ())
    wanted = [Wanted(trial.pk, email, active=True) for email in people(bank, _TRIED)]
    change_seats(
        northwind, wanted, cause=Cause("tom@northwindit.example", "import-members", "orchard-bank.csv"), clock=clock
    )
    rooms = [Denied("room-*@contoso-dental.example")]
    contoso = find_account(EVERYTHING, northwind, "Contoso Dental").id
    cause = Cause("tom@northwindit.example", "deny add", reason="meeting rooms are nobody")
    change_deny_list(northwind, contoso, "add", rooms, cause=cause, clock=clock)
    set_alert(northwind, "seats", 300, cause=Cause("dana@northwindit.example", "alert add"), now=now)
    cause = Cause("dana@northwindit.example", "recipient add")
    add_recipient(northwind, "accounts@northwindit.example", name="Ines Prado", cause=cause, now=now)
    _resell(northwind, now)
    builders = find_account(EVERYTHING, northwind, "Granite Peak Builders").id
    cause = Cause("dana@northwindit.example", "suspend", reason="their contract is not signed yet")
    suspend_account(northwind, builders, cause=cause, clock=clock)
    clinic = find_account(EVERYTHING, harbor, "Pine Street Clinic").id
    suspend_account(harbor, clinic, cause=Cause("owner", "suspend", reason="has not paid us since May"), clock=clock)


def _resell(partner_id: int, now: datetime) -> None:
    wanted = [
        Terms(
            find_account(EVERYTHING, partner_id, customer).id,
            reference=reference,
            product_code="AWARE-M",
            price=SellPrice(Decimal(price), "USD"),
        )
        for customer, reference, price in _RESOLD
    ]
    set_resale_terms(partner_id, wanted, cause=Cause("dana@northwindit.example", "sell prices"), now=now)
