"""What customers are billed for a period, as a file for the partner's own invoicing."""

from __future__ import annotations

from typing import Final

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.portal_page import portal_page
from pleamar.entrypoints.portal.rebill.asked import asked_rebill, rebill_for
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.rebill import Rebill, RebillRow
from pleamar.queries.rebill_periods import Month
from pleamar.wording.csv_out import csv_response

HEADER: Final = (
    *("period_start", "period_end", "customer", "customer_id", "reference", "product_code", "counting", "users"),
    *("sell_price", "revenue", "cost", "margin", "currency", "had_use_but_no_share"),
)


@require_safe
@portal_page("see_prices")
def rebill_csv(request: HttpRequest, viewer: Viewer) -> FileResponse:
    """One row a customer, in one currency: the cost's, so that the costs add up to the bill; the price's where no cost
    is known. A price in another one is left out, with what would be reckoned with it. `period_end` is the last day.
    """
    found = rebill_for(viewer, asked_rebill(request))
    named = f"{found.period.first_day:%Y-%m}" if isinstance(found.period, Month) else f"{found.period.first_day}"
    return csv_response(f"rebill-{named}-{found.counting}.csv", HEADER, (_row(found, row) for row in found.rows))


def _row(found: Rebill, row: RebillRow) -> tuple[object, ...]:
    line, price = row.line, row.price
    currency = line.cost.currency if line.cost else price.currency if price else found.currency
    counting = f"date:{found.day}" if found.counting == "date" else found.counting
    return (
        *(found.period.first_day, found.period.last_day, row.customer, row.public_id, row.reference),
        *(row.product_code, counting, line.users),
        price.plain if price and price.currency == currency else None,
        line.revenue if line.revenue and line.revenue.currency == currency else None,
        *(line.cost, line.margin, currency, line.had_use_but_no_share),
    )
