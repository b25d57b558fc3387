"""Everything that an invoice says, as stored: for the paper, the screen and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pleamar.models import Card, Cycle, CycleShare, Invoice, InvoiceLine, Partner
from pleamar.queries.scopes import Scope
from pleamar.rules.money import Money, split
from pleamar.rules.public_ids import from_public
from pleamar.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """Seller or buyer as they were when the invoice was issued; what was not known is empty."""

    name: str
    legal_name: str
    address: str
    country: str
    tax_id: str
    email: str


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line as `rules.prices.PricedLine`; `amount` is in minor units."""

    kind: str
    quantity: int
    unit_price: Decimal | None
    tier_minimum: int
    tier_maximum: int | None
    amount: int


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """An account's seats at the moment of the peak, and its part of the net amount. Both add up."""

    account_id: int
    name: str
    seats: int
    amount: int


@dataclass(frozen=True, slots=True)
class PeakFacts:
    """The highest number of seats of the cycle and the moment it was first reached."""

    seats: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CardFacts:
    """The card in use. `usable` is False when its last charge was refused for good."""

    brand: str
    last4: str
    usable: bool


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """An invoice, whole. Amounts are minor units of `currency`; `language` is the partner's."""

    number: str
    language: str
    seller: PartyFacts
    buyer: PartyFacts
    issue_date: date
    tax_point: date
    timezone: str
    cycle_start: datetime | None
    cycle_end: datetime | None
    currency: str
    lines: tuple[LineFacts, ...]
    net: int
    tax_rate: Decimal
    tax_set_up: bool
    tax: int
    total: int
    paid: int
    credited: int
    outstanding: int
    state: str
    on_hold: bool
    peak: PeakFacts | None
    shares: tuple[ShareFacts, ...]
    card: CardFacts | None


def invoice_facts(scope: Scope, number: str) -> InvoiceFacts:
    """The invoice named by its number or public id; four queries, however many lines and accounts it has.

    Refuses `invoice_unknown`, and `invoice_ambiguous` when two sellers in the scope have had that number: one took over
    a series that the other gave up.
    """
    invoice = find_invoice(scope, number)
    partner: Partner = invoice.partner
    cycle: Cycle | None = invoice.statement.cycle if invoice.statement else None
    return InvoiceFacts(
        number=invoice.number,
        language=partner.language,
        seller=_party(invoice.seller_details),
        buyer=_party(invoice.buyer),
        issue_date=invoice.issue_date,
        tax_point=invoice.tax_point,
        timezone=invoice.timezone,
        cycle_start=invoice.cycle_start,
        cycle_end=invoice.cycle_end,
        currency=invoice.currency,
        lines=_lines(scope, invoice),
        net=invoice.net,
        tax_rate=invoice.tax_rate,
        tax_set_up=invoice.tax_set_up,
        tax=invoice.tax,
        total=invoice.total,
        paid=invoice.paid,
        credited=invoice.credited,
        outstanding=invoice.outstanding,
        state=invoice.state,
        on_hold=invoice.held_at is not None,
        peak=PeakFacts(cycle.peak, cycle.peak_at) if cycle else None,
        shares=_shares(scope, cycle, Money(invoice.net, invoice.currency)) if cycle else (),
        card=_card(scope, partner),
    )


def find_invoice(scope: Scope, number: str) -> Invoice:
    """The invoice with its partner, statement and cycle; refuses like `invoice_facts`."""
    uid = from_public(Invoice.public_prefix, number)
    named = {"uid": uid} if uid else {"number": number}
    found = list(scope.rows(Invoice).filter(**named).select_related("partner", "statement__cycle").order_by("id")[:2])
    if not found:
        raise Refused("invoice_unknown", number=number)
    if len(found) > 1:
        raise Refused("invoice_ambiguous", number=number)
    return found[0]


def _party(stored: dict[str, object]) -> PartyFacts:
    def known(key: str) -> str:
        value = stored.get(key)
        return value if isinstance(value, str) else ""

    return PartyFacts(
        name=known("name"),
        legal_name=known("legal_name"),
        address=known("address"),
        country=known("country"),
        tax_id=known("tax_id"),
        email=known("email"),
    )


def _lines(scope: Scope, invoice: Invoice) -> tuple[LineFacts, ...]:
    return tuple(
        LineFacts(line.kind, line.quantity, line.unit_price, line.tier_minimum, line.tier_maximum, line.amount)
        for line in scope.rows(InvoiceLine).filter(invoice=invoice).order_by("position")
    )


def _shares(scope: Scope, cycle: Cycle, net: Money) -> tuple[ShareFacts, ...]:
    shares = list(scope.rows(CycleShare).filter(cycle=cycle).select_related("account").order_by("account_id"))
    seats = {share.account_id: share.seats for share in shares}
    amounts = split(net, seats) if any(seats.values()) else dict.fromkeys(seats, Money(0, net.currency))
    return tuple(
        ShareFacts(share.account_id, share.account.name, share.seats, amounts[share.account_id].minor)
        for share in shares
    )


def _card(scope: Scope, partner: Partner) -> CardFacts | None:
    card = scope.rows(Card).filter(partner=partner, in_use=True).first()
    return CardFacts(card.brand, card.last4, card.usable) if card else None
