"""Why a person is billed, or is not, in a sentence or two."""

from __future__ import annotations

from typing import Final

from django.utils.translation import get_language, gettext, gettext_noop

from pleamar.queries.person import Counted, NotBilled, WhyBilled
from pleamar.rules.cycles import local_date
from pleamar.wording.dates import instant, last_day, long_day
from pleamar.wording.means import by_whom
from pleamar.wording.money import count

_NOT: Final[dict[NotBilled, str]] = {
    "inactive": gettext_noop("Not billed: whoever is inactive does not count."),
    "trial": gettext_noop("Not billed: %(customer)s is a trial, and trials are free."),
    "closed": gettext_noop("Not billed: %(customer)s is closed."),
    "internal": gettext_noop("Not billed: %(customer)s is for your own staff, and free."),
}


def why_billed(why: WhyBilled, customer: str, *, vendor: str) -> list[str]:
    """Why they count now or do not; then what the running cycle's bill makes of it. `vendor` is its name."""
    language = get_language() or "en"
    facts = {
        "customer": customer,
        "peak": count(why.peak, language),
        "moment": instant(why.peak_at, why.timezone, language),
        "date": long_day(local_date(why.cycle_end, why.timezone), language),
    }
    first = gettext(_NOT[why.not_because or "inactive"]) % facts
    if why.now:
        first = _since(why.now, why.timezone, customer, vendor)
    if why.at_peak and why.now:
        second = gettext("One of the %(peak)s users at this cycle's peak of %(moment)s, which is billed on %(date)s.")
    elif why.at_peak:
        second = gettext(
            "Still part of this cycle's bill: one of the %(peak)s users when its peak was reached, %(moment)s."
            " From %(date)s on, no more."
        )
    elif why.now:
        facts["date"] = long_day(last_day(why.cycle_end, why.timezone), language)
        second = gettext(
            "Costs nothing extra until %(date)s: this cycle's peak of %(peak)s users was reached without them,"
            " %(moment)s."
        )
    else:
        return [first]
    return [first, second % facts]


def _since(counted: Counted, timezone: str, customer: str, vendor: str) -> str:
    facts = {
        "moment": instant(counted.since, timezone, get_language() or "en"),
        "cause": by_whom(counted.actor, counted.means, counted.reference, vendor=vendor),
        "customer": customer,
    }
    if counted.by_customer:
        return gettext("Billed since %(moment)s, when %(customer)s began to be billed: %(cause)s.") % facts
    return gettext("Billed since %(moment)s: made active by %(cause)s.") % facts
