"""An invoice to read and draw: as facts, and as rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from pleamar.models import (
    Account,
    Card,
    Cycle,
    CycleShare,
    Invoice,
    InvoiceLine,
    Partner,
    PriceBook,
    PriceVersion,
    Seller,
    Statement,
)
from pleamar.queries.invoice_facts import (
    CardFacts,
    InvoiceFacts,
    LineFacts,
    PartyFacts,
    PeakFacts,
    ShareFacts,
)

START = datetime(2026, 3, 7, 23, tzinfo=UTC)
END = datetime(2026, 4, 7, 22, tzinfo=UTC)
PEAK_AT = datetime(2026, 3, 14, 8, 32, 17, tzinfo=UTC)

FACTS = InvoiceFacts(
    number="INV-000042",
    language="en",
    seller=PartyFacts(
        "Pleamar",
        "Pleamar Software, S.L.",
        "Calle de la Marina 14\n28004 Madrid",
        "ES",
        "ESB12345674",
        "bill@pleamar.test",
    ),
    buyer=PartyFacts(
        "Northwind IT", "Northwind Ltd", "221 Harbour Road\r\nBristol", "GB", "GB123456789", "pay@nw.test"
    ),
    issue_date=date(2026, 4, 8),
    tax_point=date(2026, 4, 7),
    timezone="Europe/Madrid",
    cycle_start=START,
    cycle_end=END,
    currency="USD",
    lines=(LineFacts("usage", 101, Decimal("1.800000"), 100, 249, 18180),),
    net=18180,
    tax_rate=Decimal("21.00"),
    tax_set_up=True,
    tax=3818,
    total=21998,
    paid=0,
    credited=0,
    outstanding=21998,
    state="open",
    on_hold=False,
    peak=PeakFacts(101, PEAK_AT),
    shares=(
        ShareFacts(1, "Zamora Foods", 60, 10800),
        ShareFacts(2, "Ávila Legal", 41, 7380),
        ShareFacts(3, "Gone Away", 0, 0),
    ),
    card=CardFacts("visa", "4242", usable=True),
)


def partner_of(seller: Seller, name: str) -> Partner:
    """A partner as it stands in the tables, with nothing else of its own."""
    return Partner.unscoped.create(
        seller=seller, name=name, language="es", currency="USD", created_at=START, anchor=date(2026, 3, 8)
    )


def seller_of(name: str) -> Seller:
    return Seller.objects.create(name=name, invoice_series=name)


def _shares(partner: Partner, cycle: Cycle, seats: list[int], sequence: int) -> None:
    for number, count in enumerate(seats):
        account = Account.unscoped.create(
            partner=partner,
            name=f"Customer {sequence} {number:03}",
            state="live",
            created_at=START,
            active_members=count,
            seats=count,
        )
        CycleShare.unscoped.create(partner=partner, cycle=cycle, account=account, seats=count, own_peak=count + 1)


def _line(invoice: Invoice, quantity: int, price: Decimal) -> None:
    InvoiceLine.unscoped.create(
        partner_id=invoice.partner_id,
        invoice=invoice,
        position=0,
        kind="usage",
        quantity=quantity,
        unit_price=price,
        tier_minimum=1,
        tier_maximum=None,
        amount=invoice.net,
    )


def written_invoice(partner: Partner, seats: list[int], *, sequence: int = 42, index: int = 0) -> Invoice:
    """An invoice of USD 1.80 a seat with its cycle, statement, line and one account for each of `seats`."""
    peak, net = sum(seats), sum(seats) * 180
    cycle = Cycle.unscoped.create(
        partner=partner,
        index=index,
        starts_at=START,
        ends_at=END,
        timezone="Europe/Madrid",
        currency="USD",
        opening=0,
        closing=peak,
        peak=peak,
        peak_at=PEAK_AT,
        closed_at=END,
    )
    _shares(partner, cycle, seats, sequence)
    book = PriceBook.unscoped.get_or_create(currency="USD", partner=None)[0]
    version = PriceVersion.unscoped.get_or_create(book=book, valid_from=None, mode="volume", created_at=START)[0]
    price = Decimal("1.8")
    statement = Statement.unscoped.create(
        partner=partner,
        cycle=cycle,
        price_version=version,
        currency="USD",
        quantity=peak,
        unit_price=price,
        net=net,
        shadow=False,
        written_at=END,
    )
    invoice = Invoice.unscoped.create(
        partner=partner,
        seller_id=partner.seller_id,
        statement=statement,
        series="INV",
        sequence=sequence,
        number=f"INV-{sequence:06}",
        issued_at=END,
        issue_date=date(2026, 4, 8),
        tax_point=date(2026, 4, 7),
        timezone="Europe/Madrid",
        cycle_start=START,
        cycle_end=END,
        state="open",
        currency="USD",
        net=net,
        tax_rate=Decimal("10.00"),
        tax_set_up=True,
        tax=net // 10,
        total=net + net // 10,
        credited=100,
        buyer={"name": partner.name, "country": "GB"},
        seller_details={"name": "Pleamar", "tax_id": "ESB12345674"},
    )
    _line(invoice, peak, price)
    return invoice


def card_of(partner: Partner, last4: str, *, in_use: bool) -> Card:
    return Card.unscoped.create(
        partner=partner,
        provider="sandbox",
        provider_customer="cus",
        provider_reference=f"card-{partner.pk}-{last4}",
        brand="visa",
        last4=last4,
        expires_month=12,
        expires_year=2030,
        in_use=in_use,
        added_at=START,
    )
