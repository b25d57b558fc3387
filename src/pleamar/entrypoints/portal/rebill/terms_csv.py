"""Terms of resale as a file: the one that can be filled in and brought back."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from pleamar.adapters.files.resale_file import COLUMNS
from pleamar.entrypoints.portal.portal_page import portal_page
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.alerts import running_currency
from pleamar.queries.resale_terms import resale_terms
from pleamar.wording.csv_out import csv_response


@require_safe
@portal_page("see_prices")
def resale_terms_csv(request: HttpRequest, viewer: Viewer) -> FileResponse:
    """Every customer, also those of whom nothing is written down yet; then in the currency of the running cycle."""
    del request
    currency = running_currency(viewer.scope, viewer.partner_id, now=viewer.now)
    rows = (
        (
            *(row.public_id, row.customer, row.reference, row.product_code),
            *((row.price.plain, row.price.currency) if row.price else ("", currency)),
        )
        for row in resale_terms(viewer.scope, viewer.partner_id)
    )
    return csv_response("sell-prices.csv", COLUMNS, rows)
