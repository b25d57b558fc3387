"""Why prices and alerts on use stay as they are."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, gettext_noop, ngettext

from pleamar.wording.refusals_facts import Facts, Sentence


def _too_soon(facts: Facts) -> str:
    sentence = ngettext(
        "For some number of users these prices would make a cycle of %(partner)s dearer that has begun or starts in"
        " less than %(days)s days."
        " Date them %(earliest)s or later, or load them at short notice and say why.",
        "For some number of users these prices would make cycles of %(count)s partners (the first is %(partner)s)"
        " dearer that have begun or start in less than %(days)s days."
        " Date them %(earliest)s or later, or load them at short notice and say why.",
        facts.number("count"),
    )
    return sentence % facts


def _needs_reason(facts: Facts) -> str:
    sentence = ngettext(
        "At short notice %(count)s partner could pay more without having been told in time. Give the reason.",
        "At short notice %(count)s partners could pay more without having been told in time. Give the reason.",
        facts.number("count"),
    )
    return sentence % facts


# Why a number is none at which an alert can speak, by the alert's kind.
_THRESHOLDS: Final = {
    "seats": gettext_noop("An alert on users speaks at a number from %(least)s to %(most)s. Give one of those."),
    "amount": gettext_noop("An alert on the amount speaks at an amount above zero. Give one, such as 250."),
    "growth": gettext_noop("An alert on growth speaks at a percentage from %(least)s to %(most)s. Give one of those."),
}
_OTHER_THRESHOLD: Final = gettext_noop("An alert cannot speak at that. Give a number from %(least)s to %(most)s.")


def _threshold(facts: Facts) -> str:
    return gettext(_THRESHOLDS.get(facts["kind"], _OTHER_THRESHOLD)) % facts


SENTENCES: Final[dict[str, Sentence]] = {
    "alert_kind_unknown": gettext_noop(
        "There is no alert of the kind “%(kind)s”. Choose one of: seats, amount, growth."
    ),
    "alert_threshold_out_of_range": _threshold,
    "alert_unknown": gettext_noop("“%(partner)s” has no such alert. “pleamar alert list” names all that it has."),
    "alerts_too_many": gettext_noop(
        "“%(partner)s” already has %(most)s alerts, the most that one partner can have. Remove one first."
    ),
    "price_rise_too_soon": _too_soon,
    "resale_price_invalid": gettext_noop(
        "“%(price)s” is not a price to resell at. Write one below %(below)s with at most %(decimals)s decimals,"
        " such as %(example)s."
    ),
    "short_notice_needs_reason": _needs_reason,
}
