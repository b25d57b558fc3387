"""The page of all invoices: what is outstanding and what becomes of it, then every invoice."""

from __future__ import annotations

from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.invoices.asked import asked_invoices, kept_address
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.invoice_list import (
    INVOICE_CHOICES,
    InvoiceChoice,
    InvoiceFilter,
    ListedInvoice,
    invoice_count,
    invoice_years,
    listed_invoices,
)
from pleamar.queries.outstanding import Outstanding, outstanding
from pleamar.queries.partner_credit import partner_credit
from pleamar.queries.partners import partner_row
from pleamar.wording.cards import card_name
from pleamar.wording.invoice_words import StandingWords, standing_words
from pleamar.wording.paging import ROWS, page_number, paged

_CHOICES: Final[dict[InvoiceChoice, Promise]] = {
    "all": gettext_lazy("Every state"),
    "owed": gettext_lazy("Outstanding"),
    "declined": gettext_lazy("Declined"),
    "held": gettext_lazy("On hold"),
    "paid": pgettext_lazy("an invoice", "Paid"),
}


class _Line(NamedTuple):
    row: ListedInvoice
    standing: StandingWords


@require_safe
@portal_page("see_prices")
def invoice_list(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What is owed stands above the list, whatever the list is filtered by; to htmx, only the list."""
    wanted = asked_invoices(request)
    total = invoice_count(viewer.scope, viewer.partner_id, wanted)
    page = paged(page_number(request.GET.get("page", "")), total, kept=kept_address(wanted))
    rows = listed_invoices(viewer.scope, viewer.partner_id, wanted, first=max(page.first - 1, 0), rows=ROWS)
    kept = {name: value for name, value in kept_address(wanted).items() if value}
    facts: dict[str, Any] = {
        "lines": [_Line(row, standing_words(row.standing)) for row in rows],
        "page": page,
        "wanted": wanted,
        "choices": [(choice, _CHOICES[choice]) for choice in INVOICE_CHOICES],
        "years": _years(viewer, wanted),
        "is_filtered": bool(kept),
        "kept": urlencode(kept),
    }
    if request.htmx:  # type: ignore[attr-defined]  # its middleware adds it
        return show(request, viewer, "portal/invoices.html#rows", facts)
    return show(request, viewer, "portal/invoices.html", {**facts, **_owed(viewer)})


def _years(viewer: Viewer, wanted: InvoiceFilter) -> list[int]:
    """Those with invoices, and the one that is asked for, so that the choice shows what it does."""
    years = invoice_years(viewer.scope, viewer.partner_id)
    return sorted({*years, *([wanted.year] if wanted.year else [])}, reverse=True)


def _owed(viewer: Viewer) -> dict[str, Any]:
    owed = outstanding(viewer.scope, viewer.partner_id)
    row = partner_row(viewer.scope, viewer.partner_id, now=viewer.now)
    return {
        "owed": owed,
        "tried_again": _tried_again(owed),
        "confirms": any(one.charge == "action_required" for one in owed.invoices),
        "credit": partner_credit(viewer.scope, viewer.partner_id, most=0).left,
        "card": card_name(row.card.brand, row.card.last4) if row.card else "",
        "card_works": row.card is not None and row.card.usable,
        "cycle": row,
        "may_pay": viewer.may("manage_billing"),
    }


def _tried_again(owed: Outstanding) -> Any:
    """When the card is charged again for what it was declined for; None where it is not."""
    moments = [one.next_attempt for one in owed.invoices if one.next_attempt is not None and not one.held]
    return min(moments, default=None)
