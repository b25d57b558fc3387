"""Whether somebody was counted at a peak, and why or why not, in a sentence."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import get_language, gettext

from pleamar.queries.batch_facts import BatchFacts
from pleamar.queries.why_counted import WhyCounted
from pleamar.wording.dates import instant
from pleamar.wording.means import by_whom


def why_counted(why: WhyCounted, timezone: str, *, vendor: str) -> str:
    """The answer for one person at one customer. `vendor` is its name."""
    facts = {
        "email": why.email,
        "customer": why.account,
        "since": _moment(why.since, timezone),
        "until": _moment(why.until, timezone),
        "cause": because(why.by, vendor=vendor) if why.by else "",
    }
    return _sentence(why) % facts


def because(facts: BatchFacts, *, vendor: str) -> str:
    """`tom@northwindit.example, with the file users.csv`."""
    return by_whom(facts.actor, facts.means, facts.reference, vendor=vendor)


def _sentence(why: WhyCounted) -> str:
    if why.verdict == "counted":
        if why.by != why.activated_by:
            return gettext(
                "%(email)s was counted: active at %(customer)s, which began to be billed on %(since)s (%(cause)s)."
            )
        return gettext("%(email)s was counted: active at %(customer)s since %(since)s (%(cause)s).")
    if why.verdict == "inactive":
        if why.until:
            return gettext(
                "%(email)s was not counted: inactive at %(customer)s from %(since)s (%(cause)s) to %(until)s."
            )
        return gettext("%(email)s was not counted: inactive at %(customer)s since %(since)s (%(cause)s).")
    if why.verdict == "not_yet":
        if why.until:
            return gettext(
                "%(email)s was not counted: active at %(customer)s for the first time on %(until)s, after the peak."
            )
        return gettext("%(email)s was not counted: never active at %(customer)s.")
    if why.until:
        return gettext("%(email)s was not counted: %(customer)s was not billed then, only from %(until)s on.")
    return gettext("%(email)s was not counted: %(customer)s was not billed then.")


def _moment(at: datetime | None, timezone: str) -> str:
    return instant(at, timezone, get_language() or "en") if at else ""
