"""The page that says how billing works here, written from how this installation is set (rule M23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from babel.lists import format_list
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from pleamar.entrypoints.portal.calculator.price_table import price_table
from pleamar.entrypoints.portal.portal_page import portal_page, show
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.account_manager import account_manager
from pleamar.queries.cycle_prices import CyclePrices, cycle_prices
from pleamar.queries.settings import current_settings
from pleamar.rules.calculator import calculated
from pleamar.rules.cycles import local_date
from pleamar.rules.money import Money
from pleamar.rules.prices import PriceVersion
from pleamar.wording.locales import full_locale

_ONE_DAY: Final = timedelta(days=1)
_HALF: Final = 2


@dataclass(frozen=True, slots=True)
class Example:
    """Users who come in the middle of the running cycle and go on its last day, on days of this partner (rule M4)."""

    come: date
    go: date
    first_bill: date
    next_bill: date


@dataclass(frozen=True, slots=True)
class LessForMore:
    """`fewer` users cost more than `more` of them do."""

    fewer: int
    fewer_total: Money
    more: int
    more_total: Money


@require_safe
@portal_page("see_use")
def how_billing_works(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Without an amount for those who see none."""
    prices, settings = cycle_prices(viewer.scope, viewer.partner_id, now=viewer.now), current_settings()
    version = prices.version if viewer.sees_prices else None
    locale = full_locale(get_language() or "en")
    facts = {
        "settings": settings,
        "features": format_list(list(settings.features), locale=locale),
        "warnings": format_list(
            [str(days) for days in settings.warning_days], locale=full_locale(get_language() or "en")
        ),
        "prices": prices,
        "example": _example(prices),
        "table": price_table(version) if version else None,
        "less_for_more": _less_for_more(version) if version else None,
        "manager": account_manager(viewer.scope, viewer.partner_id),
    }
    return show(request, viewer, "portal/how_billing_works.html", facts)


def _example(prices: CyclePrices) -> Example:
    start, end = (local_date(at, prices.timezone) for at in (prices.cycle_start, prices.cycle_end))
    middle = start + (end - start) // _HALF
    return Example(middle, end - _ONE_DAY, end, local_date(prices.next_end, prices.timezone))


def _less_for_more(version: PriceVersion) -> LessForMore | None:
    """Of the first tier whose last number costs more than a larger one."""
    for tier in version.tiers[1:]:
        told = calculated(version, tier.minimum - 1)
        if told.cheaper is not None:
            return LessForMore(told.seats, told.priced.total, told.cheaper.seats, told.cheaper.total)
    return None
