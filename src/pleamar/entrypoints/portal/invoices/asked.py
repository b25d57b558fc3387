"""Which invoices an address asks for."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from pleamar.queries.invoice_list import INVOICE_CHOICES, InvoiceFilter

_YEAR_DIGITS: Final = 4


def asked_invoices(request: HttpRequest) -> InvoiceFilter:
    """By `state` and `year`; what is asked for wrongly is not asked for."""
    state, year = request.GET.get("state"), request.GET.get("year", "")
    is_year = len(year) == _YEAR_DIGITS and year.isascii() and year.isdigit() and year != "0000"
    return InvoiceFilter(
        choice=next((choice for choice in INVOICE_CHOICES if choice == state), "all"),
        year=int(year) if is_year else None,
    )


def kept_address(wanted: InvoiceFilter) -> dict[str, str]:
    """What of it stays in the address when the page changes."""
    return {
        "state": "" if wanted.choice == "all" else wanted.choice,
        "year": "" if wanted.year is None else str(wanted.year),
    }
