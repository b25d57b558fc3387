"""Invoices: their dates, numbers, totals and first state, and which may be collected (rules M7, M25, M27)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from pleamar.rules.currencies import DECIMALS
from pleamar.rules.money import Money, product, rounded, split, total
from pleamar.rules.refusals import Refused


@dataclass(frozen=True, slots=True)
class Totals:
    """`net` + `tax` = `total`, all of one currency; `tax_rate` is in percent (`Decimal("21")` for 21 %)."""

    net: Money
    tax_rate: Decimal
    tax: Money
    total: Money


def tax_point(cycle_end: datetime, zone: ZoneInfo) -> date:
    """The last local day of a cycle that ends, itself excluded, at `cycle_end` (rule M25).

    Raises ValueError for a time without an offset.
    """
    # In UTC, because taking time off a local datetime moves the clock on the wall and skips what a DST change skips.
    last = _aware(cycle_end).astimezone(UTC) - timedelta(microseconds=1)
    return last.astimezone(zone).date()


def issue_date(now: datetime, seller_zone: ZoneInfo, newest: date | None) -> date:
    """The local day of writing at the seller's, never before `newest`, the series' newest issue date (rule M25).

    So numbers and dates of a series run together even when a seller moves west. Raises ValueError for a time without
    an offset.
    """
    today = _aware(now).astimezone(seller_zone).date()
    return today if newest is None else max(today, newest)


def invoice_number(series: str, sequence: int) -> str:
    """`invoice_number("INV", 42) == "INV-000042"`: six digits, more when needed. Raises ValueError below 1."""
    if sequence < 1:
        message = f"the numbers of a series start at 1, not at {sequence}"
        raise ValueError(message)
    return f"{series}-{sequence:06d}"


def totals(lines: Iterable[Money], currency: str, tax_rate: Decimal) -> Totals:
    """Net, tax and total of an invoice; the tax is rounded once, on the net (rules M9, M25).

    `lines` are rounded net amounts, all in `currency` (else ValueError). `tax_rate` is in percent, 0 until tax is set
    up; refuses `tax_rate_out_of_range` with `tax_rate` when it is not between 0 and 100.
    """
    if not tax_rate.is_finite() or not 0 <= tax_rate <= 100:
        raise Refused("tax_rate_out_of_range", tax_rate=str(tax_rate))
    net = total(lines, currency)
    # The short rate is scaled, to hundredths and major units at once, not the long product: that keeps it exact.
    tax = rounded(product(tax_rate.scaleb(-2 - DECIMALS[currency]), net.minor), currency)
    return Totals(net, tax_rate, tax, net + tax)


def credit_totals(invoice: Totals, credited: Money, amount: Money) -> Totals:
    """Net and tax of a credit note over `amount`, tax included, when earlier ones came to `credited` (M16, M25).

    All notes of an invoice together have its own part of tax in what they come to, half up: crediting all of it, in
    however many notes, gives exactly its net and tax, and no note's net or tax is ever negative. Raises ValueError
    unless 0 < `amount` ≤ what is left of the invoice.
    """
    if credited.minor < 0 or amount.minor <= 0 or invoice.total < credited + amount:
        message = f"a credit of {amount} after {credited} of an invoice over {invoice.total}"
        raise ValueError(message)
    tax = _tax_in(invoice, credited + amount) - _tax_in(invoice, credited)
    return Totals(amount - tax, invoice.tax_rate, tax, amount)


def _tax_in(invoice: Totals, part: Money) -> Money:
    """What of `part` of the invoice's total is tax. Of two shares the first takes the unit that both have half of."""
    return split(part, {1: invoice.tax.minor, 2: invoice.net.minor})[1]


def is_invoiced(quantity: int) -> bool:
    """Whether a cycle of peak `quantity` gets an invoice; a peak of 0 gets a statement only (rule M7)."""
    return quantity > 0


def state_when_issued(total: Money) -> Literal["open", "paid"]:
    """An invoice of total 0 is paid as it is issued, with no charge (rule M7). Raises ValueError for a negative one."""
    if total.minor < 0:
        message = f"an invoice never has a negative total: {total.minor} {total.currency}"
        raise ValueError(message)
    return "open" if total else "paid"


def is_collectable(outstanding: int, on_hold: bool, state: str) -> bool:
    """Whether money may be asked for: open, something left to pay (minor units), not on hold (rule M27)."""
    return state == "open" and outstanding > 0 and not on_hold


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        message = f"a moment needs an offset: {moment.isoformat()}"
        raise ValueError(message)
    return moment
