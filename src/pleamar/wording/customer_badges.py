"""What is out of the ordinary about a customer, in two or three words; of one that is as most are, nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import get_language, gettext, ngettext

from pleamar.queries.customers import CustomerRow
from pleamar.rules.cycles import local_date
from pleamar.rules.trials import days_until
from pleamar.wording.dates import short_day
from pleamar.wording.money import count


class Badge(NamedTuple):
    """Its words, and the colour's name; "" for none."""

    words: str
    colour: str = ""


def customer_badges(row: CustomerRow, *, now: datetime, timezone: str, cycle_zone: str) -> list[Badge]:
    """Everything out of the ordinary about the customer at `now`, the gravest first.

    `cycle_zone` is the running cycle's zone: what goes live with the next one does so when that ends (rule M8).
    """
    if row.state == "closed":
        return [Badge(gettext("Closed"))]
    badges = list(_billing(row))
    if row.is_trial:
        badges.append(_trial(row, now, timezone, cycle_zone))
    elif row.internal:
        badges.append(Badge(gettext("Free, own staff")))
    return badges


def _billing(row: CustomerRow) -> Iterator[Badge]:
    is_billed = row.state == "live" and not row.internal and not row.billing_stopped
    if row.blocked and is_billed:
        yield Badge(gettext("Sign-in blocked · still billed"), "billed")
    elif row.blocked:
        yield Badge(gettext("Sign-in blocked"))
    if row.billing_stopped:
        yield Badge(gettext("Billing stopped"))


def _trial(row: CustomerRow, now: datetime, timezone: str, cycle_zone: str) -> Badge:
    if row.activation_due_at is not None:
        due = short_day(local_date(row.activation_due_at, cycle_zone), get_language() or "en")
        return Badge(gettext("Goes live %(date)s") % {"date": due}, "accent")
    end = row.trial_ends_at
    if end is None:
        return Badge(gettext("Trial"), "accent")
    if end <= now:
        return Badge(gettext("Trial ended"), "bad")
    days = days_until(end, now=now, timezone=timezone)
    if days == 0:
        return Badge(gettext("Trial · ends today"), "accent")
    words = ngettext("Trial · %(days)s day left", "Trial · %(days)s days left", days)
    return Badge(words % {"days": count(days, get_language() or "en")}, "accent")
