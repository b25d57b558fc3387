"""What was done, in a line and in the words beside it: for the list of activity and its file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext, ngettext

from pleamar.queries.activity import MOST_COUNTED, Changed, Happening
from pleamar.rules.roles import ROLES
from pleamar.wording.act_facts import billing_told, reason_told, users_told
from pleamar.wording.acts import act_told
from pleamar.wording.dates import day
from pleamar.wording.means import how, reference_told
from pleamar.wording.money import count
from pleamar.wording.roles import ADMINISTRATOR, role_words

_NAMED: Final = 3


class Told(NamedTuple):
    """One thing that was done: what, on whom or with which values, and at which customer."""

    what: str
    detail: str
    customer: str


def told(happening: Happening, *, timezone: str, sees_prices: bool) -> Told:
    """It in words. Amounts are among them only with `sees_prices`."""
    if happening.act:
        facts = billing_told(happening.act, happening.facts, sees_prices=sees_prices) or _detail(happening, timezone)
        detail = " · ".join(filter(None, [facts, reason_told(happening.reason, happening.facts)]))
        return Told(act_told(happening.act), detail, happening.customer)
    detail = " · ".join(filter(None, [_means(happening.facts), happening.reason]))
    return Told(_change(happening.changed), detail, _customers(happening.changed))


def _detail(happening: Happening, timezone: str) -> str:
    facts, act = happening.facts, happening.act
    if act == "set member limit":
        return f"{_limit(facts.get('before'))} → {_limit(facts.get('after'))}"
    if act == "change deny list":
        return ", ".join([*_signed("+", facts.get("added")), *_signed("−", facts.get("removed"))])
    if act == "extend trial" and isinstance(facts.get("ends_at"), str):
        return gettext("until %(day)s") % {"day": _day(facts["ends_at"], timezone)}
    if act in {"hold invoice", "release invoice", "credit invoice"}:
        return happening.subject
    if "last4" in facts:
        return f"···· {facts['last4']}"
    if act == "end sessions" and isinstance(facts.get("sessions"), int):
        words = ngettext("%(count)s session", "%(count)s sessions", facts["sessions"])
        return words % {"count": count(facts["sessions"], _language())}
    if isinstance(facts.get("members"), int | list):
        members = facts["members"]
        return users_told(members if isinstance(members, int) else len(members))
    return " · ".join(filter(None, [str(facts.get("email") or ""), _role(facts)]))


def _role(facts: Any) -> str:
    role = facts.get("role")
    if role in ROLES:
        words = str(role_words(role).name)
        return gettext("%(role)s, sees prices") % {"role": words} if facts.get("sees_prices") else words
    return str(ADMINISTRATOR.name) if role == "administrator" else ""


def _limit(limit: object) -> str:
    return count(limit, _language()) if isinstance(limit, int) else gettext("no limit")


def _signed(sign: str, patterns: object) -> list[str]:
    """At most a few of them, and how many more there are."""
    told = [f"{sign}{pattern}" for pattern in islice(patterns, _NAMED)] if isinstance(patterns, list) else []
    more = len(patterns) - len(told) if isinstance(patterns, list) else 0
    return [*told, f"{sign}{count(more, _language())}"] if more else told


def _day(moment: str, timezone: str) -> str:
    return day(datetime.fromisoformat(moment).astimezone(ZoneInfo(timezone)).date(), _language())


def _change(changed: Sequence[Changed]) -> str:
    """What became of users; where nothing did, what became of a customer."""
    up, down = (sum(one.activated for one in changed), sum(one.deactivated for one in changed))
    if any(one.more for one in changed):
        facts = {"users": count(MOST_COUNTED, _language())}
        if not down:
            return gettext("More than %(users)s users made active") % facts
        if not up:
            return gettext("More than %(users)s users made inactive") % facts
        return gettext("More than %(users)s users made active or inactive") % facts
    told = [_state(one) for one in changed if one.state][:1]
    if up:
        told.append(ngettext("%(users)s user made active", "%(users)s users made active", up) % _number(up))
    if down:
        told.append(ngettext("%(users)s user made inactive", "%(users)s users made inactive", down) % _number(down))
    return ", ".join(told) or gettext("No user changed")


def _number(users: int) -> dict[str, str]:
    return {"users": count(users, _language())}


def _state(one: Changed) -> str:
    if one.state == "closed":
        return gettext("Customer closed")
    if one.state == "trial":
        return gettext("Customer opened as a trial") if one.new else gettext("Customer reopened as a trial")
    return gettext("Customer opened") if one.new else gettext("Customer went live")


def _customers(changed: Sequence[Changed]) -> str:
    names = [one.name for one in changed[:_NAMED]]
    more = len(changed) - len(names)
    if not more:
        return ", ".join(names)
    facts = {"names": ", ".join(names), "more": count(more, _language())}
    return gettext("%(names)s and %(more)s more") % facts


def _means(facts: Any) -> str:
    means, told = str(facts.get("means") or ""), str(facts.get("reference") or "")
    words, reference = how(means, told), reference_told(told)
    return f"{words} ({reference})" if words and reference and reference not in words else words


def _language() -> str:
    return get_language() or "en"
