"""Addresses: invoices."""

from __future__ import annotations

from django.urls import path

from pleamar.entrypoints.portal.invoices.invoice import invoice
from pleamar.entrypoints.portal.invoices.invoice_pdf import invoice_pdf
from pleamar.entrypoints.portal.invoices.invoices_csv import invoices_csv
from pleamar.entrypoints.portal.invoices.listing import invoice_list

# A series may have a slash in its name, so a number may.
urlpatterns = [
    path("invoices", invoice_list, name="invoices"),
    path("invoices.csv", invoices_csv, name="invoices_csv"),
    path("invoices/<path:number>.pdf", invoice_pdf, name="invoice_pdf"),
    path("invoices/<path:number>", invoice, name="invoice"),
]
