"""A partner's invoices as it reads them: the newest first, a page at a time, by state and year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from pleamar.models import ChargeAllocation, Invoice
from pleamar.queries.scopes import Scope
from pleamar.rules.invoice_standing import InvoiceStanding, invoice_standing
from pleamar.rules.money import Money

InvoiceChoice: TypeAlias = Literal["all", "owed", "declined", "held", "paid"]
INVOICE_CHOICES: Final[tuple[InvoiceChoice, ...]] = get_args(InvoiceChoice)

_CHOSEN: Final[dict[InvoiceChoice, Q]] = {
    "all": Q(),
    "owed": Q(state="open"),
    "declined": Q(state="open", held_at=None, first_declined_at__isnull=False),
    "held": Q(state="open", held_at__isnull=False),
    "paid": Q(state="paid"),
}


class InvoiceFilter(NamedTuple):
    """Which invoices: how they stand, and of which year of issue (None: of any)."""

    choice: InvoiceChoice = "all"
    year: int | None = None


@dataclass(frozen=True, slots=True)
class ListedInvoice:
    """An invoice. `address` names it without doubt: its number, or its public id where two have that number.

    `retried_at`: its card was declined and is charged again then. The cycle is told in `timezone`.
    """

    number: str
    address: str
    issue_date: date
    cycle_start: datetime | None
    cycle_end: datetime | None
    timezone: str
    net: Money
    tax: Money
    total: Money
    paid: Money
    credited: Money
    outstanding: Money
    standing: InvoiceStanding
    held: bool
    retried_at: datetime | None


def invoice_count(scope: Scope, partner_id: int, chosen: InvoiceFilter) -> int:
    """How many there are of that kind."""
    return _chosen(scope, partner_id, chosen).count()


def invoice_years(scope: Scope, partner_id: int) -> list[int]:
    """The years in which the partner was sent invoices, the newest first."""
    dates = scope.rows(Invoice).filter(partner_id=partner_id).dates("issue_date", "year", order="DESC")
    return [found.year for found in dates]


def listed_invoices(
    scope: Scope, partner_id: int, chosen: InvoiceFilter, *, first: int = 0, rows: int | None = None
) -> list[ListedInvoice]:
    """Those of that kind, the newest first: `rows` of them (None: all) after the first `first`. One query."""
    named_alike = scope.rows(Invoice).filter(number=OuterRef("number")).exclude(pk=OuterRef("pk"))
    live = scope.rows(ChargeAllocation).filter(invoice=OuterRef("pk"), live=True)
    found = _chosen(scope, partner_id, chosen).annotate(
        twice=Exists(named_alike), charge=Subquery(live.values("charge__state")[:1])
    )
    found = found.order_by("-issued_at", "-pk")
    return [_listed(invoice) for invoice in found[first : None if rows is None else first + rows]]


def _chosen(scope: Scope, partner_id: int, chosen: InvoiceFilter) -> QuerySet[Invoice]:
    found = scope.rows(Invoice).filter(_CHOSEN[chosen.choice], partner_id=partner_id)
    return found if chosen.year is None else found.filter(issue_date__year=chosen.year)


def _listed(invoice: Invoice) -> ListedInvoice:
    told = vars(invoice)  # with what the query added

    def money(minor: int) -> Money:
        return Money(minor, invoice.currency)

    charge = told["charge"] or ""
    retried_at = invoice.next_attempt_at if invoice.state == "open" and not charge else None
    return ListedInvoice(
        number=invoice.number,
        address=invoice.public_id if told["twice"] else invoice.number,
        issue_date=invoice.issue_date,
        cycle_start=invoice.cycle_start,
        cycle_end=invoice.cycle_end,
        timezone=invoice.timezone,
        net=money(invoice.net),
        tax=money(invoice.tax),
        total=money(invoice.total),
        paid=money(invoice.paid),
        credited=money(invoice.credited),
        outstanding=money(invoice.outstanding),
        standing=invoice_standing(
            invoice.state,
            total=invoice.total,
            paid=invoice.paid,
            held=invoice.held_at is not None,
            charge=charge,
            declined=invoice.first_declined_at is not None,
            retried=retried_at is not None,
        ),
        held=invoice.held_at is not None,
        retried_at=retried_at,
    )
