"""The page on which a partner reckons what users cost, and what reselling them leaves (rule M24)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.calculator.calculator_form import CalculatorForm
from pleamar.entrypoints.portal.calculator.price_table import PriceTable, price_table
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.account_manager import account_manager
from pleamar.queries.cycle_prices import cycle_prices
from pleamar.rules.calculator import Calculation, Margin, calculated, margin
from pleamar.rules.prices import PriceVersion


@dataclass(frozen=True, slots=True)
class Answer:
    """What the number costs by one price table, and what reselling leaves."""

    table: PriceTable
    calculation: Calculation
    margin: Margin | None

    @property
    def loss(self) -> Margin | None:
        """The margin with its sign turned, where it is below zero."""
        left = self.margin
        if left is None or left.margin.minor >= 0:
            return None
        return Margin(left.revenue, -left.margin, None if left.percent is None else -left.percent)


@require_safe
@portal_page("see_prices")
def calculator(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """What the users in the address cost; without any there, those of the running cycle's peak."""
    prices = cycle_prices(viewer.scope, viewer.partner_id, now=viewer.now)
    form = CalculatorForm({"users": str(prices.peak or 1), **request.GET.dict()})
    users, resale = (form.cleaned_data["users"], form.cleaned_data["resale"]) if form.is_valid() else (None, None)
    now, then = prices.version, prices.next_version if prices.changes else None
    facts = {
        "form": form,
        "prices": prices,
        "now": _answer(now, users, resale),
        "then": _answer(then, users, resale),
        "table_now": price_table(now, users) if now else None,
        "table_then": price_table(then, users) if then else None,
        "manager": account_manager(viewer.scope, viewer.partner_id),
    }
    return show(request, viewer, "portal/calculator.html", facts)


def _answer(version: PriceVersion | None, users: int | None, resale: Decimal | None) -> Answer | None:
    if version is None or users is None:
        return None
    told = calculated(version, users)
    left = None if resale is None else margin(told.priced, users, resale)
    return Answer(price_table(version, users), told, left)
