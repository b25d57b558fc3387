"""Invoices as a file: the rows that the list shows, all of its pages."""

from __future__ import annotations

from typing import Final

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.invoices.asked import asked_invoices
from pleamar.entrypoints.portal.portal_page import portal_page
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.invoice_list import listed_invoices
from pleamar.wording.csv_out import csv_response

HEADER: Final = (
    *("number", "issue_date", "cycle_start", "cycle_end", "timezone", "state", "on_hold", "tried_again_at"),
    *("currency", "net", "tax", "total", "paid", "credited", "outstanding"),
)


@require_safe
@portal_page("see_prices")
def invoices_csv(request: HttpRequest, viewer: Viewer) -> FileResponse:
    """Amounts in major units, moments in UTC; `state` is a word for programs, the same in every language."""
    rows = (
        (
            *(row.number, row.issue_date, row.cycle_start, row.cycle_end, row.timezone, row.standing, row.held),
            *(row.retried_at, row.total.currency, row.net, row.tax, row.total, row.paid, row.credited),
            row.outstanding,
        )
        for row in listed_invoices(viewer.scope, viewer.partner_id, asked_invoices(request))
    )
    return csv_response("invoices.csv", HEADER, rows)
