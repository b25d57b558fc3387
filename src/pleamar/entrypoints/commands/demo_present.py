"""The demo's vendor, and what stands at the end of its year: a trial, a deny list, blocked sign-in, an alert."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pleamar.actions.add_recipient import add_recipient
from pleamar.actions.change_deny_list import change_deny_list
from pleamar.actions.change_seats import Wanted, change_seats
from pleamar.actions.describe_seller import describe_seller
from pleamar.actions.open_account import open_account
from pleamar.actions.set_alert import set_alert
from pleamar.actions.suspend_account import suspend_account
from pleamar.ports.clock import Clock
from pleamar.queries.partners import find_account, find_partner
from pleamar.queries.scopes import EVERYTHING
from pleamar.queries.sellers import default_seller
from pleamar.rules.causes import Cause
from pleamar.rules.deny_list import Denied
from pleamar.wiring.preparing import UNNAMED

_VENDOR, _ADDRESS = "Meridian Software", "billing@meridian.example"
_TRIED: Final = ("ana.vega", "bo.lind", "cleo.marsh", "dev.rao", "eva.sol", "finn.oak")


def set_scene(now: datetime) -> None:
    """Give the vendor an address, so that its mails can be answered, and a name if it has none of its own."""
    name = _VENDOR if default_seller(EVERYTHING) == UNNAMED else None
    describe_seller(name=name, email=_ADDRESS, cause=Cause("vendor's finance", "seller"), now=now)


def set_present(clock: Clock, now: datetime) -> None:
    """Act as the partners do today, after the year was played."""
    northwind, harbor = (find_partner(EVERYTHING, name).id for name in ("Northwind IT", "Harbor Lane MSP"))
    trial = open_account(
        northwind, "Orchard Bank", cause=Cause("owner", "open account", reason="trial"), clock=clock, state="trial"
    )
    people = [Wanted(trial.pk, f"{name}@orchard-bank.example", active=True) for name in _TRIED]
    change_seats(northwind, people, cause=Cause("technician", "import-members", "orchard-bank.csv"), clock=clock)
    rooms = [Denied("room-*@contoso-dental.example")]
    contoso = find_account(EVERYTHING, northwind, "Contoso Dental").id
    cause = Cause("technician", "deny add", reason="meeting rooms are nobody")
    change_deny_list(northwind, contoso, "add", rooms, cause=cause, clock=clock)
    set_alert(northwind, "seats", 300, cause=Cause("owner", "alert add"), now=now)
    cause = Cause("owner", "recipient add")
    add_recipient(northwind, "accounts@northwindit.example", name="Ines Prado", cause=cause, now=now)
    clinic = find_account(EVERYTHING, harbor, "Pine Street Clinic").id
    suspend_account(harbor, clinic, cause=Cause("owner", "suspend", reason="has not paid us since May"), clock=clock)
