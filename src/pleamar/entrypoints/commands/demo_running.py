"""What happens in the cycle that runs while the demo is looked at: people come, some leave, and the peak stays.

The moments are shares of the time that the cycle has run, so that there is something to see on every day of a month.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from pleamar.entrypoints.commands.demo_story import PARTNERS, Customer, DemoPartner, Event, opened_at, people
from pleamar.rules.cycles import anchor, cycle_end

_WHO: Final = {"Northwind IT": "tom@northwindit.example", "Marea Sistemas": "luz@mareasistemas.example"}
_WORKED: Final = timedelta(days=10)  # a cycle that has run less long has no whole working days to put things on


@dataclass(frozen=True, slots=True)
class Change:
    """`come` people are made active and `go` inactive, when `percent` of the time until now has gone by.

    `start` is the number of the first of them in the customer's list of names; `new`: the customer is opened just then.
    """

    percent: int
    customer: str
    come: int = 0
    go: int = 0
    start: int = 0
    file: str = ""
    reason: str = ""
    new: str = ""


# Northwind ends at 279 of a peak of 293: room for 14, and the trial that waits has 18.
RUNNING: Final[Mapping[str, tuple[Change, ...]]] = {
    "Northwind IT": (
        Change(7, "Alder Veterinary", come=11, file="alder-veterinary-users.csv", new="alder-vets.example"),
        Change(16, "Contoso Dental", come=2, start=200),
        Change(24, "Fabrikam Freight", come=7, start=200, file="fabrikam-depot-users.csv"),
        Change(33, "Granite Peak Builders", come=8, file="granite-peak-users.csv", new="granitepeak.example"),
        Change(40, "Lakeside School", go=3, start=20),
        Change(47, "Contoso Dental", come=3, start=202),
        Change(52, "Fabrikam Freight", come=4, start=207),
        Change(56, "Contoso Dental", come=1, start=205),
        Change(63, "Lakeside School", go=9, start=30, reason="the exchange students went home"),
        Change(72, "Alder Veterinary", come=2, start=11),
        Change(80, "Contoso Dental", go=6, start=40),
        Change(88, "Fabrikam Freight", go=2, start=15),
        Change(95, "Contoso Dental", come=1, start=206),
    ),
    "Marea Sistemas": (
        Change(15, "Clínica Norte", come=4, start=200),
        Change(45, "Bodega Alba", come=3, start=200),
        Change(62, "Clínica Norte", go=5, start=40),
        Change(85, "Clínica Norte", come=1, start=204),
    ),
}


def running_cycles(end: datetime) -> list[Event]:
    """What happens in the cycles that run at `end`."""
    return [event for partner in PARTNERS for event in _of_partner(partner, end)]


def _of_partner(partner: DemoPartner, end: datetime) -> Iterator[Event]:
    began, changes = _running_since(partner, end), RUNNING.get(partner.name, ())
    known = {customer.name: customer for customer in partner.customers}
    known |= {change.customer: Customer(change.customer, change.new, ()) for change in changes if change.new}
    for change in changes:
        at = _working_moment(began, end, change.percent, partner.timezone)
        customer = known[change.customer]
        if change.new:
            yield Event(at - timedelta(seconds=30), partner, "open account", customer, actor=_WHO[partner.name])
        yield Event(
            *(at, partner, "seats", customer),
            come=people(customer, change.come, start=change.start),
            go=people(customer, change.go, start=change.start),
            actor=_WHO[partner.name],
            means="import-members" if change.file else "portal",
            reason=change.reason or change.file or ("joined" if change.come else "left"),
        )


def _running_since(partner: DemoPartner, end: datetime) -> datetime:
    opened = opened_at(partner, end)
    day = anchor(opened, partner.timezone)
    bounds = (cycle_end(day, index, partner.timezone) for index in count())
    began = opened
    for bound in bounds:
        if bound > end:
            break
        began = bound
    return began


def _working_moment(began: datetime, end: datetime, percent: int, zone: str) -> datetime:
    """That share of the way, at an hour when people are at work where there are days enough for it."""
    at = began + (end - began) * percent // 100
    day = at.astimezone(ZoneInfo(zone)).date()
    hour = datetime.combine(day, time(9 + percent % 8, percent * 7 % 60), tzinfo=ZoneInfo(zone))
    return hour.astimezone(UTC) if end - began > _WORKED and hour < end else at
