"""The story that `pleamar demo` plays: a vendor's partners, their customers, and a year of people coming and going.

All of it is made up. The same months ago always give the same seats, so that the figures can be told again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import product
from random import Random
from typing import Final, Literal
from zoneinfo import ZoneInfo

MONTHS: Final = 13
_GOOD: Final = "4242424242424242"
_NO_FUNDS: Final = "4000000000009995"
_FUNDS_LATER: Final = "4000000000009953"
_SECURE: Final = "4000002760003184"
# How long the owner of a 3-D Secure card takes to confirm a payment.
_CONFIRMS_AFTER: Final = timedelta(days=2, hours=10)


@dataclass(frozen=True, slots=True)
class Customer:
    """`seats[k]` are its active users in the k-th month of the story (the last number goes on).

    `helpers[k]`: so many more help with its stocktaking in the last days of that month.
    """

    name: str
    domain: str
    seats: tuple[int, ...]
    trial_months: int = 0
    closes_in: int | None = None
    helpers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoPartner:
    """An MSP. `cards` are put on file in the months named; `created_on` is its cycle day."""

    name: str
    currency: str
    timezone: str
    created_on: int
    cards: tuple[tuple[int, str], ...]
    customers: tuple[Customer, ...]
    swaps: bool = False
    language: str = "en"

    @property
    def email(self) -> str:
        """Where its bills are told of."""
        letters = "".join(letter for letter in self.name.lower() if letter.isascii() and letter.isalnum())
        return f"billing@{letters}.example"


@dataclass(frozen=True, slots=True)
class Event:
    """Something somebody does at `at`. `come` and `go` are the e-mails made active and inactive together.

    `confirm`: the cardholder confirms what waits for it (3-D Secure).
    """

    at: datetime
    partner: DemoPartner
    kind: Literal["open partner", "open account", "go live", "close account", "seats", "card", "confirm"]
    customer: Customer | None = None
    card: str = ""
    come: tuple[str, ...] = ()
    go: tuple[str, ...] = ()
    actor: str = ""
    means: str = ""
    reason: str = ""


PARTNERS: Final = (
    DemoPartner(
        *("Northwind IT", "USD", "UTC", 31, ((0, _GOOD),)),
        customers=(
            Customer("Contoso Dental", "contoso-dental.example", (80, 80, 84, 84, 85, 85, 86, 86, 118, 120, 120, 122)),
            Customer(
                *("Fabrikam Freight", "fabrikam-freight.example", (0, 19, 15, 16, 16, 15, 16, 18, 60, 70, 72, 72)),
                helpers=(0, 0, 0, 0, 0, 8, 9, 9, 9, 30, 21, 27),
            ),
            Customer("Lakeside School", "lakeside.example", (0, 0, 0, 0, 0, 0, 0, 40, 60, 70, 70, 66), trial_months=1),
        ),
    ),
    DemoPartner(
        *("Marea Sistemas", "EUR", "Europe/Madrid", 15, ((0, _FUNDS_LATER),)),
        customers=(
            Customer("Bodega Alba", "bodega-alba.example", (20,)),
            Customer("Clínica Norte", "clinica-norte.example", (44, 46, 51, 51, 60, 61)),
            Customer("Talleres Ibai", "talleres-ibai.example", (12, 12, 14, 14, 14, 30, 30, 9), closes_in=9),
        ),
        swaps=True,
        language="es",
    ),
    DemoPartner(
        *("Sable & Finch", "GBP", "Europe/London", 8, ((0, _NO_FUNDS), (9, _GOOD))),
        customers=(Customer("Harrow Legal", "harrow-legal.example", (25, 27, 27, 31, 33, 40)),),
    ),
    DemoPartner(
        *("Harbor Lane MSP", "USD", "America/New_York", 27, ((7, _GOOD),)),
        customers=(
            Customer("Pine Street Clinic", "pinestreet.example", (0, 0, 0, 35, 35, 38, 41)),
            Customer("Beacon Realty", "beacon-realty.example", (0, 0, 0, 12, 15, 15, 15)),
        ),
    ),
    DemoPartner(
        *("Quiet Cove", "EUR", "UTC", 1, ((1, _SECURE),)),
        customers=(Customer("Lighthouse Trust", "lighthouse-trust.example", (40,)),),
    ),
)

_FIRST = "ana ben carla david elena felix grace hugo irene jack karin luis marta nils olga pablo rosa sam tess viktor"
_LAST = "adler bauer costa diaz evans ferrer gomez hall ibanez jensen klein lopez mora nunez ortiz perez quinn ruiz"


def people(customer: Customer, count: int, start: int = 0) -> tuple[str, ...]:
    """`count` addresses at the customer's domain, the same ones for the same numbers."""
    names = [f"{first}.{last}" for last, first in product(_LAST.split(), _FIRST.split())]
    return tuple(f"{names[number]}@{customer.domain}" for number in range(start, start + count))


def schedule(end: datetime) -> list[Event]:
    """Everything that happens in the `MONTHS` months before `end`, in order of time; not yet the running cycles."""
    events = [event for partner in PARTNERS for event in _of_partner(partner, end)]
    return sorted((event for event in events if event.at < end), key=lambda event: event.at)


def opened_at(partner: DemoPartner, end: datetime) -> datetime:
    """When the partner was opened, which gives it its cycle day."""
    return _moment(partner, end, 0, day=partner.created_on, hour=9)


def _of_partner(partner: DemoPartner, end: datetime) -> Iterator[Event]:
    yield Event(opened_at(partner, end), partner, "open partner")
    for customer in partner.customers:
        yield from _of_customer(partner, customer, end)
        yield from _stocktakings(partner, customer, end)
    for month, number in partner.cards:
        at = _moment(partner, end, month, day=partner.created_on + 3, hour=11)
        yield Event(at, partner, "card", card=number)
        if number == _SECURE:
            for later in range(month, MONTHS + 1):
                confirmed = _moment(partner, end, later, day=partner.created_on, hour=0) + _CONFIRMS_AFTER
                yield Event(max(confirmed, at + timedelta(hours=1)), partner, "confirm")


def _of_customer(partner: DemoPartner, customer: Customer, end: datetime) -> Iterator[Event]:
    chance = Random(customer.name)  # noqa: S311 - a made-up story, not a secret
    first = next(month for month, seats in enumerate(customer.seats) if seats)
    opened = _moment(partner, end, first, day=partner.created_on + 1, hour=9)
    yield Event(opened, partner, "open account", customer, reason="trial" if customer.trial_months else "")
    if customer.trial_months:
        live = _moment(partner, end, first + customer.trial_months, day=partner.created_on + 2, hour=9)
        yield Event(
            live, partner, "go live", customer, actor="the customer's account manager", reason="trial went well"
        )
    before = 0
    for month in range(first, MONTHS):
        at = _moment(partner, end, month, day=partner.created_on + chance.randint(2, 20), hour=chance.randint(8, 17))
        if customer.closes_in == month:
            yield Event(at, partner, "close account", customer, actor="owner", reason="moved to another product")
            return
        after = customer.seats[min(month, len(customer.seats) - 1)]
        yield from _seats(partner, customer, at, before, after)
        if partner.swaps and after > 10 and month % 3 == 0:
            yield _swap(partner, customer, at + timedelta(days=3), month)
        before = after


def _seats(partner: DemoPartner, customer: Customer, at: datetime, before: int, after: int) -> Iterator[Event]:
    if after > before:
        means = (
            ("import-members", f"{customer.domain.split('.')[0]}-users.csv") if after - before > 9 else ("portal", "")
        )
        reason = means[1] or "joined"
        come = people(customer, after - before, start=before)
        yield Event(at, partner, "seats", customer, come=come, actor="technician", means=means[0], reason=reason)
    elif after < before:
        go = people(customer, before - after, start=after)
        yield Event(at, partner, "seats", customer, go=go, actor="technician", means="portal", reason="left")


def _stocktakings(partner: DemoPartner, customer: Customer, end: datetime) -> Iterator[Event]:
    """Those who help come and go before the cycle ends, and have raised its peak."""
    for month, number in enumerate(customer.helpers):
        if number:
            helpers = people(customer, number, start=250)
            doing = partial(Event, partner=partner, kind="seats", customer=customer, actor="technician")
            at = _moment(partner, end, month, day=partner.created_on + 25, hour=8)
            yield doing(at, come=helpers, means="import-members", reason="stocktaking.csv")
            at = _moment(partner, end, month, day=partner.created_on + 27, hour=18)
            yield doing(at, go=helpers, means="import-members", reason="the stocktaking is done")


def _swap(partner: DemoPartner, customer: Customer, at: datetime, month: int) -> Event:
    """Ten go and ten others come, together: the peak does not move (rule M6). They come back the next time."""
    regulars, others = people(customer, 10), people(customer, 10, start=300)
    come, go = (regulars, others) if month % 2 else (others, regulars)
    return Event(
        at, partner, "seats", customer, come=come, go=go, actor="directory", means="sync", reason="ten left, ten joined"
    )


def _moment(partner: DemoPartner, end: datetime, month: int, *, day: int, hour: int) -> datetime:
    """A working hour in the partner's zone, `day` days into a month of the story (a day too many is in the next)."""
    months = end.year * 12 + end.month - 1 - MONTHS + month
    first = datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC).date()
    local = datetime.combine(first + timedelta(days=day - 1), time(hour), tzinfo=ZoneInfo(partner.timezone))
    return local.astimezone(UTC)
